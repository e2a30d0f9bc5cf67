-- Doubts about events by item: code, ordinal, how often. No parameters.
SELECT code, evidence, CAST(sum(count) AS BIGINT) FROM warnings GROUP BY 1, 2 ORDER BY 1, 2
