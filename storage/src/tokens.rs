//! Personal API tokens. Their text is shown once; here there is only its hash.

use mosaic_model::{
    AuditAction, AuditEntry, AuditTarget, By, Owner, PersonalToken, Role, Scopes, Timestamp, TokenHash,
    TokenId, TokenScope, UserId,
};
use uuid::Uuid;

use crate::{
    Store, StoreError,
    news::{News, announce},
    random,
};

/// The longest name of a token, in characters.
const NAME_MAX_CHARS: usize = 64;
/// The most tokens of one user that are not revoked.
const TOKENS_MAX: i64 = 200;

/// Who a token speaks for, and what it may be used for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// Whose token it is.
    pub user: UserId,
    /// What they may do.
    pub role: Role,
    /// Which token.
    pub token: TokenId,
    /// What it may be used for.
    pub scopes: Scopes,
    /// When it ends, if ever.
    pub expires_at: Option<Timestamp>,
    /// When it was last noted that it is in use.
    pub last_used_at: Option<Timestamp>,
}

/// A token as its owner sees it in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenRecord {
    /// Its identifier.
    pub id: TokenId,
    /// What its owner calls it.
    pub name: String,
    /// What it may be used for.
    pub scopes: Scopes,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends, if ever.
    pub expires_at: Option<Timestamp>,
    /// When it was last used, as far as was noted.
    pub last_used_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

/// A token to make.
#[derive(Debug, Clone)]
pub struct NewToken {
    /// What its owner calls it.
    pub name: String,
    /// What it may be used for.
    pub scopes: Scopes,
    /// When it ends, if ever.
    pub expires_at: Option<Timestamp>,
}

impl NewToken {
    /// A token for all that is its owner's own, without an end.
    pub fn own(name: &str) -> Self {
        Self { name: name.to_owned(), scopes: Scopes::OWN, expires_at: None }
    }
}

#[derive(sqlx::FromRow)]
struct CallerRow {
    id: Uuid,
    user_id: Uuid,
    role: String,
    scopes: Vec<String>,
    expires_at: Option<Timestamp>,
    last_used_at: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct TokenRow {
    id: Uuid,
    name: String,
    scopes: Vec<String>,
    created_at: Timestamp,
    expires_at: Option<Timestamp>,
    last_used_at: Option<Timestamp>,
    revoked_at: Option<Timestamp>,
}

impl TryFrom<CallerRow> for Caller {
    type Error = StoreError;

    fn try_from(row: CallerRow) -> Result<Self, Self::Error> {
        let role = Role::parse(&row.role);
        Ok(Self {
            user: UserId::from_uuid(row.user_id),
            role: role.ok_or_else(|| StoreError::Corrupt(format!("users.role of {}", row.user_id)))?,
            token: TokenId::from_uuid(row.id),
            scopes: parse_scopes(row.id, &row.scopes)?,
            expires_at: row.expires_at,
            last_used_at: row.last_used_at,
        })
    }
}

impl TryFrom<TokenRow> for TokenRecord {
    type Error = StoreError;

    fn try_from(row: TokenRow) -> Result<Self, Self::Error> {
        Ok(Self {
            id: TokenId::from_uuid(row.id),
            scopes: parse_scopes(row.id, &row.scopes)?,
            name: row.name,
            created_at: row.created_at,
            expires_at: row.expires_at,
            last_used_at: row.last_used_at,
            revoked_at: row.revoked_at,
        })
    }
}

impl Store {
    /// Makes a token. Its text is in the answer and nowhere else.
    pub async fn create_token(
        &self,
        owner: Owner,
        new: NewToken,
        by: &By,
    ) -> Result<(TokenId, PersonalToken), StoreError> {
        let name = new.name.trim();
        if name.is_empty() || name.chars().count() > NAME_MAX_CHARS {
            return Err(StoreError::Invalid(format!("a token's name has 1 to {NAME_MAX_CHARS} characters")));
        }
        let now = self.now();
        if new.expires_at.is_some_and(|end| end <= now) {
            return Err(StoreError::Invalid("a token's end lies in the future".to_owned()));
        }
        let id = TokenId::new(now, random::bytes());
        let token = PersonalToken::from_random(random::bytes());
        let mut transaction = self.begin(owner).await?;
        let inserted = sqlx::query(
            "INSERT INTO api_tokens (id, user_id, name, hash, scopes, created_at, expires_at)
             SELECT $1, $2, $3, $4, $5, $6, $7
             WHERE (SELECT count(*) FROM api_tokens WHERE user_id = $2 AND revoked_at IS NULL) < $8",
        )
        .bind(id.as_uuid())
        .bind(owner.user_id().as_uuid())
        .bind(name)
        .bind(token.hash().as_bytes().as_slice())
        .bind(new.scopes.iter().map(TokenScope::as_str).collect::<Vec<_>>())
        .bind(now)
        .bind(new.expires_at)
        .bind(TOKENS_MAX)
        .execute(&mut *transaction)
        .await?;
        if inserted.rows_affected() == 0 {
            return Err(StoreError::Invalid(format!("at most {TOKENS_MAX} tokens: revoke one first")));
        }
        let words: Vec<&str> = new.scopes.iter().map(TokenScope::as_str).collect();
        let entry = AuditEntry::done(by, AuditAction::TokenCreated, AuditTarget::Token(id));
        self.audit_in(&mut transaction, &entry.detailed(words.join(","))).await?;
        transaction.commit().await?;
        Ok((id, token))
    }

