-- The timeline: dated events of all sources in one order. Parameters: $from, $to (stated time), $near_from, $near_to (ordering time), $after_us, $after_sub, $after_id, $upto_us, $upto_sub, $upto_id (ordering key), $actors, $sources (separated by 0x1F), $duplicates, $unknown, $limit, $offset.
SELECT e.event_id, e.ts_us, coalesce(e.ts_quality, 0), coalesce(v.offset_us, 0), coalesce(e.seen_us, 0),
  coalesce(e.source, ''), coalesce(e.action, ''), coalesce(e.operation, ''), coalesce(e.outcome, ''), coalesce(e.outcome_code, ''), coalesce(e.message, ''),
  coalesce(e.actor, ''), coalesce(e.actor_id, ''), coalesce(e.actor_type, ''), coalesce(e.src_ip, ''), coalesce(e.host, ''),
  coalesce(e.target_type, ''), coalesce(e.target_id, ''), coalesce(e.target_name, ''), coalesce(e.record_id, ''),
  coalesce(e.line_no, 0), coalesce(e.byte_len, 0), coalesce(d.of_event, 0), coalesce(d.conflict, FALSE)
FROM events e
LEFT JOIN evidence v ON v.ordinal = e.event_id >> 40
LEFT JOIN (SELECT event_id, min(of_event) AS of_event, max(CAST(conflict AS INTEGER)) = 1 AS conflict FROM duplicates GROUP BY event_id) d ON d.event_id = e.event_id
WHERE e.ts_us IS NOT NULL
  AND (CAST($from AS BIGINT) IS NULL OR e.ts_us >= CAST($from AS BIGINT))
  AND (CAST($to AS BIGINT) IS NULL OR e.ts_us < CAST($to AS BIGINT))
  AND (CAST($near_from AS BIGINT) IS NULL OR e.ts_us - coalesce(v.offset_us, 0) BETWEEN CAST($near_from AS BIGINT) AND CAST($near_to AS BIGINT))
  AND (CAST($after_us AS BIGINT) IS NULL OR e.ts_us - coalesce(v.offset_us, 0) > CAST($after_us AS BIGINT)
    OR (e.ts_us - coalesce(v.offset_us, 0) = CAST($after_us AS BIGINT)
      AND ((coalesce(e.ts_quality, 0) >> 8) & 1023 > CAST($after_sub AS INTEGER)
        OR ((coalesce(e.ts_quality, 0) >> 8) & 1023 = CAST($after_sub AS INTEGER) AND e.event_id > CAST($after_id AS BIGINT)))))
  AND (CAST($upto_us AS BIGINT) IS NULL OR e.ts_us - coalesce(v.offset_us, 0) < CAST($upto_us AS BIGINT)
    OR (e.ts_us - coalesce(v.offset_us, 0) = CAST($upto_us AS BIGINT)
      AND ((coalesce(e.ts_quality, 0) >> 8) & 1023 < CAST($upto_sub AS INTEGER)
        OR ((coalesce(e.ts_quality, 0) >> 8) & 1023 = CAST($upto_sub AS INTEGER) AND e.event_id <= CAST($upto_id AS BIGINT)))))
  AND ($actors = '' OR instr(chr(31) || $actors || chr(31), chr(31) || lower(coalesce(e.actor, '')) || chr(31)) > 0
    OR instr(chr(31) || $actors || chr(31), chr(31) || lower(coalesce(e.actor_id, '')) || chr(31)) > 0)
  AND ($sources = '' OR instr(chr(31) || $sources || chr(31), chr(31) || e.source || chr(31)) > 0)
  AND ($duplicates OR d.event_id IS NULL)
  AND ($unknown OR e.source IS DISTINCT FROM 'unknown')
ORDER BY e.ts_us - coalesce(v.offset_us, 0), (coalesce(e.ts_quality, 0) >> 8) & 1023, e.event_id
LIMIT $limit OFFSET $offset
