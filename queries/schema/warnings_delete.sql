-- Removes what the table warnings says of an item that is loaded anew. Parameters: $1 evidence.
DELETE FROM warnings WHERE evidence = $1;
