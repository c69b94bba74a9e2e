-- What people do about dead letters, and what comes of it.
ALTER TABLE dead_letter_desk
    ADD COLUMN state text NOT NULL DEFAULT 'open'
        CHECK (state IN ('open', 'redriven', 'resolved', 'deadAgain', 'discarded')),
    -- How often the message has been redriven, counted over all letters that it has been.
    ADD COLUMN redrives integer NOT NULL DEFAULT 0,
    -- The id of the message that was published from it, and the redrive of many letters that did so, if one did.
    ADD COLUMN message_id text,
    ADD COLUMN redrive_id text,
    -- The letter whose redriven message this one is; and the other way round.
    ADD COLUMN came_of text,
    ADD COLUMN came_back_as text,
    -- What is to be published instead of the original, if it was edited.
    ADD COLUMN edited_headers jsonb,
    ADD COLUMN edited_value bytea;
CREATE UNIQUE INDEX dead_letter_desk_message ON dead_letter_desk (message_id) WHERE message_id IS NOT NULL;
CREATE INDEX dead_letter_desk_open ON dead_letter_desk (tenant, died_at DESC, dead_letter_id DESC) WHERE state = 'open';
