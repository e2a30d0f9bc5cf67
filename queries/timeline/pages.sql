-- The ordering key of every $page-th row of the timeline, to read it in pages. Parameters: as in rows, without the keys; $page.
SELECT at_us, sub, event_id FROM (
  SELECT *, row_number() OVER (ORDER BY at_us, sub, event_id) AS n FROM (
-- include timeline/keys
  )
) WHERE n % $page = 0
ORDER BY at_us, sub, event_id
