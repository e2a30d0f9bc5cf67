-- Records that could not be read, in the order of the evidence, with their number in all. Parameters: $limit.
SELECT count(*) OVER (), evidence, coalesce(byte_offset, 0), coalesce(byte_len, 0), coalesce(line_no, 0),
  coalesce(code, ''), coalesce(detail, ''), coalesce(raw, ''), coalesce(base64, FALSE)
FROM rejects
ORDER BY evidence, byte_offset, byte_len
LIMIT $limit
