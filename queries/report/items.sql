-- What became of each evidence item: its ledger summed, and the rows and bytes that stand in the tables, to be compared. No parameters.
WITH l AS (
  SELECT evidence, sum(records) AS records, sum(events) AS events, sum(rejects) AS rejects,
    sum(header_bytes) AS header, sum(separator_bytes) AS separator, sum(comment_bytes) AS comment, sum(blank_bytes) AS blank,
    min(start_off) AS first_off, max(end_off) AS end_off, sum(end_off - start_off) AS spanned
  FROM ledger GROUP BY evidence),
e AS (
  SELECT CAST(e.event_id >> 40 AS INTEGER) AS evidence, count(*) AS events, sum(e.byte_len) AS bytes,
    count(*) - count(e.ts_us) AS undated, count(d.event_id) AS duplicates, coalesce(sum(d.conflict), 0) AS conflicts
  FROM events e
  LEFT JOIN (SELECT event_id, max(CAST(conflict AS INTEGER)) AS conflict FROM duplicates WHERE NOT part GROUP BY event_id) d ON d.event_id = e.event_id
  GROUP BY 1),
r AS (SELECT evidence, count(*) AS rejects, sum(byte_len) AS bytes FROM rejects GROUP BY evidence)
SELECT v.ordinal, coalesce(v.size, 0), coalesce(v.offset_us, 0), coalesce(v.simulated, FALSE),
  CAST(coalesce(l.records, 0) AS BIGINT), CAST(coalesce(l.events, 0) AS BIGINT), CAST(coalesce(l.rejects, 0) AS BIGINT),
  CAST(coalesce(l.header, 0) AS BIGINT), CAST(coalesce(l.separator, 0) AS BIGINT), CAST(coalesce(l.comment, 0) AS BIGINT), CAST(coalesce(l.blank, 0) AS BIGINT),
  coalesce(l.first_off, 0), coalesce(l.end_off, 0), CAST(coalesce(l.spanned, 0) AS BIGINT),
  coalesce(e.events, 0), CAST(coalesce(e.bytes, 0) AS BIGINT), coalesce(r.rejects, 0), CAST(coalesce(r.bytes, 0) AS BIGINT),
  coalesce(e.undated, 0), coalesce(e.duplicates, 0), CAST(coalesce(e.conflicts, 0) AS BIGINT)
FROM evidence v
LEFT JOIN l ON l.evidence = v.ordinal LEFT JOIN e ON e.evidence = v.ordinal LEFT JOIN r ON r.evidence = v.ordinal
ORDER BY v.ordinal
