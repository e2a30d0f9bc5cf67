-- What is stored of one item, in order. Parameters: $1 evidence.
SELECT seq, start_off, end_off, records, events, rejects, header_bytes, separator_bytes, comment_bytes, blank_bytes, lines, hash_at, prefix
FROM ledger WHERE evidence = $1 ORDER BY seq;
