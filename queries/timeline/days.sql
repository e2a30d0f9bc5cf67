-- Events of the timeline per source and UTC day, days without events left out. Parameters: $duplicates, $unknown.
SELECT coalesce(e.source, ''), (e.ts_us - ((e.ts_us % 86400000000) + 86400000000) % 86400000000) AS day_us, count(*), min(e.ts_us), max(e.ts_us)
FROM events e
WHERE e.ts_us IS NOT NULL AND ($duplicates OR e.event_id NOT IN (SELECT event_id FROM duplicates)) AND ($unknown OR e.source IS DISTINCT FROM 'unknown')
GROUP BY 1, 2
ORDER BY 1, 2
