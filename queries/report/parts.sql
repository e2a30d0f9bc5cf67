-- The records that a derived event was made from, in the order of the evidence: event id and length. Parameters: $1 derived event.
SELECT e.event_id, e.byte_len FROM duplicates d JOIN events e ON e.event_id = d.event_id
WHERE d.part AND d.of_event = $1 ORDER BY e.event_id;
