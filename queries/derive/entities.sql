-- Pivots from the events' own columns and from the tables beside them: event, kind, value, role.
INSERT INTO entities
SELECT event_id, 'user', actor, 'actor' FROM events WHERE actor IS NOT NULL
UNION ALL SELECT event_id, 'user', actor_id, 'actor_id' FROM events WHERE actor_id IS NOT NULL AND actor_id <> actor
UNION ALL SELECT event_id, 'ip', src_ip, 'source' FROM events WHERE src_ip IS NOT NULL
UNION ALL SELECT event_id, 'host', host, 'host' FROM events WHERE host IS NOT NULL
UNION ALL SELECT event_id, 'resource', lower(target_id), 'target' FROM events WHERE target_id IS NOT NULL
UNION ALL SELECT event_id, 'ip', dst_ip, 'destination' FROM flows WHERE dst_ip IS NOT NULL
UNION ALL SELECT event_id, 'correlation', uid, 'sensor' FROM flows WHERE uid IS NOT NULL
UNION ALL SELECT event_id, 'correlation', community_id, 'flow' FROM flows WHERE community_id IS NOT NULL
UNION ALL SELECT event_id, 'domain', lower(query), 'query' FROM dns WHERE query IS NOT NULL
UNION ALL SELECT event_id, 'domain', lower(host), 'host' FROM web WHERE host IS NOT NULL
UNION ALL SELECT event_id, 'process', path, 'process' FROM processes WHERE path IS NOT NULL
UNION ALL SELECT event_id, 'hash', lower(sha256), 'process' FROM processes WHERE sha256 IS NOT NULL;
