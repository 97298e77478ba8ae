//! Erasing users, and finding those who are shut out.

use mosaic_model::{AuditAction, AuditEntry, AuditTarget, By, Owner, UserId};
use uuid::Uuid;

use crate::{Store, StoreError};

/// Somebody who is shut out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShutOut {
    /// Who.
    pub user: UserId,
    /// Whether they are to be erased.
    pub is_deleting: bool,
}

impl Store {
    /// Everybody who is shut out.
    pub async fn shut_out(&self) -> Result<Vec<ShutOut>, StoreError> {
        let rows: Vec<(Uuid, bool)> = sqlx::query_as(
            "SELECT id, deleting_at IS NOT NULL
             FROM users
             WHERE disabled
             ORDER BY id",
        )
        .fetch_all(self.fleet())
        .await?;
        let shut_out = |(id, is_deleting)| ShutOut { user: UserId::from_uuid(id), is_deleting };
        Ok(rows.into_iter().map(shut_out).collect())
    }

    /// Which of these users are there and not shut out.
    pub async fn let_in_among(&self, users: &[UserId]) -> Result<Vec<UserId>, StoreError> {
        let ids: Vec<Uuid> = users.iter().map(|user| user.as_uuid()).collect();
        let rows: Vec<Uuid> = sqlx::query_scalar(
            "SELECT id
             FROM users
             WHERE id = ANY($1) AND NOT disabled",
        )
        .bind(ids)
        .fetch_all(self.fleet())
        .await?;
        Ok(rows.into_iter().map(UserId::from_uuid).collect())
    }

    /// Removes every row of a user who was marked for it, and the invitations that name them; the last thing
    /// to do, when nothing of theirs is left elsewhere. [`StoreError::NotFound`] where somebody has done it.
    pub async fn finish_deleting(&self, user: UserId, by: &By) -> Result<(), StoreError> {
        #[expect(
            clippy::disallowed_methods,
            reason = "an act on the account, which shows nothing of what is in it"
        )]
        let owner = Owner::vouch(user);
        let mut transaction = self.begin(owner).await?;
        let email: Option<String> = sqlx::query_scalar(
            "DELETE FROM users
             WHERE id = $1 AND deleting_at IS NOT NULL
             RETURNING email",
        )
        .bind(owner.user_id().as_uuid())
        .fetch_optional(&mut *transaction)
        .await?;
        let email = email.ok_or(StoreError::NotFound)?;
        sqlx::query(
            "DELETE FROM invitations
             WHERE email = $1",
        )
        .bind(email)
        .execute(&mut *transaction)
        .await?;
        let entry = AuditEntry::done(by, AuditAction::UserDeleted, AuditTarget::User(user));
        self.audit_in(&mut transaction, &entry).await?;
        transaction.commit().await?;
        Ok(())
    }
}
