-- Records that tell one event together stand for it no more: the derived event counts, its id that of the first record and bit 39.
INSERT INTO duplicates
SELECT event_id, first_event | (1::BIGINT << 39), false, true FROM (
  SELECT p.event_id, min(p.event_id) OVER same AS first_event, count(*) OVER same AS n
  FROM parts p JOIN events e ON e.event_id = p.event_id
  WHERE p.event_id NOT IN (SELECT event_id FROM duplicates)
  WINDOW same AS (PARTITION BY e.source, p.part_of))
WHERE n > 1;
