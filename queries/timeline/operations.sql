-- Events of a source by operation, duplicates included. Parameters: $source.
SELECT operation, count(*) FROM events WHERE source = $source AND operation IS NOT NULL GROUP BY 1 ORDER BY 1
