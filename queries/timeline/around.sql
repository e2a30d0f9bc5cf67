-- The events of a finding and those of the same actor, address or host around them: the finding's own first, then the nearest. Parameters: $ids (event ids separated by commas), $window (µs each way), $actors, $addresses, $hosts (separated by 0x1F), $own, $limit.
WITH own AS (SELECT CAST(unnest(string_split($ids, ',')) AS BIGINT) AS event_id),
span AS (
  SELECT min(e.ts_us - coalesce(v.offset_us, 0)) AS first, max(e.ts_us - coalesce(v.offset_us, 0)) AS last
  FROM events e JOIN own o ON o.event_id = e.event_id LEFT JOIN evidence v ON v.ordinal = e.event_id >> 40),
near AS (
  SELECT e.event_id, o.event_id IS NOT NULL AS own, e.ts_us - coalesce(v.offset_us, 0) AS at_us, v.offset_us, s.first, s.last
  FROM events e
  CROSS JOIN span s
  LEFT JOIN evidence v ON v.ordinal = e.event_id >> 40
  LEFT JOIN own o ON o.event_id = e.event_id
  LEFT JOIN (SELECT DISTINCT event_id FROM duplicates) d ON d.event_id = e.event_id
  WHERE o.event_id IS NOT NULL
    OR (e.ts_us - coalesce(v.offset_us, 0) BETWEEN s.first - CAST($window AS BIGINT) AND s.last + CAST($window AS BIGINT)
      AND d.event_id IS NULL AND e.source IS DISTINCT FROM 'unknown'
      AND (instr(chr(31) || $actors || chr(31), chr(31) || lower(e.actor) || chr(31)) > 0
        OR instr(chr(31) || $addresses || chr(31), chr(31) || e.src_ip || chr(31)) > 0
        OR instr(chr(31) || $hosts || chr(31), chr(31) || lower(e.host) || chr(31)) > 0))),
ranked AS (
  SELECT event_id, own, offset_us, count(*) OVER () AS total,
    row_number() OVER (PARTITION BY own ORDER BY CASE WHEN own THEN 0 ELSE least(abs(at_us - first), abs(at_us - last)) END, at_us, event_id) AS n
  FROM near)
SELECT r.total, r.own,
  e.event_id, coalesce(e.ts_us, 0), coalesce(e.ts_quality, 0), coalesce(r.offset_us, 0), coalesce(e.seen_us, 0),
  coalesce(e.source, ''), coalesce(e.action, ''), coalesce(e.operation, ''), coalesce(e.outcome, ''), coalesce(e.outcome_code, ''), coalesce(e.message, ''),
  coalesce(e.actor, ''), coalesce(e.actor_id, ''), coalesce(e.actor_type, ''), coalesce(e.src_ip, ''), coalesce(e.host, ''),
  coalesce(e.target_type, ''), coalesce(e.target_id, ''), coalesce(e.target_name, ''), coalesce(e.record_id, ''),
  coalesce(e.line_no, 0), coalesce(e.byte_len, 0), 0, FALSE
FROM ranked r JOIN events e ON e.event_id = r.event_id
WHERE (r.own AND r.n <= $own) OR (NOT r.own AND r.n <= $limit)
ORDER BY e.ts_us - coalesce(r.offset_us, 0) NULLS LAST, (coalesce(e.ts_quality, 0) >> 8) & 1023, e.event_id
