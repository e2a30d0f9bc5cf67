-- Adds a count of events. Parameters: $1 evidence, $2 source, $3 shape, $4 events.
INSERT INTO ledger_sources VALUES ($1, $2, $3, $4);
