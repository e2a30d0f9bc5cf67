-- Records without an id: the n-th identical one of a member duplicates the n-th of the first member that has it.
INSERT INTO duplicates
WITH repeated AS (
  SELECT dup_key, source FROM events WHERE record_id IS NULL
  GROUP BY dup_key, source HAVING min(event_id >> 40) <> max(event_id >> 40)),
numbered AS (
  SELECT e.event_id, e.dup_key, e.source,
    row_number() OVER (PARTITION BY e.dup_key, e.source, e.event_id >> 40 ORDER BY e.event_id) AS n
  FROM events e JOIN repeated r ON e.dup_key = r.dup_key AND e.source = r.source WHERE e.record_id IS NULL)
SELECT b.event_id, a.first_event, false, false
FROM numbered b JOIN (SELECT dup_key, source, n, min(event_id) AS first_event FROM numbered GROUP BY dup_key, source, n) a
ON a.dup_key = b.dup_key AND a.source = b.source AND a.n = b.n AND a.first_event <> b.event_id;
