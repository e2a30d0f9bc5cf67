-- Events without a time, in the order of the evidence. Parameters: $actors, $sources (separated by 0x1F), $duplicates, $unknown, $limit, $offset.
SELECT e.event_id, CAST(0 AS BIGINT), coalesce(e.ts_quality, 0), coalesce(v.offset_us, 0), coalesce(e.seen_us, 0),
  coalesce(e.source, ''), coalesce(e.action, ''), coalesce(e.operation, ''), coalesce(e.outcome, ''), coalesce(e.outcome_code, ''), coalesce(e.message, ''),
  coalesce(e.actor, ''), coalesce(e.actor_id, ''), coalesce(e.actor_type, ''), coalesce(e.src_ip, ''), coalesce(e.host, ''),
  coalesce(e.target_type, ''), coalesce(e.target_id, ''), coalesce(e.target_name, ''), coalesce(e.record_id, ''),
  coalesce(e.line_no, 0), coalesce(e.byte_len, 0), coalesce(d.of_event, 0), coalesce(d.conflict, FALSE)
FROM events e
LEFT JOIN evidence v ON v.ordinal = e.event_id >> 40
LEFT JOIN (SELECT event_id, min(of_event) AS of_event, max(CAST(conflict AS INTEGER)) = 1 AS conflict FROM duplicates WHERE $duplicates GROUP BY event_id) d ON d.event_id = e.event_id
WHERE e.ts_us IS NULL
    AND ($actors = '' OR instr(chr(31) || $actors || chr(31), chr(31) || lower(e.actor) || chr(31)) > 0
      OR instr(chr(31) || $actors || chr(31), chr(31) || lower(e.actor_id) || chr(31)) > 0)
    AND ($sources = '' OR instr(chr(31) || $sources || chr(31), chr(31) || e.source || chr(31)) > 0)
    AND ($duplicates OR e.event_id NOT IN (SELECT event_id FROM duplicates))
    AND ($unknown OR e.source IS DISTINCT FROM 'unknown')
ORDER BY e.event_id
LIMIT $limit OFFSET $offset
