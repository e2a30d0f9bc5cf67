-- Removes all events of findings before they are put anew.
DELETE FROM finding_events;
