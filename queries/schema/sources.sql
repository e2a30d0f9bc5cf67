-- Events by source, duplicates included: source, events.
SELECT source, sum(events)::BIGINT FROM ledger_sources GROUP BY source ORDER BY source;
