-- Doubts about events and evidence: how often each, in how many items, and the first event. No parameters.
SELECT coalesce(code, ''), CAST(coalesce(sum(count), 0) AS BIGINT), count(DISTINCT evidence), coalesce(min(first_event), 0)
FROM warnings
GROUP BY 1
ORDER BY 2 DESC, 1
