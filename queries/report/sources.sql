-- Events per evidence item and source, all of them. No parameters.
SELECT CAST(event_id >> 40 AS INTEGER), coalesce(source, ''), count(*) FROM events GROUP BY 1, 2 ORDER BY 1, 2
