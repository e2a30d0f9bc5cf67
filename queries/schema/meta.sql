-- One value of the key-value table. Parameters: $1 key.
SELECT value FROM meta WHERE key = $1;
