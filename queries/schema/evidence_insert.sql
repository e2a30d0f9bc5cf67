-- Adds an item. Parameters: $1 to $15, the columns in order.
INSERT INTO evidence VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15);
