-- The id of every $2-th derived event of a source, to make them in pages. Parameters: $1 source, $2 page.
SELECT derived FROM (
  SELECT derived, row_number() OVER (ORDER BY derived) AS n FROM (
    SELECT DISTINCT d.of_event AS derived FROM duplicates d JOIN events e ON e.event_id = d.event_id WHERE d.part AND e.source = $1))
WHERE n % $2 = 0 ORDER BY derived;
