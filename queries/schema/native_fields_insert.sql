-- Adds a native field name. Parameters: $1 source, $2 name.
INSERT INTO native_fields VALUES ($1, $2);
