//! Users as an admin sees and changes them: nothing of what is theirs.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{LoginMethodBody, RoleBody, SecretText};

/// Which users to list.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct UserQuery {
    /// A part of the e-mail address.
    #[serde(default)]
    pub email: Option<String>,
    /// Their role.
    #[serde(default)]
    #[cfg_attr(feature = "schema", param(inline))]
    pub role: Option<RoleBody>,
    /// Whether they are shut out.
    #[serde(default)]
    pub disabled: Option<bool>,
    /// How many at most, 1 to 200; 50 where this is missing.
    #[serde(default)]
    pub limit: Option<u32>,
    /// Where the last page ended: its `next`.
    #[serde(default)]
    pub cursor: Option<String>,
}

/// A user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct UserBody {
    /// Their id.
    pub id: String,
    /// Their e-mail address.
    pub email: String,
    /// What they may do.
    pub role: RoleBody,
    /// Whether they are shut out.
    pub disabled: bool,
    /// Since when they are being erased.
    pub deleting_at: Option<DateTime<Utc>>,
    /// Since when they are known.
    pub created_at: DateTime<Utc>,
    /// When they last signed in.
    pub last_login_at: Option<DateTime<Utc>>,
    /// How they sign in, where that is known.
    pub sign_in: Option<LoginMethodBody>,
}

/// A page of users.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct UserPage {
    /// In the order in which they came.
    pub users: Vec<UserBody>,
    /// The cursor of the next page, if there is one.
    pub next: Option<String>,
}

/// Another role for a user.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SetRole {
    /// What they may do from now on.
    pub role: RoleBody,
}

/// A user to erase.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DeleteUser {
    /// Their e-mail address once more: it cannot be taken back.
    pub confirm: String,
}

/// Another password for somebody else.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ResetPassword {
    /// The new password.
    #[cfg_attr(feature = "schema", schema(value_type = String))]
    pub password: SecretText,
}
