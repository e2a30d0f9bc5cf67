-- Pairs of items that hold the same records: the item whose records count, the other, how many records, how many with different content. Pairs with differences first. Parameters: $limit.
SELECT CAST(of_event >> 40 AS INTEGER) AS first, CAST(event_id >> 40 AS INTEGER) AS second, count(*) AS n, CAST(sum(CAST(conflict AS BIGINT)) AS BIGINT) AS conflicts
FROM duplicates WHERE NOT part
GROUP BY 1, 2
ORDER BY CASE WHEN sum(CAST(conflict AS BIGINT)) > 0 THEN 0 ELSE 1 END, n DESC, first, second
LIMIT $limit
