-- A page of the timeline: dated events of all sources in one order. Parameters: $from, $to (stated time), $near_from, $near_to (ordering time), $after_us, $after_sub, $after_id, $upto_us, $upto_sub, $upto_id (ordering key), $actors, $sources (separated by 0x1F), $duplicates, $unknown, $limit, $offset.
WITH keys AS (
-- include timeline/keys
),
page AS (
  SELECT * FROM keys
  WHERE (CAST($after_us AS BIGINT) IS NULL OR at_us > CAST($after_us AS BIGINT)
      OR (at_us = CAST($after_us AS BIGINT) AND (sub > CAST($after_sub AS INTEGER) OR (sub = CAST($after_sub AS INTEGER) AND event_id > CAST($after_id AS BIGINT)))))
    AND (CAST($upto_us AS BIGINT) IS NULL OR at_us < CAST($upto_us AS BIGINT)
      OR (at_us = CAST($upto_us AS BIGINT) AND (sub < CAST($upto_sub AS INTEGER) OR (sub = CAST($upto_sub AS INTEGER) AND event_id <= CAST($upto_id AS BIGINT)))))
  ORDER BY at_us, sub, event_id
  LIMIT $limit OFFSET $offset)
SELECT e.event_id, e.ts_us, coalesce(e.ts_quality, 0), p.offset_us, coalesce(e.seen_us, 0),
  coalesce(e.source, ''), coalesce(e.action, ''), coalesce(e.operation, ''), coalesce(e.outcome, ''), coalesce(e.outcome_code, ''), coalesce(e.message, ''),
  coalesce(e.actor, ''), coalesce(e.actor_id, ''), coalesce(e.actor_type, ''), coalesce(e.src_ip, ''), coalesce(e.host, ''),
  coalesce(e.target_type, ''), coalesce(e.target_id, ''), coalesce(e.target_name, ''), coalesce(e.record_id, ''),
  coalesce(e.line_no, 0), coalesce(e.byte_len, 0), coalesce(d.of_event, 0), coalesce(d.conflict, FALSE)
FROM page p
JOIN events e ON e.event_id = p.event_id
LEFT JOIN (SELECT event_id, min(of_event) AS of_event, max(CAST(conflict AS INTEGER)) = 1 AS conflict FROM duplicates WHERE $duplicates GROUP BY event_id) d ON d.event_id = e.event_id
ORDER BY p.at_us, p.sub, p.event_id
