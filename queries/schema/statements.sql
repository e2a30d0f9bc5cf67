-- What a text is as SQL: what is wrong with it, empty if nothing is; whether it only reads; how many statements it has. Parameters: the text.
SELECT coalesce(j->>'error_message', ''), coalesce(j->>'error_type', '') <> 'not implemented', coalesce(json_array_length(j->'statements'), 0)
FROM (SELECT CAST(json_serialize_sql(CAST($1 AS VARCHAR)) AS JSON) AS j)
