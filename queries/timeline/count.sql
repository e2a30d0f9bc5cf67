-- How many events a filter keeps: dated and undated ones. Parameters: as in rows, without the keys.
SELECT count(e.ts_us), count(*) - count(e.ts_us)
FROM events e
LEFT JOIN evidence v ON v.ordinal = e.event_id >> 40
WHERE (e.ts_us IS NULL OR ((CAST($from AS BIGINT) IS NULL OR e.ts_us >= CAST($from AS BIGINT))
    AND (CAST($to AS BIGINT) IS NULL OR e.ts_us < CAST($to AS BIGINT))
    AND (CAST($near_from AS BIGINT) IS NULL OR e.ts_us - coalesce(v.offset_us, 0) BETWEEN CAST($near_from AS BIGINT) AND CAST($near_to AS BIGINT))))
  AND ($actors = '' OR instr(chr(31) || $actors || chr(31), chr(31) || lower(e.actor) || chr(31)) > 0
      OR instr(chr(31) || $actors || chr(31), chr(31) || lower(e.actor_id) || chr(31)) > 0)
  AND ($sources = '' OR instr(chr(31) || $sources || chr(31), chr(31) || e.source || chr(31)) > 0)
  AND ($duplicates OR e.event_id NOT IN (SELECT event_id FROM duplicates))
  AND ($unknown OR e.source IS DISTINCT FROM 'unknown')
