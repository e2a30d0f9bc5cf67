-- Whether the tables of a case are there: one boolean.
SELECT count(*) > 0 FROM information_schema.tables WHERE table_catalog = current_database() AND table_name = 'events';
