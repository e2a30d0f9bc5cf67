-- The ordering time of one event; NULL if it is undated. Parameters: $id.
SELECT e.ts_us - coalesce(v.offset_us, 0)
FROM events e LEFT JOIN evidence v ON v.ordinal = e.event_id >> 40
WHERE e.event_id = $id
