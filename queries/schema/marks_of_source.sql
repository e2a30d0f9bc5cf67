-- First and last event id of each mark of the items that hold a source, in order. Parameters: $1 source.
SELECT (l.evidence::BIGINT << 40) + l.start_off, (l.evidence::BIGINT << 40) + l.end_off
FROM ledger l WHERE l.evidence IN (SELECT evidence FROM ledger_sources WHERE source = $1)
ORDER BY l.evidence, l.start_off;