    /// Who sent this token. None where it is unknown, expired or revoked, or its owner is shut out.
    pub async fn authenticate(&self, hash: &TokenHash) -> Result<Option<Caller>, StoreError> {
        let row: Option<CallerRow> = sqlx::query_as(
            "SELECT api_tokens.id, user_id, role, scopes, expires_at, last_used_at
             FROM api_tokens
             JOIN users ON users.id = api_tokens.user_id
             WHERE hash = $1
               AND revoked_at IS NULL
               AND (expires_at IS NULL OR expires_at > $2)
               AND NOT disabled",
        )
        .bind(hash.as_bytes().as_slice())
        .bind(self.now())
        .fetch_optional(self.fleet())
        .await?;
        row.map(Caller::try_from).transpose()
    }

    /// The owner's tokens, the newest first.
    pub async fn tokens(&self, owner: Owner) -> Result<Vec<TokenRecord>, StoreError> {
        let mut transaction = self.begin(owner).await?;
        let rows: Vec<TokenRow> = sqlx::query_as(
            "SELECT id, name, scopes, created_at, expires_at, last_used_at, revoked_at
             FROM api_tokens
             WHERE user_id = $1
             ORDER BY created_at DESC, id DESC",
        )
        .bind(owner.user_id().as_uuid())
        .fetch_all(&mut *transaction)
        .await?;
        rows.into_iter().map(TokenRecord::try_from).collect()
    }

    /// Revokes a token. [`StoreError::NotFound`] where it is not the owner's or was revoked before.
    pub async fn revoke_token(&self, owner: Owner, id: TokenId, by: &By) -> Result<(), StoreError> {
        let mut transaction = self.begin(owner).await?;
        let revoked = sqlx::query(
            "UPDATE api_tokens
             SET revoked_at = $3
             WHERE id = $1 AND user_id = $2 AND revoked_at IS NULL",
        )
        .bind(id.as_uuid())
        .bind(owner.user_id().as_uuid())
        .bind(self.now())
        .execute(&mut *transaction)
        .await?;
        if revoked.rows_affected() == 0 {
            return Err(StoreError::NotFound);
        }
        announce(&mut transaction, News::AccessChanged(owner.user_id())).await?;
        let entry = AuditEntry::done(by, AuditAction::TokenRevoked, AuditTarget::Token(id));
        self.audit_in(&mut transaction, &entry).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Notes that a token is in use.
    pub async fn touch_token(&self, owner: Owner, id: TokenId) -> Result<(), StoreError> {
        let mut transaction = self.begin(owner).await?;
        let touched = sqlx::query(
            "UPDATE api_tokens
             SET last_used_at = $3
             WHERE id = $1 AND user_id = $2",
        )
        .bind(id.as_uuid())
        .bind(owner.user_id().as_uuid())
        .bind(self.now())
        .execute(&mut *transaction)
        .await?;
        if touched.rows_affected() == 0 {
            return Err(StoreError::NotFound);
        }
        transaction.commit().await?;
        Ok(())
    }
}

fn parse_scopes(token: Uuid, words: &[String]) -> Result<Scopes, StoreError> {
    let scopes = Scopes::parse(words.iter().map(String::as_str));
    scopes.map_err(|error| StoreError::Corrupt(format!("api_tokens.scopes of {token}: {error}")))
}
