-- Removes all findings before they are put anew.
DELETE FROM findings;
