-- Users whom an admin looks after: how they sign in, erasing them, and inviting others.

-- A user who is being erased is shut out first, and stays marked until the last thing of theirs is gone.
ALTER TABLE users ADD COLUMN deleting_at timestamptz;
ALTER TABLE users ADD CONSTRAINT users_deleting_check CHECK (deleting_at IS NULL OR disabled);
GRANT SELECT (deleting_at) ON users TO mosaic_fleet;

-- Whether somebody has a password, never its hash.
CREATE POLICY fleet ON breakglass_users FOR SELECT TO mosaic_fleet USING (true);
GRANT SELECT (user_id) ON breakglass_users TO mosaic_fleet;
CREATE POLICY fleet ON local_passwords FOR SELECT TO mosaic_fleet USING (true);
GRANT SELECT (user_id) ON local_passwords TO mosaic_fleet;

CREATE FUNCTION mosaic_sign_in(of_user uuid)
RETURNS text
LANGUAGE sql
STABLE
PARALLEL SAFE
AS $$
    SELECT CASE
        WHEN EXISTS (SELECT FROM breakglass_users WHERE user_id = of_user) THEN 'breakglass'
        WHEN EXISTS (SELECT FROM local_passwords WHERE user_id = of_user) THEN 'local'
        WHEN EXISTS (SELECT FROM sessions WHERE user_id = of_user AND method = 'oidc') THEN 'oidc'
    END
$$;
COMMENT ON FUNCTION mosaic_sign_in(uuid) IS 'How a user signs in; NULL where that is not known. A password comes before a provider.';
REVOKE ALL ON FUNCTION mosaic_sign_in(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION mosaic_sign_in(uuid) TO mosaic_fleet;

CREATE TABLE invitations (
    id          uuid PRIMARY KEY,
    email       text NOT NULL,
    role        text NOT NULL CHECK (role IN ('admin', 'user')),
    hash        bytea NOT NULL CHECK (octet_length(hash) = 32),
    invited_by  uuid REFERENCES users ON DELETE SET NULL,
    created_at  timestamptz NOT NULL,
    expires_at  timestamptz NOT NULL,
    accepted_at timestamptz,
    revoked_at  timestamptz,
    CONSTRAINT invitations_hash_key UNIQUE (hash),
    CHECK (accepted_at IS NULL OR revoked_at IS NULL)
);
COMMENT ON TABLE invitations IS 'Invitations to local accounts: SHA-256 of the code of the link, never the code. They are the installation''s: whom they invite is no user yet.';
CREATE UNIQUE INDEX invitations_open_key ON invitations (email) WHERE accepted_at IS NULL AND revoked_at IS NULL;
GRANT SELECT, INSERT, UPDATE, DELETE ON invitations TO mosaic_app;

-- Whoever is shut out is looked for again and again.
CREATE INDEX users_disabled ON users (id) WHERE disabled;
