-- Events whose record id came before: the first event of a key in the case counts, the others duplicate it.
INSERT INTO duplicates
SELECT e.event_id, k.first_event, false, false
FROM events e JOIN (
  SELECT dup_key, source, record_id, min(event_id) AS first_event FROM events
  WHERE record_id IS NOT NULL GROUP BY dup_key, source, record_id HAVING count(*) > 1) k
ON e.dup_key = k.dup_key AND e.source = k.source AND e.record_id = k.record_id AND e.event_id <> k.first_event;
