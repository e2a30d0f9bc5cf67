-- The length of an event, bytes. Parameters: $1 event.
SELECT byte_len FROM events WHERE event_id = $1;
