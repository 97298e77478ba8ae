//! How the provider is configured.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::Issuer;

/// The longest name, claim or group that is taken. Characters.
const TEXT_MAX_CHARS: usize = 256;
/// The longest name for the button. Characters.
const DISPLAY_NAME_MAX_CHARS: usize = 60;
/// The longest client secret that is taken. Characters.
const SECRET_MAX_CHARS: usize = 1_024;
/// The most scopes, groups or domains.
const ENTRIES_MAX: usize = 100;
/// What is asked for besides `openid` where nobody says otherwise.
const DEFAULT_SCOPES: [&str; 2] = ["email", "profile"];
/// The claim that groups are in where nobody says otherwise.
const DEFAULT_GROUPS_CLAIM: &str = "groups";

/// The provider and who may come in through it; all but the client's secret. Made by [`OidcDraft::check`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OidcConfig {
    /// The provider.
    pub issuer: Issuer,
    /// What Mosaic is called there.
    pub client_id: String,
    /// What people call the provider.
    pub display_name: String,
    /// Whether people can sign in through it.
    pub enabled: bool,
    /// What is asked for besides `openid`.
    pub scopes: Vec<String>,
    /// The claim that names a person's groups.
    pub groups_claim: String,
    /// Who is in one of these may come in; anybody, where there is none.
    pub allowed_groups: Vec<String>,
    /// Whose verified e-mail address is of one of these may come in; anybody, where there is none.
    pub allowed_domains: Vec<String>,
    /// Who is in it is an admin, who is not is none. Without it roles are given in Mosaic.
    pub admin_group: Option<String>,
}

/// A configuration as somebody wrote it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OidcDraft {
    /// See [`OidcConfig::issuer`].
    pub issuer: String,
    /// See [`OidcConfig::client_id`].
    pub client_id: String,
    /// See [`OidcConfig::display_name`].
    pub display_name: String,
    /// See [`OidcConfig::enabled`].
    pub enabled: bool,
    /// See [`OidcConfig::scopes`]; e-mail address and profile where there is none.
    pub scopes: Vec<String>,
    /// See [`OidcConfig::groups_claim`]; `groups` where it is empty.
    pub groups_claim: String,
    /// See [`OidcConfig::allowed_groups`].
    pub allowed_groups: Vec<String>,
    /// See [`OidcConfig::allowed_domains`].
    pub allowed_domains: Vec<String>,
    /// See [`OidcConfig::admin_group`].
    pub admin_group: Option<String>,
}

/// A configuration that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OidcConfigError {
    /// The issuer is no such URL.
    #[error(
        "the issuer is a URL such as https://login.example.org/realms/main, without a query or a user's name"
    )]
    Issuer,
    /// Anybody on the way could say who somebody is.
    #[error("the issuer must be reached over https; http is taken only for this host (localhost, 127.0.0.1)")]
    PlainIssuer,
    /// A text is missing, too long or holds what no such text holds.
    #[error("{what} takes 1 to {max} characters without line ends")]
    Text {
        /// Which.
        what: &'static str,
        /// The most characters.
        max: usize,
    },
    /// Not of the form that the protocol has.
    #[error("{0:?} is no scope: one is a word without spaces or quotes")]
    Scope(String),
    /// No domain of e-mail addresses.
    #[error("{0:?} is no domain such as example.org")]
    Domain(String),
    /// Too many of something.
    #[error("{what} takes at most {ENTRIES_MAX} entries")]
    TooMany {
        /// Of what.
        what: &'static str,
    },
}

impl OidcDraft {
    /// One that lets everybody in, switched off.
    pub fn new(issuer: &str, client_id: &str, display_name: &str) -> Self {
        Self {
            issuer: issuer.to_owned(),
            client_id: client_id.to_owned(),
            display_name: display_name.to_owned(),
            ..Self::default()
        }
    }

    /// Checks every field and brings it into its usual form.
    pub fn check(self) -> Result<OidcConfig, OidcConfigError> {
        let groups_claim =
            if self.groups_claim.trim().is_empty() { DEFAULT_GROUPS_CLAIM } else { &self.groups_claim };
        let admin_group = self.admin_group.filter(|group| !group.trim().is_empty());
        Ok(OidcConfig {
            issuer: self.issuer.parse()?,
            client_id: text("client_id", TEXT_MAX_CHARS, &self.client_id)?,
            display_name: text("display_name", DISPLAY_NAME_MAX_CHARS, &self.display_name)?,
            enabled: self.enabled,
            scopes: scopes(&self.scopes)?,
            groups_claim: text("groups_claim", TEXT_MAX_CHARS, groups_claim)?,
            allowed_groups: entries("allowed_groups", &self.allowed_groups, |group| {
                text("a group", TEXT_MAX_CHARS, group)
            })?,
            allowed_domains: entries("allowed_domains", &self.allowed_domains, domain)?,
            admin_group: admin_group.map(|group| text("admin_group", TEXT_MAX_CHARS, &group)).transpose()?,
        })
    }
}

