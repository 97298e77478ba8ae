//! Ways in: what the sign-in page offers, and invitations.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::SecretText;

/// What the sign-in page offers. Readable by anybody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SignInMethods {
    /// The OIDC provider, where one is switched on.
    pub oidc: Option<OidcMethod>,
    /// Whether local accounts may sign in. Administrators with a password always may.
    pub local_accounts: bool,
}

/// The button of the OIDC provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct OidcMethod {
    /// What to call the provider: "Sign in with …".
    pub name: String,
}

/// The code of an invitation's link.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct InvitationCode {
    /// What stands behind the `#` of the link.
    #[cfg_attr(feature = "schema", schema(value_type = String))]
    pub code: SecretText,
}

/// An invitation as the invited person sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct InvitationBody {
    /// Whom it invites.
    pub email: String,
    /// Until when.
    pub expires_at: DateTime<Utc>,
}

/// An invitation that is accepted.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AcceptInvitation {
    /// What stands behind the `#` of the link.
    #[cfg_attr(feature = "schema", schema(value_type = String))]
    pub code: SecretText,
    /// The password of the new account.
    #[cfg_attr(feature = "schema", schema(value_type = String))]
    pub password: SecretText,
}
