-- Of each finding: its events, and the nearest events of the same actor, address or host around them. Parameters: $own (finding and event id), $entities (finding, kind and value): columns separated by 0x1F, rows by 0x1E; $window (µs each way), $own_rows, $near_rows.
WITH own AS MATERIALIZED (
  SELECT CAST(c[1] AS INTEGER) AS finding, CAST(c[2] AS BIGINT) AS event_id
  FROM (SELECT string_split(unnest(string_split($own, chr(30))), chr(31)) AS c)),
entity AS MATERIALIZED (
  SELECT CAST(c[1] AS INTEGER) AS finding, c[2] AS kind, c[3] AS value
  FROM (SELECT string_split(unnest(string_split($entities, chr(30))), chr(31)) AS c) WHERE len(c) = 3),
own_at AS MATERIALIZED (
  SELECT o.finding, e.event_id, e.ts_us - coalesce(v.offset_us, 0) AS at_us, coalesce(v.offset_us, 0) AS offset_us
  FROM own o JOIN events e ON e.event_id = o.event_id LEFT JOIN evidence v ON v.ordinal = e.event_id >> 40),
span AS MATERIALIZED (SELECT finding, min(at_us) AS first, max(at_us) AS last FROM own_at GROUP BY finding),
same AS (
  SELECT n.finding, e.event_id FROM events e JOIN entity n ON n.kind = 'user' AND n.value = lower(e.actor) JOIN span s ON s.finding = n.finding
  LEFT JOIN evidence v ON v.ordinal = e.event_id >> 40
  WHERE e.ts_us - coalesce(v.offset_us, 0) BETWEEN s.first - CAST($window AS BIGINT) AND s.last + CAST($window AS BIGINT)
  UNION
  SELECT n.finding, e.event_id FROM events e JOIN entity n ON n.kind = 'ip' AND n.value = e.src_ip JOIN span s ON s.finding = n.finding
  LEFT JOIN evidence v ON v.ordinal = e.event_id >> 40
  WHERE e.ts_us - coalesce(v.offset_us, 0) BETWEEN s.first - CAST($window AS BIGINT) AND s.last + CAST($window AS BIGINT)
  UNION
  SELECT n.finding, e.event_id FROM events e JOIN entity n ON n.kind = 'host' AND n.value = lower(e.host) JOIN span s ON s.finding = n.finding
  LEFT JOIN evidence v ON v.ordinal = e.event_id >> 40
  WHERE e.ts_us - coalesce(v.offset_us, 0) BETWEEN s.first - CAST($window AS BIGINT) AND s.last + CAST($window AS BIGINT)),
near AS (
  SELECT m.finding, m.event_id, e.ts_us - coalesce(v.offset_us, 0) AS at_us, coalesce(v.offset_us, 0) AS offset_us, FALSE AS own
  FROM same m JOIN events e ON e.event_id = m.event_id
  LEFT JOIN evidence v ON v.ordinal = e.event_id >> 40
  LEFT JOIN own o ON o.finding = m.finding AND o.event_id = m.event_id
  WHERE o.event_id IS NULL AND e.source IS DISTINCT FROM 'unknown' AND m.event_id NOT IN (SELECT event_id FROM duplicates)
  UNION ALL SELECT finding, event_id, at_us, offset_us, TRUE FROM own_at),
ranked AS (
  SELECT n.*, count(*) OVER (PARTITION BY n.finding) AS total,
    row_number() OVER (PARTITION BY n.finding, n.own ORDER BY CASE WHEN n.own THEN 0 ELSE least(abs(n.at_us - s.first), abs(n.at_us - s.last)) END, n.at_us, n.event_id) AS place
  FROM near n LEFT JOIN span s ON s.finding = n.finding)
SELECT r.finding, r.total, r.own,
  e.event_id, coalesce(e.ts_us, 0), coalesce(e.ts_quality, 0), r.offset_us, coalesce(e.seen_us, 0),
  coalesce(e.source, ''), coalesce(e.action, ''), coalesce(e.operation, ''), coalesce(e.outcome, ''), coalesce(e.outcome_code, ''), coalesce(e.message, ''),
  coalesce(e.actor, ''), coalesce(e.actor_id, ''), coalesce(e.actor_type, ''), coalesce(e.src_ip, ''), coalesce(e.host, ''),
  coalesce(e.target_type, ''), coalesce(e.target_id, ''), coalesce(e.target_name, ''), coalesce(e.record_id, ''),
  coalesce(e.line_no, 0), coalesce(e.byte_len, 0), CAST(0 AS BIGINT), FALSE
FROM ranked r JOIN events e ON e.event_id = r.event_id
WHERE r.place <= CASE WHEN r.own THEN CAST($own_rows AS BIGINT) ELSE CAST($near_rows AS BIGINT) END
ORDER BY r.finding, r.at_us NULLS LAST, (coalesce(e.ts_quality, 0) >> 8) & 1023, e.event_id
