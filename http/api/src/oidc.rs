//! The OIDC provider, as an admin sees and changes it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::SecretText;

/// The configuration, and what the provider has to be told of Mosaic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct OidcSettings {
    /// The configuration; none where there is no provider.
    pub config: Option<OidcConfigBody>,
    /// Counts the changes; a change names the one it was made from.
    pub version: u64,
    /// When the client's secret was last replaced; none where there is none. The secret is never shown.
    pub client_secret_set_at: Option<DateTime<Utc>>,
    /// Where the provider sends people back to, to be entered there; none while Mosaic does not know its own
    /// address: then the setting `public_url` is missing.
    pub redirect_uri: Option<String>,
    /// Where the provider sends people after they signed out, to be entered there.
    pub post_logout_redirect_uri: Option<String>,
}

/// The provider, and who may come in through it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct OidcConfigBody {
    /// The provider's URL, as it names itself.
    pub issuer: String,
    /// What Mosaic is called there.
    pub client_id: String,
    /// What people call the provider.
    pub display_name: String,
    /// Whether people can sign in through it.
    pub enabled: bool,
    /// What is asked for besides `openid`.
    pub scopes: Vec<String>,
    /// The claim that names a person's groups; a path with dots leads into nested ones.
    pub groups_claim: String,
    /// Who is in one of these may come in; anybody, where there is none.
    pub allowed_groups: Vec<String>,
    /// Whose verified e-mail address is of one of these may come in; anybody, where there is none.
    pub allowed_domains: Vec<String>,
    /// Who is in it is an admin, who is not is none. Without it roles are given in Mosaic.
    pub admin_group: Option<String>,
}

/// A whole configuration that takes the place of the present one.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct OidcChange {
    /// The version that was changed, as it was shown.
    pub version: u64,
    /// See `OidcConfigBody`.
    pub issuer: String,
    /// See `OidcConfigBody`.
    pub client_id: String,
    /// See `OidcConfigBody`.
    pub display_name: String,
    /// See `OidcConfigBody`.
    pub enabled: bool,
    /// E-mail address and profile, where there is none.
    #[serde(default)]
    pub scopes: Vec<String>,
    /// `groups`, where it is empty.
    #[serde(default)]
    pub groups_claim: String,
    /// See `OidcConfigBody`.
    #[serde(default)]
    pub allowed_groups: Vec<String>,
    /// See `OidcConfigBody`.
    #[serde(default)]
    pub allowed_domains: Vec<String>,
    /// See `OidcConfigBody`.
    #[serde(default)]
    pub admin_group: Option<String>,
    /// A new secret of the client; without it the old one stays.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schema(value_type = Option<String>))]
    pub client_secret: Option<SecretText>,
    /// Whether the client has no secret any more.
    #[serde(default)]
    pub remove_client_secret: bool,
}

/// What a look at the provider found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct OidcCheck {
    /// Whether people could sign in through it, as far as can be seen from outside.
    pub sound: bool,
    /// What is wrong, or worth knowing, in plain words.
    pub findings: Vec<String>,
}

/// A login to try out.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct OidcTry {
    /// The page to come back to; the first one, where this is missing.
    #[serde(default)]
    pub return_to: Option<String>,
}

/// Where to go to try it out, with the browser that asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct OidcTryStart {
    /// The provider's page.
    pub location: String,
}

/// What came of the admin's last try. Nobody was signed in and no account was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct OidcTryResult {
    /// When.
    pub at: DateTime<Utc>,
    /// Whether this person could sign in.
    pub allowed: bool,
    /// Why not, in plain words.
    pub problem: Option<String>,
    /// Who came back; none where nobody did.
    pub person: Option<OidcPerson>,
}

/// Somebody, as the provider describes them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct OidcPerson {
    /// Who vouches for them.
    pub issuer: String,
    /// Their name there.
    pub subject: String,
    /// Their e-mail address.
    pub email: Option<String>,
    /// Whether it is verified; none where the provider does not say.
    pub email_verified: Option<bool>,
    /// Their groups, from the configured claim.
    pub groups: Vec<String>,
    /// Whether they would be an admin; none where roles are given in Mosaic.
    pub admin: Option<bool>,
    /// Whether they have an account already that is connected to this provider.
    pub known: bool,
}
