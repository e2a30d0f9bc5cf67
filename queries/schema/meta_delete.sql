-- Removes one key. Parameters: $1 key.
DELETE FROM meta WHERE key = $1;
