-- Removes what the table ledger says of an item that is loaded anew. Parameters: $1 evidence.
DELETE FROM ledger WHERE evidence = $1;
