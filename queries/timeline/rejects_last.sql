-- Items that end in records that could not be read: ordinal, and how many there are after the last event. No parameters.
SELECT r.evidence, count(*)
FROM rejects r
JOIN (SELECT CAST(event_id >> 40 AS INTEGER) AS evidence, max(event_id & 549755813887) AS last FROM events GROUP BY 1) e ON e.evidence = r.evidence
WHERE r.byte_offset > e.last
GROUP BY 1 ORDER BY 1
