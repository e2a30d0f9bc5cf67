-- Adds an event of a finding. Parameters: $1 finding, $2 event.
INSERT INTO finding_events VALUES ($1, $2);
