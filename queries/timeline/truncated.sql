-- Items that were not read to their end as they were first seen: ordinal, state and reason, bytes read. No parameters.
SELECT ordinal, state || CASE WHEN coalesce(reason, '') = '' THEN '' ELSE ': ' || reason END, coalesce(size, 0)
FROM evidence WHERE state IN ('partial', 'changed', 'unreadable') ORDER BY ordinal
