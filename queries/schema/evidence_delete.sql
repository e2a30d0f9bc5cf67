-- Removes an item's row before it is written anew. Parameters: $1 ordinal.
DELETE FROM evidence WHERE ordinal = $1;
