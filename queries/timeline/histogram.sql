-- Occurrences that the events of the timeline stand for, per source and bucket of $width µs. Parameters: $origin, $end (half open), $width, $duplicates, $unknown.
SELECT coalesce(e.source, ''), (e.ts_us - CAST($origin AS BIGINT)) // CAST($width AS BIGINT) AS bucket, CAST(sum(coalesce(c.n, 1)) AS BIGINT)
FROM events e LEFT JOIN counts c ON c.event_id = e.event_id
WHERE e.ts_us >= CAST($origin AS BIGINT) AND e.ts_us < CAST($end AS BIGINT)
  AND ($duplicates OR e.event_id NOT IN (SELECT event_id FROM duplicates)) AND ($unknown OR e.source IS DISTINCT FROM 'unknown')
GROUP BY 1, 2
ORDER BY 1, 2
