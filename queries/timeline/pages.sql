-- The ordering key of every $page-th row of the timeline, to read it in pages. Parameters: as in rows, without the keys; $page.
SELECT at_us, sub, event_id FROM (
  SELECT e.ts_us - coalesce(v.offset_us, 0) AS at_us, (coalesce(e.ts_quality, 0) >> 8) & 1023 AS sub, e.event_id,
    row_number() OVER (ORDER BY e.ts_us - coalesce(v.offset_us, 0), (coalesce(e.ts_quality, 0) >> 8) & 1023, e.event_id) AS n
  FROM events e
  LEFT JOIN evidence v ON v.ordinal = e.event_id >> 40
  WHERE e.ts_us IS NOT NULL
    AND (CAST($from AS BIGINT) IS NULL OR e.ts_us >= CAST($from AS BIGINT))
    AND (CAST($to AS BIGINT) IS NULL OR e.ts_us < CAST($to AS BIGINT))
    AND (CAST($near_from AS BIGINT) IS NULL OR e.ts_us - coalesce(v.offset_us, 0) BETWEEN CAST($near_from AS BIGINT) AND CAST($near_to AS BIGINT))
    AND ($actors = '' OR instr(chr(31) || $actors || chr(31), chr(31) || lower(e.actor) || chr(31)) > 0
      OR instr(chr(31) || $actors || chr(31), chr(31) || lower(e.actor_id) || chr(31)) > 0)
    AND ($sources = '' OR instr(chr(31) || $sources || chr(31), chr(31) || e.source || chr(31)) > 0)
    AND ($duplicates OR e.event_id NOT IN (SELECT event_id FROM duplicates))
    AND ($unknown OR e.source IS DISTINCT FROM 'unknown')
) WHERE n % $page = 0
ORDER BY at_us, sub, event_id
