//! Users. Whoever looks across them sees what the fleet's role may read, and no more.

mod access;
mod deleting;
mod directory;

use mosaic_model::{AuditAction, AuditEntry, AuditTarget, By, Email, Owner, Role, Secret, Timestamp, UserId};
use sqlx::PgConnection;
use uuid::Uuid;

pub use self::{
    deleting::ShutOut,
    directory::{UserEntry, UserFilter},
};
use crate::{News, Store, StoreError, news::announce, passwords::insert_local_password, random};

/// Somebody who may use this installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Their identifier.
    pub id: UserId,
    /// Their e-mail address; unique.
    pub email: Email,
    /// What they may do.
    pub role: Role,
    /// Whether they are shut out.
    pub disabled: bool,
    /// Since when they are known.
    pub created_at: Timestamp,
    /// When they last signed in.
    pub last_login_at: Option<Timestamp>,
    /// Since when they are being erased.
    pub deleting_at: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct UserRow {
    id: Uuid,
    email: String,
    role: String,
    disabled: bool,
    created_at: Timestamp,
    last_login_at: Option<Timestamp>,
    deleting_at: Option<Timestamp>,
}

impl TryFrom<UserRow> for User {
    type Error = StoreError;

    fn try_from(row: UserRow) -> Result<Self, Self::Error> {
        let unreadable = |field: &str| StoreError::Corrupt(format!("users.{field} of {}", row.id));
        Ok(Self {
            id: UserId::from_uuid(row.id),
            email: Email::parse(&row.email).ok().ok_or_else(|| unreadable("email"))?,
            role: Role::parse(&row.role).ok_or_else(|| unreadable("role"))?,
            disabled: row.disabled,
            created_at: row.created_at,
            last_login_at: row.last_login_at,
            deleting_at: row.deleting_at,
        })
    }
}

impl Store {
    /// Adds a user. [`StoreError::Conflict`] where the e-mail address is taken.
    pub async fn create_user(&self, email: &Email, role: Role, by: &By) -> Result<User, StoreError> {
        let (user, owner) = self.new_user(email, role);
        let mut transaction = self.begin(owner).await?;
        self.insert_user(&mut transaction, &user, by).await?;
        transaction.commit().await?;
        Ok(user)
    }

    /// Adds an admin who can sign in with a password when nothing else works.
    pub async fn create_breakglass(
        &self,
        email: &Email,
        password: &Secret<String>,
        by: &By,
    ) -> Result<User, StoreError> {
        let hash = self.hashers().hash(password).await?;
        let (user, owner) = self.new_user(email, Role::Admin);
        let mut transaction = self.begin(owner).await?;
        self.insert_user(&mut transaction, &user, by).await?;
        insert_breakglass(&mut transaction, &user, hash).await?;
        transaction.commit().await?;
        Ok(user)
    }

    /// Adds somebody with a local account.
    pub async fn create_local(
        &self,
        email: &Email,
        role: Role,
        password: &Secret<String>,
        by: &By,
    ) -> Result<User, StoreError> {
        let hash = self.hashers().hash(password).await?;
        let (user, owner) = self.new_user(email, role);
        let mut transaction = self.begin(owner).await?;
        self.insert_user(&mut transaction, &user, by).await?;
        insert_local_password(&mut transaction, owner, &hash, user.created_at).await?;
        transaction.commit().await?;
        Ok(user)
    }

    /// The user themselves.
    pub async fn user(&self, owner: Owner) -> Result<User, StoreError> {
        let mut transaction = self.begin(owner).await?;
        let row: Option<UserRow> = sqlx::query_as(
            "SELECT id, email, role, disabled, created_at, last_login_at, deleting_at
             FROM users
             WHERE id = $1",
        )
        .bind(owner.user_id().as_uuid())
        .fetch_optional(&mut *transaction)
        .await?;
        row.map_or(Err(StoreError::NotFound), User::try_from)
    }

    /// The user with this e-mail address.
    pub async fn user_by_email(&self, email: &Email) -> Result<Option<User>, StoreError> {
        let row: Option<UserRow> = sqlx::query_as(
            "SELECT id, email, role, disabled, created_at, last_login_at, deleting_at
             FROM users
             WHERE email = $1",
        )
        .bind(email.as_str())
        .fetch_optional(self.fleet())
        .await?;
        row.map(User::try_from).transpose()
    }

    /// All users, the oldest first.
    pub async fn users(&self) -> Result<Vec<User>, StoreError> {
        let rows: Vec<UserRow> = sqlx::query_as(
            "SELECT id, email, role, disabled, created_at, last_login_at, deleting_at
             FROM users
             ORDER BY created_at, id",
        )
        .fetch_all(self.fleet())
        .await?;
        rows.into_iter().map(User::try_from).collect()
    }

    /// A user who is not in the database yet, and proof of being them.
    pub(crate) fn new_user(&self, email: &Email, role: Role) -> (User, Owner) {
        let now = self.now();
        let id = UserId::new(now, random::bytes());
        #[expect(clippy::disallowed_methods, reason = "the user is made here: nobody else can be them")]
        let owner = Owner::vouch(id);
        let user = User {
            id,
            email: email.clone(),
            role,
            disabled: false,
            created_at: now,
            last_login_at: None,
            deleting_at: None,
        };
        (user, owner)
    }

    /// Adds a user, as a part of what led to it.
    pub(crate) async fn insert_user(
        &self,
        connection: &mut PgConnection,
        user: &User,
        by: &By,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO users (id, email, role, disabled, created_at)
             VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(user.id.as_uuid())
        .bind(user.email.as_str())
        .bind(user.role.as_str())
        .bind(user.disabled)
        .bind(user.created_at)
        .execute(&mut *connection)
        .await?;
        let entry = AuditEntry::done(by, AuditAction::UserCreated, AuditTarget::User(user.id));
        self.audit_in(&mut *connection, &entry.detailed(user.role.as_str())).await?;
        announce(connection, News::Newcomer(user.id)).await
    }
}

/// Gives a new user the password of an admin who can always sign in, within a transaction of theirs.
pub(crate) async fn insert_breakglass(
    connection: &mut PgConnection,
    user: &User,
    hash: String,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO breakglass_users (user_id, password_hash, updated_at)
         VALUES ($1, $2, $3)",
    )
    .bind(user.id.as_uuid())
    .bind(hash)
    .bind(user.created_at)
    .execute(connection)
    .await?;
    Ok(())
}

/// Makes others who change or record this owner's set-up wait for the end of this transaction.
pub(crate) async fn lock_owner(connection: &mut PgConnection, owner: Owner) -> Result<(), StoreError> {
    sqlx::query(
        "SELECT user_id
         FROM config_owners
         WHERE user_id = $1
         FOR NO KEY UPDATE",
    )
    .bind(owner.user_id().as_uuid())
    .fetch_one(connection)
    .await?;
    Ok(())
}
