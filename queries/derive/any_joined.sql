-- Whether the case has derived events. No parameters.
SELECT count(*) > 0 FROM duplicates WHERE part;
