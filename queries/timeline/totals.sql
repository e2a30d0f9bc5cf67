-- All events of the case, each counted in one place: duplicate, unknown, undated or on the timeline. No parameters.
SELECT count(*), count(d.event_id), coalesce(sum(CAST(d.conflict AS BIGINT)), 0),
  count(CASE WHEN d.event_id IS NULL AND e.source = 'unknown' THEN 1 END),
  count(CASE WHEN d.event_id IS NULL AND e.source IS DISTINCT FROM 'unknown' AND e.ts_us IS NULL THEN 1 END),
  count(CASE WHEN d.event_id IS NULL AND e.source IS DISTINCT FROM 'unknown' AND e.ts_us IS NOT NULL THEN 1 END),
  min(CASE WHEN d.event_id IS NULL AND e.source IS DISTINCT FROM 'unknown' THEN e.ts_us END),
  max(CASE WHEN d.event_id IS NULL AND e.source IS DISTINCT FROM 'unknown' THEN e.ts_us END)
FROM events e
LEFT JOIN (SELECT event_id, max(CAST(conflict AS INTEGER)) AS conflict FROM duplicates GROUP BY event_id) d ON d.event_id = e.event_id
