-- Which run of the program made an unfinished sale: a number that the run holds with a lock beside this file. A sale of a
-- run that still goes on is shown there and nowhere else. No run has the number 0.
ALTER TABLE unfinished_sale ADD COLUMN run_no INTEGER NOT NULL DEFAULT 0;
