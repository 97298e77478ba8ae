//! Sessions: browsers that are signed in. The cookie's text is given out once; here there is only its hash.
//!
//! A session ends by being deleted. Whoever ends one announces it in the same transaction, so that every process
//! forgets at once what it believed.

use chrono::TimeDelta;
use mosaic_model::{
    AuditAction, AuditEntry, AuditTarget, By, Owner, Role, SessionId, SessionToken, Settings, Timestamp,
    TokenHash, UserId,
};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    Store, StoreError,
    news::{News, announce},
    random,
};

/// The longest description of a device that is kept. Characters.
const DEVICE_MAX_CHARS: usize = 200;
/// The most sessions of one user; the one used least recently makes room.
const SESSIONS_MAX: i64 = 100;

/// How somebody proved who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LoginMethod {
    /// By the password of an administrator, which always works.
    Breakglass,
    /// By the password of a local account.
    Local,
    /// Through the OIDC provider.
    Oidc,
}

impl LoginMethod {
    /// The word stored and shown for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Breakglass => "breakglass",
            Self::Local => "local",
            Self::Oidc => "oidc",
        }
    }

    /// Reads the stored word back.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Breakglass, Self::Local, Self::Oidc].into_iter().find(|method| method.as_str() == word)
    }
}

/// A browser that signs in.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// How its user proved who they are.
    pub method: LoginMethod,
    /// What the browser says it is.
    pub device: String,
    /// Where it is.
    pub address: String,
}

/// Whom a session speaks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionCaller {
    /// Who.
    pub user: UserId,
    /// What they may do.
    pub role: Role,
    /// Which session.
    pub session: SessionId,
    /// When it ends, unless it is used before.
    pub ends_at: Timestamp,
    /// When it was last noted that it is in use.
    pub last_seen_at: Timestamp,
}

