-- The dated events that a filter keeps, with their ordering key; other statements include this one. Parameters: $from, $to (stated time), $near_from, $near_to (ordering time), $actors, $sources (separated by 0x1F), $duplicates, $unknown.
SELECT e.ts_us - coalesce(v.offset_us, 0) AS at_us, (coalesce(e.ts_quality, 0) >> 8) & 1023 AS sub, e.event_id, coalesce(v.offset_us, 0) AS offset_us
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
