-- What a user's cell is configured from: providers, their keys, agents, and what came of them.

CREATE TABLE llm_providers (
    id          uuid PRIMARY KEY,
    user_id     uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    name        text NOT NULL,
    kind        text NOT NULL,
    base_url    text NOT NULL,
    models      text[] NOT NULL CHECK (cardinality(models) > 0),
    key_hint    text NOT NULL,
    key_version bigint NOT NULL CHECK (key_version > 0),
    created_at  timestamptz NOT NULL,
    CONSTRAINT llm_providers_name_key UNIQUE (user_id, name),
    CONSTRAINT llm_providers_owned_key UNIQUE (user_id, id)
);
COMMENT ON TABLE llm_providers IS 'Users'' accounts at LLM providers, without their keys; key_version counts replacements.';
ALTER TABLE llm_providers ENABLE ROW LEVEL SECURITY;
ALTER TABLE llm_providers FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON llm_providers TO mosaic_app
    USING (user_id = mosaic_owner()) WITH CHECK (user_id = mosaic_owner());
GRANT SELECT, INSERT, UPDATE, DELETE ON llm_providers TO mosaic_app;

CREATE TABLE llm_provider_keys (
    provider_id uuid PRIMARY KEY,
    user_id     uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    sealed      bytea NOT NULL,
    updated_at  timestamptz NOT NULL,
    FOREIGN KEY (user_id, provider_id) REFERENCES llm_providers (user_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE llm_provider_keys IS 'Providers'' API keys, sealed by the vault with their owner''s key.';
CREATE INDEX llm_provider_keys_user_id ON llm_provider_keys (user_id, provider_id);
ALTER TABLE llm_provider_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE llm_provider_keys FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON llm_provider_keys TO mosaic_app
    USING (user_id = mosaic_owner()) WITH CHECK (user_id = mosaic_owner());
GRANT SELECT, INSERT, UPDATE, DELETE ON llm_provider_keys TO mosaic_app;

-- NO ACTION, not RESTRICT, on the provider: a provider in use cannot go, but a user with all of it can.
CREATE TABLE user_agent_config (
    id          uuid PRIMARY KEY,
    user_id     uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    slug        text NOT NULL,
    name        text NOT NULL,
    personality text NOT NULL,
    provider_id uuid NOT NULL,
    model       text NOT NULL,
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL,
    CONSTRAINT user_agent_config_slug_key UNIQUE (user_id, slug),
    CONSTRAINT user_agent_config_owned_key UNIQUE (user_id, id),
    CONSTRAINT user_agent_config_provider_fkey
        FOREIGN KEY (user_id, provider_id) REFERENCES llm_providers (user_id, id) ON DELETE NO ACTION
);
COMMENT ON TABLE user_agent_config IS 'Users'' agents, one a row: name, personality and model.';
CREATE INDEX user_agent_config_provider ON user_agent_config (user_id, provider_id);
ALTER TABLE user_agent_config ENABLE ROW LEVEL SECURITY;
ALTER TABLE user_agent_config FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON user_agent_config TO mosaic_app
    USING (user_id = mosaic_owner()) WITH CHECK (user_id = mosaic_owner());
GRANT SELECT, INSERT, UPDATE, DELETE ON user_agent_config TO mosaic_app;

CREATE TABLE config_revisions (
    id          uuid PRIMARY KEY,
    user_id     uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    number      bigint NOT NULL CHECK (number > 0),
    fingerprint text NOT NULL,
    document    jsonb NOT NULL,
    created_at  timestamptz NOT NULL,
    CONSTRAINT config_revisions_number_key UNIQUE (user_id, number)
);
COMMENT ON TABLE config_revisions IS 'Every openclaw.json a user''s cell was meant to have, with references in place of keys.';
ALTER TABLE config_revisions ENABLE ROW LEVEL SECURITY;
ALTER TABLE config_revisions FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON config_revisions TO mosaic_app
    USING (user_id = mosaic_owner()) WITH CHECK (user_id = mosaic_owner());
GRANT SELECT, INSERT, DELETE ON config_revisions TO mosaic_app;
