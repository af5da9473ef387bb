-- What the conditions of a verdict buy takes a simulation of each of them. It is kept beside the report, so that the Decide
-- step and an issued record say the same without simulating again. Runs from before have none of it.

ALTER TABLE runs ADD COLUMN bought TEXT NOT NULL DEFAULT '[]';
