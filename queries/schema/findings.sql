-- The findings as JSON, in the order they were put.
SELECT json FROM findings ORDER BY rowid;
