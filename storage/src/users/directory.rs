//! Users as an admin sees them: who they are and how they sign in, and nothing of what is theirs.

use mosaic_model::{Role, UserId};

use super::{User, UserRow};
use crate::{LoginMethod, Store, StoreError};

/// Which users to list.
#[derive(Debug, Clone, Default)]
pub struct UserFilter {
    /// A part of the e-mail address; empty for any.
    pub email: String,
    /// Their role.
    pub role: Option<Role>,
    /// Whether they are shut out.
    pub disabled: Option<bool>,
}

/// A user, and how they sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserEntry {
    /// Who.
    pub user: User,
    /// How they sign in, where that is known. A password comes before a provider.
    pub sign_in: Option<LoginMethod>,
}

#[derive(sqlx::FromRow)]
struct EntryRow {
    #[sqlx(flatten)]
    user: UserRow,
    sign_in: Option<String>,
}

impl TryFrom<EntryRow> for UserEntry {
    type Error = StoreError;

    fn try_from(row: EntryRow) -> Result<Self, Self::Error> {
        Ok(Self { user: row.user.try_into()?, sign_in: row.sign_in.as_deref().and_then(LoginMethod::parse) })
    }
}

impl Store {
    /// At most `limit` users, in the order in which they came, after the one that the last page ended with.
    pub async fn directory(
        &self,
        filter: &UserFilter,
        after: Option<UserId>,
        limit: u32,
    ) -> Result<Vec<UserEntry>, StoreError> {
        let rows: Vec<EntryRow> = sqlx::query_as(
            "SELECT id, email, role, disabled, created_at, last_login_at, deleting_at, mosaic_sign_in(id) AS sign_in
             FROM users
             WHERE ($1::uuid IS NULL OR id > $1)
               AND strpos(email, $2) > 0
               AND ($3::text IS NULL OR role = $3)
               AND ($4::boolean IS NULL OR disabled = $4)
             ORDER BY id
             LIMIT $5",
        )
        .bind(after.map(UserId::as_uuid))
        .bind(filter.email.trim().to_lowercase())
        .bind(filter.role.map(Role::as_str))
        .bind(filter.disabled)
        .bind(i64::from(limit))
        .fetch_all(self.fleet())
        .await?;
        rows.into_iter().map(UserEntry::try_from).collect()
    }

    /// One user.
    pub async fn directory_entry(&self, user: UserId) -> Result<UserEntry, StoreError> {
        let row: Option<EntryRow> = sqlx::query_as(
            "SELECT id, email, role, disabled, created_at, last_login_at, deleting_at, mosaic_sign_in(id) AS sign_in
             FROM users
             WHERE id = $1",
        )
        .bind(user.as_uuid())
        .fetch_optional(self.fleet())
        .await?;
        row.map_or(Err(StoreError::NotFound), UserEntry::try_from)
    }
}
