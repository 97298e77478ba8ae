//! Accepting an invitation: the account, its password and its first session come to be together, or not at all.

use mosaic_model::{
    AuditAction, AuditEntry, AuditTarget, By, InvitationId, InvitationToken, Secret, SessionToken, Timestamp,
    TokenHash,
};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{NewSession, Store, StoreError, User, passwords::insert_local_password};

impl Store {
    /// Makes the account that an invitation is for, and signs its browser in. Of two who accept at once one
    /// wins. [`StoreError::NotFound`] where the code is unknown, used, taken back or too old, whichever;
    /// [`StoreError::Conflict`] where somebody has the e-mail address by now.
    pub async fn accept_invitation(
        &self,
        token: &InvitationToken,
        password: &Secret<String>,
        browser: NewSession,
        by: &By,
    ) -> Result<(User, SessionToken), StoreError> {
        // Nobody has a password hashed for a code that opens nothing.
        let open = self.open_invitation(&token.hash()).await?;
        let hash = self.hashers().hash(password).await?;
        let (user, owner) = self.new_user(&open.email, open.role);
        let mut transaction = self.begin(owner).await?;
        let id = take(&mut transaction, &token.hash(), user.created_at).await?;
        let by = by.user(user.id);
        self.insert_user(&mut transaction, &user, &by).await?;
        insert_local_password(&mut transaction, owner, &hash, user.created_at).await?;
        let (_, session) = self.insert_session(&mut transaction, owner, browser, &by).await?;
        let entry = AuditEntry::done(&by, AuditAction::InvitationAccepted, AuditTarget::Invitation(id));
        self.audit_in(&mut transaction, &entry).await?;
        transaction.commit().await?;
        Ok((user, session))
    }
}

/// Uses the code up. Whoever comes second waits here for the first, and then finds it used.
async fn take(
    connection: &mut PgConnection,
    hash: &TokenHash,
    now: Timestamp,
) -> Result<InvitationId, StoreError> {
    let taken: Option<Uuid> = sqlx::query_scalar(
        "UPDATE invitations
         SET accepted_at = $2
         WHERE hash = $1
           AND accepted_at IS NULL
           AND revoked_at IS NULL
           AND expires_at > $2
         RETURNING id",
    )
    .bind(hash.as_bytes().as_slice())
    .bind(now)
    .fetch_optional(connection)
    .await?;
    taken.map(InvitationId::from_uuid).ok_or(StoreError::NotFound)
}
