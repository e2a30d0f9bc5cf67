-- Empties the table of duplicates before it is derived anew.
DELETE FROM duplicates;
