-- What an agent is besides its name, personality and model: a picture, models that stand in, what it may use, and
-- whether it answers where none is named. A version for every change, as with providers.

ALTER TABLE user_agent_config
    ADD COLUMN emoji          text    NOT NULL DEFAULT '',
    ADD COLUMN tools          jsonb   NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(tools) = 'object'),
    ADD COLUMN skills         text[]  NOT NULL DEFAULT '{}',
    ADD COLUMN is_default     boolean NOT NULL DEFAULT false,
    ADD COLUMN version        bigint  NOT NULL DEFAULT 1 CHECK (version > 0),
    ADD COLUMN field_versions jsonb   NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(field_versions) = 'object');
COMMENT ON TABLE user_agent_config IS 'Users'' agents, one a row; version counts changes, field_versions says which field was changed last by which.';

-- Until now the oldest was as good as the default. The walls are for what serves users: not for this.
ALTER TABLE user_agent_config NO FORCE ROW LEVEL SECURITY;
UPDATE user_agent_config AS agent
SET is_default = true
WHERE NOT EXISTS (
    SELECT
    FROM user_agent_config AS older
    WHERE older.user_id = agent.user_id AND (older.created_at, older.id) < (agent.created_at, agent.id)
);
ALTER TABLE user_agent_config FORCE ROW LEVEL SECURITY;
-- At most one; that there is one at all is for whoever adds and removes agents, who lock their owner first.
CREATE UNIQUE INDEX user_agent_config_default ON user_agent_config (user_id) WHERE is_default;

-- As with an agent's own model, a provider cannot go while a fallback is on it; a user with all of it can.
CREATE TABLE user_agent_fallbacks (
    user_id     uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    agent_id    uuid NOT NULL,
    position    integer NOT NULL CHECK (position > 0),
    provider_id uuid NOT NULL,
    model       text NOT NULL,
    PRIMARY KEY (user_id, agent_id, position),
    CONSTRAINT user_agent_fallbacks_model_key UNIQUE (user_id, agent_id, provider_id, model),
    CONSTRAINT user_agent_fallbacks_agent_fkey
        FOREIGN KEY (user_id, agent_id) REFERENCES user_agent_config (user_id, id) ON DELETE CASCADE,
    CONSTRAINT user_agent_fallbacks_provider_fkey
        FOREIGN KEY (user_id, provider_id) REFERENCES llm_providers (user_id, id) ON DELETE NO ACTION
);
COMMENT ON TABLE user_agent_fallbacks IS 'The models that stand in for an agent''s own, in the order they are tried.';
CREATE INDEX user_agent_fallbacks_provider ON user_agent_fallbacks (user_id, provider_id);
ALTER TABLE user_agent_fallbacks ENABLE ROW LEVEL SECURITY;
ALTER TABLE user_agent_fallbacks FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON user_agent_fallbacks TO mosaic_app
    USING (user_id = mosaic_owner()) WITH CHECK (user_id = mosaic_owner());
GRANT SELECT, INSERT, UPDATE, DELETE ON user_agent_fallbacks TO mosaic_app;
