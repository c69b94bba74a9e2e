-- Which attempt of the task asks; 0 where it did not tell.
ALTER TABLE queries ADD COLUMN attempt integer NOT NULL DEFAULT 0;
