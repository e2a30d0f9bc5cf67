-- Adds one key. Parameters: $1 key, $2 value.
INSERT INTO meta VALUES ($1, $2);
