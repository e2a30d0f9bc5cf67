-- Occurrences that the events of the timeline stand for, per source and UTC day, days without events left out. Parameters: $duplicates, $unknown.
SELECT coalesce(e.source, ''), (e.ts_us - ((e.ts_us % 86400000000) + 86400000000) % 86400000000) AS day_us, CAST(sum(coalesce(c.n, 1)) AS BIGINT), min(e.ts_us), max(e.ts_us)
FROM events e LEFT JOIN counts c ON c.event_id = e.event_id
WHERE e.ts_us IS NOT NULL AND ($duplicates OR e.event_id NOT IN (SELECT event_id FROM duplicates)) AND ($unknown OR e.source IS DISTINCT FROM 'unknown')
GROUP BY 1, 2
ORDER BY 1, 2
