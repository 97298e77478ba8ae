-- What belongs to the installation and to no user.

CREATE TABLE system_config (
    key        text PRIMARY KEY,
    value      jsonb NOT NULL,
    updated_at timestamptz NOT NULL
);
COMMENT ON TABLE system_config IS 'The installation''s own values: its id, the vault''s check value, settings, onboarding.';
GRANT SELECT, INSERT, UPDATE ON system_config TO mosaic_app;

CREATE TABLE manager_fence (
    single   boolean PRIMARY KEY DEFAULT true CHECK (single),
    number   bigint NOT NULL,
    taken_at timestamptz NOT NULL
);
COMMENT ON TABLE manager_fence IS 'One row: how often a Mosaic took charge of this database, and when last.';
GRANT SELECT, INSERT, UPDATE ON manager_fence TO mosaic_app;
