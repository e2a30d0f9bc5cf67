-- Adds a finding. Parameters: $1 to $9, the columns in order.
INSERT INTO findings VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9);