impl OidcConfig {
    /// Checks a client's secret.
    pub fn check_secret(secret: &str) -> Result<(), OidcConfigError> {
        let sound =
            !secret.is_empty() && secret.len() <= SECRET_MAX_CHARS && !secret.contains(char::is_control);
        let refused = OidcConfigError::Text { what: "client_secret", max: SECRET_MAX_CHARS };
        if sound { Ok(()) } else { Err(refused) }
    }

    /// Whether a secret given for `other` is a secret for this: only for the same client at the same provider.
    pub fn is_same_client(&self, other: &Self) -> bool {
        self.issuer == other.issuer && self.client_id == other.client_id
    }
}

fn text(what: &'static str, max: usize, text: &str) -> Result<String, OidcConfigError> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > max || text.contains(char::is_control) {
        return Err(OidcConfigError::Text { what, max });
    }
    Ok(text.to_owned())
}

/// Every entry checked, each once, in order.
fn entries(
    what: &'static str,
    texts: &[String],
    check: impl Fn(&str) -> Result<String, OidcConfigError>,
) -> Result<Vec<String>, OidcConfigError> {
    if texts.len() > ENTRIES_MAX {
        return Err(OidcConfigError::TooMany { what });
    }
    let checked: BTreeSet<String> = texts.iter().map(|text| check(text)).collect::<Result<_, _>>()?;
    Ok(checked.into_iter().collect())
}

fn scopes(texts: &[String]) -> Result<Vec<String>, OidcConfigError> {
    let scopes = entries("scopes", texts, |text| {
        let text = text.trim();
        let plain = |c: char| c.is_ascii_graphic() && c != '"' && c != '\\';
        let sound = !text.is_empty() && text.len() <= TEXT_MAX_CHARS && text.chars().all(plain);
        if sound { Ok(text.to_owned()) } else { Err(OidcConfigError::Scope(text.to_owned())) }
    })?;
    let scopes: Vec<String> = scopes.into_iter().filter(|scope| scope != "openid").collect();
    Ok(if scopes.is_empty() { DEFAULT_SCOPES.map(ToOwned::to_owned).to_vec() } else { scopes })
}

fn domain(text: &str) -> Result<String, OidcConfigError> {
    let domain = text.trim().trim_start_matches('@').to_lowercase();
    let odd = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '@' | '/' | ':' | ',' | '*');
    if domain.is_empty() || domain.len() > TEXT_MAX_CHARS || domain.contains(odd) {
        return Err(OidcConfigError::Domain(text.to_owned()));
    }
    Ok(domain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft() -> OidcDraft {
        OidcDraft::new("https://login.example.org", " mosaic ", "Example")
    }

    #[test]
    fn what_nobody_said_has_its_usual_value() {
        let config = draft().check().unwrap();
        assert_eq!(config.client_id, "mosaic");
        assert_eq!(config.scopes, ["email", "profile"]);
        assert_eq!(config.groups_claim, "groups");
        assert!(!config.enabled && config.allowed_groups.is_empty() && config.admin_group.is_none());
        let kept = serde_json::to_value(&config).unwrap();
        assert_eq!(serde_json::from_value::<OidcConfig>(kept).unwrap(), config);
    }

    #[test]
    fn what_was_said_is_brought_into_its_usual_form() {
        let list = |texts: &[&str]| texts.iter().map(ToString::to_string).collect::<Vec<_>>();
        let config = OidcDraft {
            scopes: list(&["openid", "groups", "email", "groups"]),
            allowed_domains: list(&["@Example.org", "example.org"]),
            admin_group: Some("  ".to_owned()),
            ..draft()
        };
        let config = config.check().unwrap();
        assert_eq!(config.scopes, ["email", "groups"]);
        assert_eq!(config.allowed_domains, ["example.org"]);
        assert_eq!(config.admin_group, None);
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        let one = |text: &str| vec![text.to_owned()];
        let many = vec!["a".to_owned(); 101];
        for odd in [
            OidcDraft { issuer: "login".to_owned(), ..draft() },
            OidcDraft { client_id: " ".to_owned(), ..draft() },
            OidcDraft { client_id: "a\nb".to_owned(), ..draft() },
            OidcDraft { display_name: "x".repeat(61), ..draft() },
            OidcDraft { scopes: one("a b"), ..draft() },
            OidcDraft { scopes: many.clone(), ..draft() },
            OidcDraft { groups_claim: "x".repeat(257), ..draft() },
            OidcDraft { allowed_groups: one(""), ..draft() },
            OidcDraft { allowed_groups: many, ..draft() },
            OidcDraft { allowed_domains: one("a@b"), ..draft() },
            OidcDraft { allowed_domains: one("*.example.org"), ..draft() },
            OidcDraft { admin_group: Some("x".repeat(257)), ..draft() },
        ] {
            assert!(odd.clone().check().is_err(), "{odd:?}");
        }
        for odd in ["", "a\nb", &"x".repeat(1_025)] {
            assert!(OidcConfig::check_secret(odd).is_err(), "{odd:?}");
        }
        assert_eq!(OidcConfig::check_secret(" spaces are kept "), Ok(()));
    }
}
