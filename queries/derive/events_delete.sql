-- Removes the derived events before they are derived anew.
DELETE FROM events WHERE event_id & (1::BIGINT << 39) <> 0;
