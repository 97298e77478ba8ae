//! The caller, and Mosaic's own health.

use serde::{Deserialize, Serialize};

/// What a user may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RoleBody {
    /// Looks after the fleet.
    Admin,
    /// Uses their own agents.
    User,
}

/// Who the caller is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Me {
    /// The user's id.
    pub id: String,
    /// The user's e-mail address.
    pub email: String,
    /// What they may do.
    pub role: RoleBody,
}

/// Whether Mosaic can work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Health {
    /// Always `ok`: what is not is a problem.
    pub status: String,
    /// Mosaic's version.
    pub version: String,
}
