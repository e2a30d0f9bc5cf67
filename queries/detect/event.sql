-- The source of an event, and the event that counts for it, NULL if it counts itself. Parameters: $1 event.
SELECT e.source, d.of_event FROM events e LEFT JOIN duplicates d ON d.event_id = e.event_id WHERE e.event_id = $1;
