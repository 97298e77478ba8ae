//! Who somebody at the provider is here. The issuer and the subject decide, and nothing else.

use mosaic_model::{Admission, AuditAction, AuditEntry, AuditTarget, By, Identity, Owner, UserId};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{Role, Store, StoreError, User, error::broken_unique, sessions::delete_sessions};

/// What came of a login at the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OidcSignIn {
    /// They are this user.
    Accepted {
        /// Who, as they are from now on.
        user: User,
        /// Whether what they may do is another thing than before: their other sessions have ended.
        role_changed: bool,
    },
    /// They may not come in.
    Refused(OidcRefusal),
}

/// Why somebody whom the provider vouches for is not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OidcRefusal {
    /// They are shut out here.
    Disabled(UserId),
    /// They are new, and their e-mail address is another account's. An address proves nothing: it is no way into
    /// that account.
    EmailTaken(UserId),
}

impl Store {
    /// Who this is: the user that came in as them before, or a new one.
    pub async fn sign_in_identity(
        &self,
        identity: &Identity,
        admission: &Admission,
        by: &By,
    ) -> Result<OidcSignIn, StoreError> {
        if let Some(user) = self.identified(identity).await? {
            return self.sign_in_known(user, admission, by).await;
        }
        match self.add_identified(identity, admission, by).await {
            // They came in twice at the same moment: the other one was first.
            Err(StoreError::Conflict(_)) => match self.identified(identity).await? {
                Some(user) => self.sign_in_known(user, admission, by).await,
                None => self.email_taken(admission).await,
            },
            outcome => outcome,
        }
    }

    /// Why this person would not be let in; none where they would. Nothing is changed.
    pub async fn preview_identity(
        &self,
        identity: &Identity,
        admission: &Admission,
    ) -> Result<Option<OidcRefusal>, StoreError> {
        let Some(user) = self.identified(identity).await? else {
            let other = self.user_by_email(&admission.email).await?;
            return Ok(other.map(|other| OidcRefusal::EmailTaken(other.id)));
        };
        let disabled: Option<bool> = sqlx::query_scalar(
            "SELECT disabled
             FROM users
             WHERE id = $1",
        )
        .bind(user.as_uuid())
        .fetch_optional(self.fleet())
        .await?;
        Ok((disabled == Some(true)).then_some(OidcRefusal::Disabled(user)))
    }

    /// Which user came in as this before. To look is not to let in.
    pub async fn identified(&self, identity: &Identity) -> Result<Option<UserId>, StoreError> {
        let id: Option<Uuid> = sqlx::query_scalar(
            "SELECT user_id
             FROM oidc_identities
             WHERE issuer = $1 AND subject = $2",
        )
        .bind(&identity.issuer)
        .bind(&identity.subject)
        .fetch_optional(self.fleet())
        .await?;
        Ok(id.map(UserId::from_uuid))
    }

    async fn sign_in_known(
        &self,
        user: UserId,
        admission: &Admission,
        by: &By,
    ) -> Result<OidcSignIn, StoreError> {
        #[expect(
            clippy::disallowed_methods,
            reason = "the provider has just said that the caller is this user"
        )]
        let owner = Owner::vouch(user);
        let user = self.user(owner).await?;
        if user.disabled {
            return Ok(OidcSignIn::Refused(OidcRefusal::Disabled(user.id)));
        }
        let mut transaction = self.begin(owner).await?;
        let is_breakglass = is_breakglass(&mut transaction, owner).await?;
        let is_admin = admission.makes_admin(user.role == Role::Admin, is_breakglass);
        let role = if is_admin { Role::Admin } else { Role::User };
        let role_changed = role != user.role;
        if role_changed {
            self.change_role(&mut transaction, owner, role, by).await?;
            transaction.commit().await?;
        }
        Ok(OidcSignIn::Accepted { user: User { role, ..user }, role_changed })
    }

    async fn add_identified(
        &self,
        identity: &Identity,
        admission: &Admission,
        by: &By,
    ) -> Result<OidcSignIn, StoreError> {
        let role = if admission.is_admin == Some(true) { Role::Admin } else { Role::User };
        let (user, owner) = self.new_user(&admission.email, role);
        let mut transaction = self.begin(owner).await?;
        self.insert_user(&mut transaction, &user, &by.user(user.id)).await?;
        sqlx::query(
            "INSERT INTO oidc_identities (user_id, issuer, subject, created_at)
             VALUES ($1, $2, $3, $4)",
        )
        .bind(user.id.as_uuid())
        .bind(&identity.issuer)
        .bind(&identity.subject)
        .bind(user.created_at)
        .execute(&mut *transaction)
        .await
        .map_err(|error| match broken_unique(&error) {
            Some("oidc_identities_key") => StoreError::Conflict("such an identity"),
            _ => error.into(),
        })?;
        transaction.commit().await?;
        Ok(OidcSignIn::Accepted { user, role_changed: false })
    }

    async fn email_taken(&self, admission: &Admission) -> Result<OidcSignIn, StoreError> {
        match self.user_by_email(&admission.email).await? {
            Some(other) => Ok(OidcSignIn::Refused(OidcRefusal::EmailTaken(other.id))),
            // The other account has gone meanwhile: the next try will do.
            None => Err(StoreError::Busy),
        }
    }

    /// Gives the owner another role and ends their sessions: each began as somebody who could do something else.
    async fn change_role(
        &self,
        connection: &mut PgConnection,
        owner: Owner,
        role: Role,
        by: &By,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE users
             SET role = $2
             WHERE id = $1",
        )
        .bind(owner.user_id().as_uuid())
        .bind(role.as_str())
        .execute(&mut *connection)
        .await?;
        delete_sessions(connection, owner, None).await?;
        let target = AuditTarget::User(owner.user_id());
        let entry = AuditEntry::done(&by.user(owner.user_id()), AuditAction::UserRoleChanged, target);
        let detail = format!("{}, by the OIDC provider's groups", role.as_str());
        self.audit_in(connection, &entry.detailed(detail)).await
    }
}

async fn is_breakglass(connection: &mut PgConnection, owner: Owner) -> Result<bool, StoreError> {
    let found = sqlx::query_scalar(
        "SELECT EXISTS (
            SELECT FROM breakglass_users
            WHERE user_id = $1
         )",
    )
    .bind(owner.user_id().as_uuid())
    .fetch_one(connection)
    .await?;
    Ok(found)
}
