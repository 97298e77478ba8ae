//! Invitations to local accounts, as an admin makes and sees them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{RoleBody, SecretText};

/// Somebody to invite.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Invite {
    /// Whom.
    pub email: String,
    /// What they will be.
    pub role: RoleBody,
    /// How long the link opens, in seconds; a week where this is missing.
    #[serde(default)]
    pub expires_in_secs: Option<u32>,
}

/// An invitation that was just made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct MadeInvitation {
    /// Its id.
    pub id: String,
    /// The link to send: shown this once.
    #[cfg_attr(feature = "schema", schema(value_type = String))]
    pub link: SecretText,
    /// Until when it opens.
    pub expires_at: DateTime<Utc>,
}

/// What has become of an invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum InvitationState {
    /// Its link opens.
    Open,
    /// It was accepted.
    Accepted,
    /// It was taken back, or another one took its place.
    Revoked,
    /// It was not accepted in time.
    Expired,
}

/// An invitation, without its link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct InvitationEntry {
    /// Its id.
    pub id: String,
    /// Whom it invites.
    pub email: String,
    /// What they will be.
    pub role: RoleBody,
    /// The id of who invited them, if that is a user and still here.
    pub invited_by: Option<String>,
    /// When.
    pub created_at: DateTime<Utc>,
    /// Until when its link opens.
    pub expires_at: DateTime<Utc>,
    /// What has become of it.
    pub state: InvitationState,
}

/// The invitations that are open, and the last of those that are over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct InvitationList {
    /// Open ones first, the newest first.
    pub invitations: Vec<InvitationEntry>,
}