/// A session as its owner sees it in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRecord {
    /// Its identifier.
    pub id: SessionId,
    /// How its owner signed in.
    pub method: LoginMethod,
    /// What the browser says it is.
    pub device: String,
    /// Where it signed in from.
    pub address: String,
    /// When.
    pub created_at: Timestamp,
    /// When it was last used, as far as was noted.
    pub last_seen_at: Timestamp,
    /// When it ends at the latest.
    pub expires_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct CallerRow {
    id: Uuid,
    user_id: Uuid,
    role: String,
    last_seen_at: Timestamp,
    expires_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct SessionRow {
    id: Uuid,
    method: String,
    device: String,
    address: String,
    created_at: Timestamp,
    last_seen_at: Timestamp,
    expires_at: Timestamp,
}

impl TryFrom<SessionRow> for SessionRecord {
    type Error = StoreError;

    fn try_from(row: SessionRow) -> Result<Self, Self::Error> {
        let method = LoginMethod::parse(&row.method);
        Ok(Self {
            id: SessionId::from_uuid(row.id),
            method: method.ok_or_else(|| StoreError::Corrupt(format!("sessions.method of {}", row.id)))?,
            device: row.device,
            address: row.address,
            created_at: row.created_at,
            last_seen_at: row.last_seen_at,
            expires_at: row.expires_at,
        })
    }
}

impl Store {
    /// Signs a browser in. The cookie's text is in the answer and nowhere else.
    pub async fn create_session(
        &self,
        owner: Owner,
        new: NewSession,
        by: &By,
    ) -> Result<(SessionId, SessionToken), StoreError> {
        let mut transaction = self.begin(owner).await?;
        let made = self.insert_session(&mut transaction, owner, new, by).await?;
        transaction.commit().await?;
        Ok(made)
    }

    /// As [`Store::create_session`], in the transaction of what led to it.
    pub(crate) async fn insert_session(
        &self,
        connection: &mut PgConnection,
        owner: Owner,
        new: NewSession,
        by: &By,
    ) -> Result<(SessionId, SessionToken), StoreError> {
        let now = self.now();
        let (id, token) = (SessionId::new(now, random::bytes()), SessionToken::from_random(random::bytes()));
        make_room(connection, owner, now).await?;
        sqlx::query(
            "INSERT INTO sessions
                (id, user_id, hash, method, device, address, created_at, last_seen_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8)",
        )
        .bind(id.as_uuid())
        .bind(owner.user_id().as_uuid())
        .bind(token.hash().as_bytes().as_slice())
        .bind(new.method.as_str())
        .bind(new.device.chars().take(DEVICE_MAX_CHARS).collect::<String>())
        .bind(new.address)
        .bind(now)
        .bind(now + lifetime(&self.settings()))
        .execute(&mut *connection)
        .await?;
        sqlx::query(
            "UPDATE users
             SET last_login_at = $2
             WHERE id = $1",
        )
        .bind(owner.user_id().as_uuid())
        .bind(now)
        .execute(&mut *connection)
        .await?;
        let entry = AuditEntry::done(by, AuditAction::Login, AuditTarget::User(owner.user_id()));
        self.audit_in(connection, &entry.detailed(new.method.as_str())).await?;
        Ok((id, token))
    }

    /// Whose cookie this is. None where it is unknown, too old or too long unused, or its owner is shut out.
    pub async fn authenticate_session(&self, hash: &TokenHash) -> Result<Option<SessionCaller>, StoreError> {
        let idle = idle_timeout(&self.settings());
        let now = self.now();
        let row: Option<CallerRow> = sqlx::query_as(
            "SELECT sessions.id, user_id, role, last_seen_at, expires_at
             FROM sessions
             JOIN users ON users.id = sessions.user_id
             WHERE hash = $1
               AND expires_at > $2
               AND last_seen_at > $3
               AND NOT disabled",
        )
        .bind(hash.as_bytes().as_slice())
        .bind(now)
        .bind(now - idle)
        .fetch_optional(self.fleet())
        .await?;
        let Some(row) = row else { return Ok(None) };
        let role = Role::parse(&row.role);
        Ok(Some(SessionCaller {
            user: UserId::from_uuid(row.user_id),
            role: role.ok_or_else(|| StoreError::Corrupt(format!("users.role of {}", row.user_id)))?,
            session: SessionId::from_uuid(row.id),
            ends_at: row.expires_at.min(row.last_seen_at + idle),
            last_seen_at: row.last_seen_at,
        }))
    }

    /// The owner's sessions that still hold, the one used last first.
    pub async fn sessions(&self, owner: Owner) -> Result<Vec<SessionRecord>, StoreError> {
        let now = self.now();
        let mut transaction = self.begin(owner).await?;
        let rows: Vec<SessionRow> = sqlx::query_as(
            "SELECT id, method, device, address, created_at, last_seen_at, expires_at
             FROM sessions
             WHERE user_id = $1 AND expires_at > $2 AND last_seen_at > $3
             ORDER BY last_seen_at DESC, id DESC",
        )
        .bind(owner.user_id().as_uuid())
        .bind(now)
        .bind(now - idle_timeout(&self.settings()))
        .fetch_all(&mut *transaction)
        .await?;
        rows.into_iter().map(SessionRecord::try_from).collect()
    }

    /// Notes that a session is in use. One that has ended meanwhile stays ended.
    pub async fn touch_session(&self, owner: Owner, id: SessionId) -> Result<(), StoreError> {
        let mut transaction = self.begin(owner).await?;
        sqlx::query(
            "UPDATE sessions
             SET last_seen_at = $3
             WHERE id = $1 AND user_id = $2",
        )
        .bind(id.as_uuid())
        .bind(owner.user_id().as_uuid())
        .bind(self.now())
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Ends one session: `action` says whether by itself or from another one. [`StoreError::NotFound`] where it
    /// is not the owner's or has ended before.
    pub async fn end_session(
        &self,
        owner: Owner,
        id: SessionId,
        action: AuditAction,
        by: &By,
    ) -> Result<(), StoreError> {
        let mut transaction = self.begin(owner).await?;
        let ended = sqlx::query(
            "DELETE FROM sessions
             WHERE id = $1 AND user_id = $2",
        )
        .bind(id.as_uuid())
        .bind(owner.user_id().as_uuid())
        .execute(&mut *transaction)
        .await?;
        if ended.rows_affected() == 0 {
            return Err(StoreError::NotFound);
        }
        announce(&mut transaction, News::AccessChanged(owner.user_id())).await?;
        self.audit_in(&mut transaction, &AuditEntry::done(by, action, AuditTarget::Session(id))).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Ends all of the owner's sessions but perhaps one; gives how many.
    pub async fn end_sessions(
        &self,
        owner: Owner,
        but: Option<SessionId>,
        by: &By,
    ) -> Result<u64, StoreError> {
        let mut transaction = self.begin(owner).await?;
        let ended = delete_sessions(&mut transaction, owner, but).await?;
        let entry = AuditEntry::done(by, AuditAction::SessionsEnded, AuditTarget::User(owner.user_id()));
        self.audit_in(&mut transaction, &entry.detailed(format!("{ended}"))).await?;
        transaction.commit().await?;
        Ok(ended)
    }
}

/// Ends all of the owner's sessions but perhaps one, as a part of something else.
pub(crate) async fn delete_sessions(
    connection: &mut PgConnection,
    owner: Owner,
    but: Option<SessionId>,
) -> Result<u64, StoreError> {
    announce(connection, News::AccessChanged(owner.user_id())).await?;
    let ended = sqlx::query(
        "DELETE FROM sessions
         WHERE user_id = $1 AND id IS DISTINCT FROM $2",
    )
    .bind(owner.user_id().as_uuid())
    .bind(but.map(SessionId::as_uuid))
    .execute(connection)
    .await?;
    Ok(ended.rows_affected())
}

/// Clears away sessions that are over, and the one used least recently where there are too many.
async fn make_room(connection: &mut PgConnection, owner: Owner, now: Timestamp) -> Result<(), StoreError> {
    sqlx::query(
        "DELETE FROM sessions
         WHERE user_id = $1
           AND (expires_at <= $2
             OR id IN (
                SELECT id FROM sessions
                WHERE user_id = $1
                ORDER BY last_seen_at DESC, id DESC
                OFFSET $3
             ))",
    )
    .bind(owner.user_id().as_uuid())
    .bind(now)
    .bind(SESSIONS_MAX - 1)
    .execute(connection)
    .await?;
    Ok(())
}

fn lifetime(settings: &Settings) -> TimeDelta {
    TimeDelta::seconds(i64::from(settings.session_lifetime_secs))
}

fn idle_timeout(settings: &Settings) -> TimeDelta {
    TimeDelta::seconds(i64::from(settings.session_idle_timeout_secs))
}
