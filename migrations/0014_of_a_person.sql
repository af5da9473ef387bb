-- What waits for somebody is looked up on the home page, and links and drafts of somebody are looked up by who they are: without
-- these, each reads all rows of everybody.
CREATE INDEX deciders_of_a_person ON deciders (person_id);
CREATE INDEX tickets_of_a_person ON tickets (person_id);
CREATE INDEX drafts_of_a_person ON drafts (person_id);
