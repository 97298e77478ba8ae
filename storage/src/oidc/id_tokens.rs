//! What the provider said at a login: kept until the session ends, to be shown to the provider at sign-out.

use mosaic_model::{By, Owner, Secret, SessionId, SessionToken};
use sqlx::PgConnection;

use crate::{KeyOwner, NewSession, Place, Store, StoreError, sealed_columns::SESSION_ID_TOKENS};

/// An ID token and who signed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdToken {
    /// Who signed it: it is shown to nobody else.
    pub issuer: String,
    /// The token.
    pub token: Secret<String>,
}

fn place(owner: Owner, session: SessionId) -> Place<'static> {
    SESSION_ID_TOKENS.of_id(session.as_uuid(), KeyOwner::User(owner.user_id()))
}

impl Store {
    /// As [`Store::create_session`], for a login at the provider.
    pub async fn create_oidc_session(
        &self,
        owner: Owner,
        new: NewSession,
        id_token: &IdToken,
        by: &By,
    ) -> Result<(SessionId, SessionToken), StoreError> {
        let mut transaction = self.begin(owner).await?;
        let (session, token) = self.insert_session(&mut transaction, owner, new, by).await?;
        self.insert_id_token(&mut transaction, owner, session, id_token).await?;
        transaction.commit().await?;
        Ok((session, token))
    }

    /// What the provider said when this session began; none where it did not begin there.
    pub async fn id_token(&self, owner: Owner, session: SessionId) -> Result<Option<IdToken>, StoreError> {
        let mut transaction = self.begin(owner).await?;
        let row: Option<(String, Vec<u8>)> = sqlx::query_as(
            "SELECT issuer, sealed
             FROM session_id_tokens
             WHERE session_id = $1 AND user_id = $2",
        )
        .bind(session.as_uuid())
        .bind(owner.user_id().as_uuid())
        .fetch_optional(&mut *transaction)
        .await?;
        let Some((issuer, sealed)) = row else { return Ok(None) };
        let opened = self.keys().open(&place(owner, session), &sealed)?;
        let token = String::from_utf8(opened.expose().clone());
        let corrupt = || StoreError::Corrupt(format!("session_id_tokens.sealed of {session}"));
        Ok(Some(IdToken { issuer, token: Secret::new(token.ok().ok_or_else(corrupt)?) }))
    }

    async fn insert_id_token(
        &self,
        connection: &mut PgConnection,
        owner: Owner,
        session: SessionId,
        id_token: &IdToken,
    ) -> Result<(), StoreError> {
        let sealed = self.keys().seal(&place(owner, session), id_token.token.expose().as_bytes());
        sqlx::query(
            "INSERT INTO session_id_tokens (session_id, user_id, issuer, sealed)
             VALUES ($1, $2, $3, $4)",
        )
        .bind(session.as_uuid())
        .bind(owner.user_id().as_uuid())
        .bind(&id_token.issuer)
        .bind(sealed)
        .execute(connection)
        .await?;
        Ok(())
    }
}
