-- Sources whose records tell events together. No parameters.
SELECT DISTINCT e.source FROM duplicates d JOIN events e ON e.event_id = d.event_id WHERE d.part ORDER BY 1;
