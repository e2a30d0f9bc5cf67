-- Every native field name seen: source, name.
SELECT source, name FROM native_fields;
