-- What became of each recorded configuration, so that one that a gateway was well with can stand in for one that
-- was refused; and which of them each container was started with.

ALTER TABLE config_revisions
    ADD COLUMN fate    text   NOT NULL DEFAULT 'untried' CHECK (fate IN ('untried', 'healthy', 'refused')),
    ADD COLUMN fate_at timestamptz,
    ADD COLUMN refusal text[] NOT NULL DEFAULT '{}';
COMMENT ON TABLE config_revisions IS 'Every openclaw.json a user''s cell was meant to have, with references in place of keys, and what became of it. refusal are the last words of the gateway that refused it, for the owner''s eyes.';
GRANT UPDATE (fate, fate_at, refusal) ON config_revisions TO mosaic_app;

-- The first answer to a container counts: what it is given later may be taken up while it runs, or not. NULL where
-- nothing could be assembled.
ALTER TABLE user_container_configs ADD COLUMN revision bigint;
COMMENT ON TABLE user_container_configs IS 'The fingerprint of the configuration that a user''s cell was last given, which container of it, and the revision that this container was started with.';
