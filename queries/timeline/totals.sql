-- All events of the case, each counted in one place: duplicate, part of a derived event, unknown, undated or on the timeline; and how many occurrences those on the timeline stand for. No parameters.
WITH d AS (SELECT event_id, bool_or(part) AS part, max(CAST(conflict AS BIGINT)) AS conflict FROM duplicates GROUP BY event_id),
c AS (
  SELECT e.ts_us, d.conflict, coalesce(n.n, 1) AS n,
    CASE WHEN d.part THEN 'part' WHEN d.event_id IS NOT NULL THEN 'duplicate' WHEN e.source = 'unknown' THEN 'unknown'
      WHEN e.ts_us IS NULL THEN 'undated' ELSE 'timeline' END AS class
  FROM events e LEFT JOIN d ON d.event_id = e.event_id LEFT JOIN counts n ON n.event_id = e.event_id)
SELECT count(*), count(*) FILTER (WHERE class = 'duplicate'), coalesce(sum(conflict), 0)::BIGINT, count(*) FILTER (WHERE class = 'part'),
  count(*) FILTER (WHERE class = 'unknown'), count(*) FILTER (WHERE class = 'undated'), count(*) FILTER (WHERE class = 'timeline'),
  coalesce(sum(n) FILTER (WHERE class = 'timeline'), 0)::BIGINT,
  min(ts_us) FILTER (WHERE class = 'timeline'), max(ts_us) FILTER (WHERE class = 'timeline')
FROM c
