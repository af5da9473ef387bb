-- Why: an issued record is read in several formats, and its figures are to be had again. The Markdown stays as it was
-- issued; the other formats are written from its evidence. Records from before have none.

ALTER TABLE records ADD COLUMN evidence TEXT NOT NULL DEFAULT '';
