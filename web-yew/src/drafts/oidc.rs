//! An OIDC provider that is being filled in.

use mosaic_api::{OidcChange, OidcConfigBody};
use serde::{Deserialize, Serialize};

use super::Difference;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct OidcDraft {
    pub(crate) display_name: String,
    pub(crate) issuer: String,
    pub(crate) client_id: String,
    /// Never kept anywhere but in this page's memory.
    #[serde(skip)]
    pub(crate) client_secret: String,
    pub(crate) enabled: bool,
    /// The lists as they are typed: separated by commas or spaces.
    pub(crate) scopes: String,
    pub(crate) groups_claim: String,
    pub(crate) allowed_groups: String,
    pub(crate) allowed_domains: String,
    pub(crate) admin_group: String,
}

/// Groups may have spaces in their names.
const BETWEEN_GROUPS: [char; 2] = [',', '\n'];
const BETWEEN_WORDS: [char; 3] = [',', '\n', ' '];

impl OidcDraft {
    /// What a first configuration begins with.
    pub(crate) fn new() -> Self {
        Self { enabled: true, ..Self::default() }
    }

    pub(crate) fn from_config(config: &OidcConfigBody) -> Self {
        Self {
            display_name: config.display_name.clone(),
            issuer: config.issuer.clone(),
            client_id: config.client_id.clone(),
            client_secret: String::new(),
            enabled: config.enabled,
            scopes: config.scopes.join(" "),
            groups_claim: config.groups_claim.clone(),
            allowed_groups: config.allowed_groups.join(", "),
            allowed_domains: config.allowed_domains.join(", "),
            admin_group: config.admin_group.clone().unwrap_or_default(),
        }
    }

    /// The fields that may not be empty and are: name on the page, and which.
    pub(crate) fn missing(&self) -> [Option<&'static str>; 3] {
        let lacks = |text: &str, words| text.trim().is_empty().then_some(words);
        [
            lacks(&self.display_name, "Say what people call it, such as the name of your organisation"),
            lacks(&self.issuer, "Enter the provider's address"),
            lacks(&self.client_id, "Enter the name that the provider knows Mosaic by"),
        ]
    }

    /// Where this and what somebody else has saved meanwhile are not the same.
    pub(crate) fn differences(&self, theirs: &OidcConfigBody) -> Vec<Difference> {
        let on = |enabled| if enabled { "on" } else { "off" }.to_owned();
        let theirs = Self::from_config(theirs);
        let all = [
            ("Name", &self.display_name, theirs.display_name),
            ("Issuer", &self.issuer, theirs.issuer),
            ("Client ID", &self.client_id, theirs.client_id),
            ("Sign-in", &on(self.enabled), on(theirs.enabled)),
            ("Scopes", &self.scopes, theirs.scopes),
            ("Groups claim", &self.groups_claim, theirs.groups_claim),
            ("Groups", &self.allowed_groups, theirs.allowed_groups),
            ("Domains", &self.allowed_domains, theirs.allowed_domains),
            ("Administrators", &self.admin_group, theirs.admin_group),
        ];
        let differs = |(what, mine, theirs): (&'static str, &String, String)| {
            Difference::between(what, mine.clone(), theirs)
        };
        all.into_iter().filter_map(differs).collect()
    }

    pub(crate) fn to_change(&self, version: u64) -> OidcChange {
        let filled = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        OidcChange {
            version,
            issuer: self.issuer.trim().to_owned(),
            client_id: self.client_id.trim().to_owned(),
            display_name: self.display_name.trim().to_owned(),
            enabled: self.enabled,
            scopes: parts(&self.scopes, &BETWEEN_WORDS),
            groups_claim: self.groups_claim.trim().to_owned(),
            allowed_groups: parts(&self.allowed_groups, &BETWEEN_GROUPS),
            allowed_domains: parts(&self.allowed_domains, &BETWEEN_WORDS),
            admin_group: filled(&self.admin_group),
            client_secret: filled(&self.client_secret).map(Into::into),
            remove_client_secret: false,
        }
    }
}

fn parts(text: &str, between: &[char]) -> Vec<String> {
    text.split(between).map(str::trim).filter(|part| !part.is_empty()).map(ToOwned::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_configuration_reads_back_as_it_was_filled_in() {
        let draft = OidcDraft {
            display_name: "Example".to_owned(),
            issuer: "https://login.example.org".to_owned(),
            client_id: "mosaic".to_owned(),
            allowed_groups: "All Staff, admins".to_owned(),
            allowed_domains: "example.org example.com".to_owned(),
            scopes: "email profile".to_owned(),
            ..OidcDraft::new()
        };
        let change = draft.to_change(3);
        assert_eq!(change.allowed_groups, ["All Staff", "admins"]);
        assert_eq!(change.allowed_domains, ["example.org", "example.com"]);
        assert_eq!((change.version, change.enabled, change.admin_group), (3, true, None));
        assert!(draft.missing().iter().all(Option::is_none));
        assert!(OidcDraft::new().missing().iter().all(Option::is_some));
    }
}
