-- Adds events of findings, in order. Parameters: $1, finding and event id: columns separated by 0x1F, rows by 0x1E.
INSERT INTO finding_events
SELECT c[1], CAST(c[2] AS BIGINT) FROM (SELECT string_split(unnest(string_split($1, chr(30))), chr(31)) AS c);
