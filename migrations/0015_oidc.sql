-- People who sign in through an OIDC provider.

CREATE TABLE oidc_identities (
    user_id    uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    issuer     text NOT NULL,
    subject    text NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT oidc_identities_key PRIMARY KEY (issuer, subject)
);
COMMENT ON TABLE oidc_identities IS 'Who a user is to an OIDC provider: its name and theirs there. An e-mail address never decides.';
CREATE INDEX oidc_identities_user_id ON oidc_identities (user_id);
ALTER TABLE oidc_identities ENABLE ROW LEVEL SECURITY;
ALTER TABLE oidc_identities FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON oidc_identities TO mosaic_app
    USING (user_id = mosaic_owner()) WITH CHECK (user_id = mosaic_owner());
CREATE POLICY fleet ON oidc_identities FOR SELECT TO mosaic_fleet USING (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON oidc_identities TO mosaic_app;
GRANT SELECT (user_id, issuer, subject) ON oidc_identities TO mosaic_fleet;

CREATE TABLE session_id_tokens (
    session_id uuid PRIMARY KEY,
    user_id    uuid NOT NULL,
    issuer     text NOT NULL,
    sealed     bytea NOT NULL,
    key_id     bytea GENERATED ALWAYS AS (substring(sealed FROM 2 FOR 4)) STORED,
    CONSTRAINT session_id_tokens_session_fkey FOREIGN KEY (user_id, session_id)
        REFERENCES sessions (user_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE session_id_tokens IS 'What the OIDC provider said at a login, sealed by the vault: shown to that provider again at sign-out, which ends the session there too.';
CREATE INDEX session_id_tokens_user_id ON session_id_tokens (user_id, session_id);
ALTER TABLE session_id_tokens ENABLE ROW LEVEL SECURITY;
ALTER TABLE session_id_tokens FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON session_id_tokens TO mosaic_app
    USING (user_id = mosaic_owner()) WITH CHECK (user_id = mosaic_owner());
GRANT SELECT, INSERT, UPDATE, DELETE ON session_id_tokens TO mosaic_app;
CREATE POLICY fleet ON session_id_tokens FOR SELECT TO mosaic_fleet USING (true);
GRANT SELECT (user_id, key_id) ON session_id_tokens TO mosaic_fleet;
