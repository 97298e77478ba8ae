//! Signing in and out, and what a signed-in person keeps: devices and tokens.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::SecretText;

/// An e-mail address and a password.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Login {
    /// The e-mail address.
    pub email: String,
    /// The password.
    #[cfg_attr(feature = "schema", schema(value_type = String))]
    pub password: SecretText,
}

/// Another password for the caller.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ChangePassword {
    /// The present one: an open browser alone does not change it.
    #[cfg_attr(feature = "schema", schema(value_type = String))]
    pub current: SecretText,
    /// The new one.
    #[cfg_attr(feature = "schema", schema(value_type = String))]
    pub new: SecretText,
}

/// Where to go after signing out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SignedOut {
    /// The provider's own sign-out page, where it has one and the session came from there.
    pub location: Option<String>,
}

/// How a session's owner proved who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum LoginMethodBody {
    /// By an administrator's password.
    Breakglass,
    /// By a local account's password.
    Local,
    /// Through the OIDC provider.
    Oidc,
}

/// A browser that is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SessionBody {
    /// Its id.
    pub id: String,
    /// Whether it is the one that asks.
    pub current: bool,
    /// How its owner signed in.
    pub method: LoginMethodBody,
    /// What the browser says it is.
    pub device: String,
    /// Where it signed in from.
    pub address: String,
    /// When it signed in.
    pub created_at: DateTime<Utc>,
    /// When it was last used, to the minute.
    pub last_seen_at: DateTime<Utc>,
    /// When it ends at the latest.
    pub expires_at: DateTime<Utc>,
}

/// The caller's sessions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SessionList {
    /// The one used last first.
    pub sessions: Vec<SessionBody>,
}

/// How many sessions were ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SessionsEnded {
    /// How many.
    pub ended: u64,
}

/// A personal token to make.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewTokenBody {
    /// What its owner calls it.
    pub name: String,
    /// What it may be used for: `chat`, `configure`, `knowledge`, `admin_read`, `admin_write`.
    pub scopes: Vec<String>,
    /// When it ends; never, where this is missing.
    #[serde(default)]
    pub expires_at: Option<DateTime<Utc>>,
}

/// A token that was just made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct MadeToken {
    /// Its id.
    pub id: String,
    /// The token: shown this once.
    #[cfg_attr(feature = "schema", schema(value_type = String))]
    pub token: SecretText,
}

/// A personal token, without the token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct TokenBody {
    /// Its id.
    pub id: String,
    /// What its owner calls it.
    pub name: String,
    /// What it may be used for.
    pub scopes: Vec<String>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it ends, if ever.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<DateTime<Utc>>,
    /// When it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
}

/// The caller's tokens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct TokenList {
    /// The newest first.
    pub tokens: Vec<TokenBody>,
}
