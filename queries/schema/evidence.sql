-- The evidence of the case in ordinal order, all columns.
SELECT ordinal, argument, path, member, kind, size, sha256, outer_sha256, state, reason, framing, offset_us, simulated, told, dates
FROM evidence ORDER BY ordinal;
