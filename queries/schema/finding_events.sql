-- The events of every finding, in the order they were put.
SELECT finding_id, event_id FROM finding_events ORDER BY rowid;
