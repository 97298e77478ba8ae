-- What a user's cell was last given as its openclaw.json. Compared with what is wanted now it says whether a
-- change has still to reach the cell, whoever made it and whatever was restarted since.

-- The generation says which container was given it: a newer one has been given nothing yet.
CREATE TABLE user_container_configs (
    user_id     uuid PRIMARY KEY REFERENCES user_containers ON DELETE CASCADE,
    generation  bigint NOT NULL CHECK (generation >= 0),
    fingerprint text NOT NULL,
    served_at   timestamptz NOT NULL
);
COMMENT ON TABLE user_container_configs IS 'The fingerprint of the configuration that a user''s cell was last given, and which container of it.';
ALTER TABLE user_container_configs ENABLE ROW LEVEL SECURITY;
ALTER TABLE user_container_configs FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON user_container_configs TO mosaic_app
    USING (user_id = mosaic_owner()) WITH CHECK (user_id = mosaic_owner());
GRANT SELECT, INSERT, UPDATE, DELETE ON user_container_configs TO mosaic_app;
