-- All events of a finding, undated ones last. Parameters: $finding.
SELECT e.* FROM events e JOIN finding_events f ON f.event_id = e.event_id
WHERE f.finding_id = $finding
ORDER BY e.ts_us IS NULL, e.ts_us, e.event_id;
