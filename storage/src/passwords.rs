//! Passwords: the breakglass admins' and the local accounts'.

mod hashers;

use mosaic_model::{
    AuditAction, AuditEntry, AuditTarget, By, Email, Owner, Secret, SessionId, Timestamp, UserId,
};
use sqlx::PgConnection;

pub(crate) use self::hashers::Hashers;
use crate::{LoginMethod, Store, StoreError, User, sessions::delete_sessions};

/// What came of a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PasswordCheck {
    /// It is this user's.
    Accepted {
        /// Whose.
        user: User,
        /// Which kind of account.
        method: LoginMethod,
    },
    /// It is not; for the audit log, whose it should have been.
    Refused {
        /// None where nobody has this address.
        account: Option<UserId>,
    },
}

/// Which of the two kinds of passwords, with its statements.
struct Kind {
    method: LoginMethod,
    select: &'static str,
    update: &'static str,
}

const BREAKGLASS: Kind = Kind {
    method: LoginMethod::Breakglass,
    select: "SELECT password_hash FROM breakglass_users WHERE user_id = $1",
    update: "UPDATE breakglass_users SET password_hash = $2, updated_at = $3 WHERE user_id = $1",
};
const LOCAL: Kind = Kind {
    method: LoginMethod::Local,
    select: "SELECT password_hash FROM local_passwords WHERE user_id = $1",
    update: "UPDATE local_passwords SET password_hash = $2, updated_at = $3 WHERE user_id = $1",
};

impl Store {
    /// Checks a password. Takes as long for an address that nobody has as for one that somebody has.
    ///
    /// Breakglass accounts are asked first, and always; local ones only while the setting allows them.
    pub async fn check_password(
        &self,
        email: &Email,
        password: &Secret<String>,
    ) -> Result<PasswordCheck, StoreError> {
        let user = self.user_by_email(email).await?;
        let account = user.as_ref().map(|user| user.id);
        let known = match &user {
            Some(user) => self.password_of(user.id).await?,
            None => None,
        };
        let allowed =
            known.filter(|(method, _)| *method == LoginMethod::Breakglass || self.settings().local_accounts);
        let (method, hash) = allowed.unzip();
        let matches = self.hashers().verify(password, hash).await?;
        match (user, method) {
            (Some(user), Some(method)) if matches && !user.disabled => {
                Ok(PasswordCheck::Accepted { user, method })
            }
            _ => Ok(PasswordCheck::Refused { account }),
        }
    }

    /// Whether this is the owner's own password, of either kind.
    pub async fn is_own_password(&self, owner: Owner, password: &Secret<String>) -> Result<bool, StoreError> {
        let known = self.password_of(owner.user_id()).await?;
        self.hashers().verify(password, known.map(|(_, hash)| hash)).await
    }

    /// Which kind of password the user has, if any.
    pub async fn password_kind(&self, user: UserId) -> Result<Option<LoginMethod>, StoreError> {
        Ok(self.password_of(user).await?.map(|(method, _)| method))
    }

    /// Gives the owner another password and ends all sessions but `keep`: whoever knew the old one is out.
    pub async fn set_password(
        &self,
        owner: Owner,
        password: &Secret<String>,
        keep: Option<SessionId>,
        action: AuditAction,
        by: &By,
    ) -> Result<(), StoreError> {
        let hash = self.hashers().hash(password).await?;
        let mut transaction = self.begin(owner).await?;
        let mut changed = 0;
        for kind in [BREAKGLASS, LOCAL] {
            let updated = sqlx::query(kind.update)
                .bind(owner.user_id().as_uuid())
                .bind(&hash)
                .bind(self.now())
                .execute(&mut *transaction)
                .await?;
            changed += updated.rows_affected();
        }
        if changed == 0 {
            return Err(StoreError::Invalid(
                "this account has no password: it signs in through the OIDC provider".to_owned(),
            ));
        }
        delete_sessions(&mut transaction, owner, keep).await?;
        let entry = AuditEntry::done(by, action, AuditTarget::User(owner.user_id()));
        self.audit_in(&mut transaction, &entry).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Gives a user another password without their doing, and signs them out everywhere.
    pub async fn reset_password(
        &self,
        user: UserId,
        password: &Secret<String>,
        by: &By,
    ) -> Result<(), StoreError> {
        #[expect(
            clippy::disallowed_methods,
            reason = "an act on the account, which shows nothing of what is in it"
        )]
        let owner = Owner::vouch(user);
        self.set_password(owner, password, None, AuditAction::PasswordReset, by).await
    }

    async fn password_of(&self, user: UserId) -> Result<Option<(LoginMethod, String)>, StoreError> {
        #[expect(
            clippy::disallowed_methods,
            reason = "only the hash is read, to find out whether the caller is they"
        )]
        let owner = Owner::vouch(user);
        let mut transaction = self.begin(owner).await?;
        for kind in [BREAKGLASS, LOCAL] {
            if let Some(hash) = select_hash(&mut transaction, kind.select, owner).await? {
                return Ok(Some((kind.method, hash)));
            }
        }
        Ok(None)
    }
}

/// Gives the owner another breakglass password, within a transaction of theirs.
pub(crate) async fn update_breakglass(
    connection: &mut PgConnection,
    owner: Owner,
    hash: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let updated = sqlx::query(BREAKGLASS.update)
        .bind(owner.user_id().as_uuid())
        .bind(hash)
        .bind(now)
        .execute(connection)
        .await?;
    if updated.rows_affected() == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}

async fn select_hash(
    connection: &mut PgConnection,
    select: &'static str,
    owner: Owner,
) -> Result<Option<String>, StoreError> {
    let hash = sqlx::query_scalar(select).bind(owner.user_id().as_uuid()).fetch_optional(connection).await?;
    Ok(hash)
}

/// Gives a new user the password of a local account.
pub(crate) async fn insert_local_password(
    connection: &mut PgConnection,
    owner: Owner,
    hash: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO local_passwords (user_id, password_hash, updated_at)
         VALUES ($1, $2, $3)",
    )
    .bind(owner.user_id().as_uuid())
    .bind(hash)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}
