-- Adds a count of warnings. Parameters: $1 evidence, $2 code, $3 count, $4 first event.
INSERT INTO warnings VALUES ($1, $2, $3, $4);
