-- Empties the pivot table before it is derived anew.
DELETE FROM entities;
