-- Removes the counts of derived events before they are derived anew.
DELETE FROM counts WHERE event_id & (1::BIGINT << 39) <> 0;
