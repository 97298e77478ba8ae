//! What an admin or the host does to somebody's access: role, shutting out, letting in, marking for deletion.

use mosaic_model::{
    AccessChange, AuditAction, AuditEntry, AuditTarget, By, Owner, Role, Standing, UserId, WayIn,
};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    LoginMethod, Store, StoreError,
    news::{News, announce},
    sessions::delete_sessions,
};

/// Held while access changes, so that two admins cannot put each other out at the same moment: each would see
/// the other still there. The word `mosaic` and a number of its own.
const ACCESS_LOCK: i64 = 0x6d6f_7361_6963_0011;

#[derive(sqlx::FromRow)]
struct StandingRow {
    id: Uuid,
    role: String,
    disabled: bool,
    sign_in: Option<String>,
}

impl Store {
    /// Changes somebody's access and, unless it lets them in, signs them out everywhere. What is so already
    /// is no error and leaves no trace. [`StoreError::Refused`] says whom nobody may put out, and that is
    /// noted too.
    ///
    /// [`AccessChange::Delete`] only shuts out and marks: [`Store::finish_deleting`] is for when nothing of
    /// the user's is left elsewhere.
    pub async fn change_access(&self, user: UserId, change: AccessChange, by: &By) -> Result<(), StoreError> {
        #[expect(
            clippy::disallowed_methods,
            reason = "an act on the account, which shows nothing of what is in it"
        )]
        let owner = Owner::vouch(user);
        let mut transaction = self.begin(owner).await?;
        sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(ACCESS_LOCK).execute(&mut *transaction).await?;
        let everybody = self.standings(user).await?;
        let target = everybody.iter().find(|standing| standing.user == user).ok_or(StoreError::NotFound)?;
        if let Err(refused) = change.check(by.actor, target, &everybody) {
            transaction.rollback().await?;
            let why = refused.to_string();
            let entry = AuditEntry::refused(by, action(change), AuditTarget::User(user), why);
            self.audit(&entry).await?;
            return Err(refused.into());
        }
        if !self.apply(&mut transaction, owner, change).await? {
            return Ok(());
        }
        match change {
            AccessChange::Enable => announce(&mut transaction, News::AccessChanged(user)).await?,
            AccessChange::Role(_) | AccessChange::Disable | AccessChange::Delete => {
                delete_sessions(&mut transaction, owner, None).await?;
            }
        }
        let entry = AuditEntry::done(by, action(change), AuditTarget::User(user));
        self.audit_in(&mut transaction, &entry.detailed(detail(change))).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Ends all sessions of somebody's; gives how many.
    pub async fn sign_out_user(&self, user: UserId, by: &By) -> Result<u64, StoreError> {
        #[expect(
            clippy::disallowed_methods,
            reason = "an act on the account, which shows nothing of what is in it"
        )]
        let owner = Owner::vouch(user);
        self.user(owner).await?;
        self.end_sessions(owner, None, by).await
    }

    /// Every admin, and this user. Read beside the transaction that holds the lock, whose role sees one user
    /// only; whoever held the lock before has committed.
    async fn standings(&self, user: UserId) -> Result<Vec<Standing>, StoreError> {
        let rows: Vec<StandingRow> = sqlx::query_as(
            "SELECT id, role, disabled, mosaic_sign_in(id) AS sign_in
             FROM users
             WHERE role = 'admin' OR id = $1",
        )
        .bind(user.as_uuid())
        .fetch_all(self.fleet())
        .await?;
        let local_accounts = self.settings().local_accounts;
        rows.into_iter().map(|row| row.standing(local_accounts)).collect()
    }

    /// Whether anything is another way than before.
    async fn apply(
        &self,
        connection: &mut PgConnection,
        owner: Owner,
        change: AccessChange,
    ) -> Result<bool, StoreError> {
        let id = owner.user_id().as_uuid();
        let statement = match change {
            AccessChange::Role(role) => sqlx::query(
                "UPDATE users
                 SET role = $2
                 WHERE id = $1 AND role <> $2",
            )
            .bind(id)
            .bind(role.as_str()),
            AccessChange::Disable => sqlx::query(
                "UPDATE users
                 SET disabled = true
                 WHERE id = $1 AND NOT disabled",
            )
            .bind(id),
            AccessChange::Enable => sqlx::query(
                "UPDATE users
                 SET disabled = false
                 WHERE id = $1 AND disabled",
            )
            .bind(id),
            AccessChange::Delete => sqlx::query(
                "UPDATE users
                 SET disabled = true, deleting_at = $2
                 WHERE id = $1 AND deleting_at IS NULL",
            )
            .bind(id)
            .bind(self.now()),
        };
        match statement.execute(connection).await {
            Ok(done) => Ok(done.rows_affected() > 0),
            Err(error) if is_being_deleted(&error) => {
                Err(StoreError::Invalid("this user is being deleted, which cannot be taken back".to_owned()))
            }
            Err(error) => Err(error.into()),
        }
    }
}

impl StandingRow {
    fn standing(self, local_accounts: bool) -> Result<Standing, StoreError> {
        let role = Role::parse(&self.role);
        let way_in = match self.sign_in.as_deref().and_then(LoginMethod::parse) {
            Some(LoginMethod::Breakglass) => WayIn::Password,
            Some(LoginMethod::Local) if local_accounts => WayIn::Password,
            Some(LoginMethod::Oidc) => WayIn::Provider,
            Some(LoginMethod::Local) | None => WayIn::None,
        };
        Ok(Standing {
            user: UserId::from_uuid(self.id),
            role: role.ok_or_else(|| StoreError::Corrupt(format!("users.role of {}", self.id)))?,
            disabled: self.disabled,
            way_in,
        })
    }
}

/// Whoever is being deleted is disabled: the table sees to it.
fn is_being_deleted(error: &sqlx::Error) -> bool {
    error.as_database_error().and_then(|refusal| refusal.constraint()) == Some("users_deleting_check")
}

const fn action(change: AccessChange) -> AuditAction {
    match change {
        AccessChange::Role(_) => AuditAction::UserRoleChanged,
        // That somebody is deleted is said when they are.
        AccessChange::Disable | AccessChange::Delete => AuditAction::UserDisabled,
        AccessChange::Enable => AuditAction::UserEnabled,
    }
}

const fn detail(change: AccessChange) -> &'static str {
    match change {
        AccessChange::Role(role) => role.as_str(),
        AccessChange::Disable | AccessChange::Enable => "",
        AccessChange::Delete => "to be deleted",
    }
}
