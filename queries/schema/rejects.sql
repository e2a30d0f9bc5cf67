-- All rejects in the order of the evidence.
SELECT evidence, byte_offset, byte_len, line_no, code, coalesce(detail, ''), coalesce(raw, ''), base64
FROM rejects ORDER BY evidence, byte_offset;
