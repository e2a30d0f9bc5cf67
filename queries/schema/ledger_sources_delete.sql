-- Removes what the table ledger_sources says of an item that is loaded anew. Parameters: $1 evidence.
DELETE FROM ledger_sources WHERE evidence = $1;
