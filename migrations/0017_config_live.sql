-- What a cell's gateway runs with, now that it can be given a changed configuration while it runs: what it asked
-- for last is one thing, what it is known to have taken up another.

ALTER TABLE user_container_configs
    ADD COLUMN restart_parts jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(restart_parts) = 'object'),
    ADD COLUMN applied       text,
    ADD COLUMN failed        text,
    ADD COLUMN failure       text,
    ADD CONSTRAINT user_container_configs_failed_check CHECK ((failed IS NULL) = (failure IS NULL));
COMMENT ON TABLE user_container_configs IS 'Fingerprints of configurations: fingerprint is what the cell asked for last, applied what its gateway runs with, failed what it refused, and failure why. restart_parts are digests of what it began with and only a restart changes.';

-- Until now what a container was given was what it ran with. The walls are for what serves users: not for this.
ALTER TABLE user_container_configs NO FORCE ROW LEVEL SECURITY;
UPDATE user_container_configs SET applied = fingerprint;
ALTER TABLE user_container_configs FORCE ROW LEVEL SECURITY;
ALTER TABLE user_container_configs ALTER COLUMN applied SET NOT NULL;
