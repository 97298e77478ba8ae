-- Conversations whose turns belong to the server: a question is answered even if nobody watches, and
-- whoever comes back reads on from the last event they saw.

CREATE TABLE conversations (
    id         uuid PRIMARY KEY,
    user_id    uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    agent_id   uuid,
    title      text NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT conversations_owned_key UNIQUE (user_id, id),
    FOREIGN KEY (user_id, agent_id) REFERENCES user_agent_config (user_id, id) ON DELETE SET NULL (agent_id)
);
COMMENT ON TABLE conversations IS 'Users'' conversations with their agents; they outlive the agent they were with.';
CREATE INDEX conversations_recent ON conversations (user_id, updated_at DESC);
CREATE INDEX conversations_agent ON conversations (user_id, agent_id);
ALTER TABLE conversations ENABLE ROW LEVEL SECURITY;
ALTER TABLE conversations FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON conversations TO mosaic_app
    USING (user_id = mosaic_owner()) WITH CHECK (user_id = mosaic_owner());
GRANT SELECT, INSERT, UPDATE, DELETE ON conversations TO mosaic_app;

-- forwarded_at is set before the gateway sees the question: what carries it is never sent again, and after a
-- crash is compared with the gateway's own history instead.
CREATE TABLE turns (
    id              uuid PRIMARY KEY,
    user_id         uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    conversation_id uuid NOT NULL,
    number          bigint NOT NULL CHECK (number > 0),
    state           text NOT NULL CHECK (state IN ('waiting', 'answering', 'done', 'stopped', 'failed')),
    question        text NOT NULL,
    answer          text,
    failure         text,
    created_at      timestamptz NOT NULL,
    forwarded_at    timestamptz,
    finished_at     timestamptz,
    CONSTRAINT turns_number_key UNIQUE (user_id, conversation_id, number),
    CONSTRAINT turns_owned_key UNIQUE (user_id, id),
    FOREIGN KEY (user_id, conversation_id) REFERENCES conversations (user_id, id) ON DELETE CASCADE,
    CHECK ((finished_at IS NOT NULL) = (state IN ('done', 'stopped', 'failed')))
);
COMMENT ON TABLE turns IS 'One question and its answer, numbered within its conversation.';
CREATE INDEX turns_unfinished ON turns (user_id) WHERE finished_at IS NULL;
ALTER TABLE turns ENABLE ROW LEVEL SECURITY;
ALTER TABLE turns FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON turns TO mosaic_app
    USING (user_id = mosaic_owner()) WITH CHECK (user_id = mosaic_owner());
GRANT SELECT, INSERT, UPDATE, DELETE ON turns TO mosaic_app;

CREATE TABLE turn_events (
    turn_id    uuid NOT NULL,
    number     bigint NOT NULL CHECK (number > 0),
    user_id    uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    kind       text NOT NULL,
    payload    text NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (turn_id, number),
    FOREIGN KEY (user_id, turn_id) REFERENCES turns (user_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE turn_events IS 'What a turn sent to those who watch it, numbered, so that a reader can resume after any of them.';
CREATE INDEX turn_events_owner ON turn_events (user_id, turn_id, number);
ALTER TABLE turn_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE turn_events FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON turn_events TO mosaic_app
    USING (user_id = mosaic_owner()) WITH CHECK (user_id = mosaic_owner());
GRANT SELECT, INSERT, DELETE ON turn_events TO mosaic_app;
