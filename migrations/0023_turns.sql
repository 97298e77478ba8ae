-- Turns that belong to the server, at work: which session of the gateway they went to, what they replace, how they
-- ended. Nothing has written any before this migration, so there is nothing to carry over.

ALTER TABLE turns DROP CONSTRAINT turns_state_check;
ALTER TABLE turns DROP CONSTRAINT turns_check;
ALTER TABLE turns
    -- One word for a session of the gateway: turns with the same one are remembered together there.
    ADD COLUMN session         text NOT NULL,
    ADD COLUMN agent_id        uuid,
    -- Asked again or edited: from this number on, earlier turns are no part of the thread any more.
    ADD COLUMN replaces        bigint CHECK (replaces > 0 AND replaces < number),
    ADD COLUMN replaced        boolean NOT NULL DEFAULT false,
    -- The client's own name for its request: sent twice, it is one turn.
    ADD COLUMN idempotency_key text,
    ADD COLUMN failure_code    text,
    ADD COLUMN prompt_tokens   bigint CHECK (prompt_tokens >= 0),
    ADD COLUMN answer_tokens   bigint CHECK (answer_tokens >= 0),
    ADD CONSTRAINT turns_state_check CHECK (
        state IN ('queued', 'waking', 'streaming', 'done', 'stopped', 'failed', 'interrupted')
    ),
    ADD CONSTRAINT turns_finished_check CHECK (
        (finished_at IS NOT NULL) = (state IN ('done', 'stopped', 'failed', 'interrupted'))
    ),
    ADD CONSTRAINT turns_failure_check CHECK ((failure IS NULL) = (failure_code IS NULL)),
    ADD CONSTRAINT turns_idempotency_key UNIQUE (user_id, conversation_id, idempotency_key),
    ADD CONSTRAINT turns_agent_fkey
        FOREIGN KEY (user_id, agent_id) REFERENCES user_agent_config (user_id, id) ON DELETE SET NULL (agent_id);
CREATE INDEX turns_agent ON turns (user_id, agent_id);
-- One at a time: a gateway answers the questions of one session one after another anyway.
CREATE UNIQUE INDEX turns_open_key ON turns (user_id, conversation_id) WHERE finished_at IS NULL;
-- What a crash left open is found across users: whose it is and which, and of turns under way alone.
CREATE POLICY fleet ON turns FOR SELECT TO mosaic_fleet USING (finished_at IS NULL);
GRANT SELECT (id, user_id, finished_at) ON turns TO mosaic_fleet;

-- Pages of the list, whose order is this one.
DROP INDEX conversations_recent;
CREATE INDEX conversations_recent ON conversations (user_id, updated_at DESC, id DESC);

COMMENT ON TABLE turn_events IS 'The answer of a turn under way, piece by piece; gone when the turn has ended and holds it whole.';
