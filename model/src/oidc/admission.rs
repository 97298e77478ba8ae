//! Who may come in through the provider.

use super::{Identity, OidcConfig};
use crate::Email;

/// Somebody who may come in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admission {
    /// What they are called here, if they are new.
    pub email: Email,
    /// Whether the provider says that they are an admin; none where that is not the provider's to say.
    pub is_admin: Option<bool>,
}

/// Why somebody may not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// There is no name to call them by.
    #[error("the provider gives no e-mail address for this person; ask for the scope that brings it")]
    NoEmail,
    /// The address may be somebody else's.
    #[error("the provider says that this person's e-mail address is not verified")]
    EmailUnverified,
    /// The address counts for nothing unless the provider vouches for it.
    #[error(
        "only some domains may come in, and the provider does not say whether the e-mail address is verified"
    )]
    EmailUnvouched,
    /// Their address is of another domain.
    #[error("the e-mail address is of none of the domains that may come in")]
    Domain,
    /// They are in none of the groups.
    #[error("this person is in none of the groups that may come in")]
    Group,
}

impl Admission {
    /// Whether they are an admin from now on. A breakglass admin stays one: they are the way out when the
    /// provider, or what it says, is wrong.
    pub fn makes_admin(&self, is_admin: bool, is_breakglass: bool) -> bool {
        match self.is_admin {
            Some(says_admin) => says_admin || (is_admin && is_breakglass),
            None => is_admin,
        }
    }
}

impl OidcConfig {
    /// Whether this person may come in, and as what.
    pub fn admit(&self, identity: &Identity) -> Result<Admission, Refusal> {
        let email = identity.email.as_deref().and_then(|text| Email::parse(text).ok());
        let email = email.ok_or(Refusal::NoEmail)?;
        match identity.email_verified {
            Some(true) => {}
            Some(false) => return Err(Refusal::EmailUnverified),
            None if self.allowed_domains.is_empty() => {}
            None => return Err(Refusal::EmailUnvouched),
        }
        let domain = email.as_str().rsplit_once('@').map_or("", |(_, domain)| domain);
        if !self.allowed_domains.is_empty() && !self.allowed_domains.iter().any(|allowed| allowed == domain) {
            return Err(Refusal::Domain);
        }
        let is_in = |group: &String| identity.groups.contains(group);
        let is_admin = self.admin_group.as_ref().map(is_in);
        let may_come_in = self.allowed_groups.is_empty() || self.allowed_groups.iter().any(is_in);
        if !may_come_in && is_admin != Some(true) {
            return Err(Refusal::Group);
        }
        Ok(Admission { email, is_admin })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::oidc::OidcDraft;

    fn config(domains: &[&str], groups: &[&str], admin: Option<&str>) -> OidcConfig {
        let list = |texts: &[&str]| texts.iter().map(ToString::to_string).collect();
        let draft = OidcDraft {
            allowed_domains: list(domains),
            allowed_groups: list(groups),
            admin_group: admin.map(ToOwned::to_owned),
            ..OidcDraft::new("https://login.example.org", "mosaic", "Example")
        };
        draft.check().unwrap()
    }

    fn ann(verified: Option<bool>, groups: &[&str]) -> Identity {
        Identity {
            issuer: "https://login.example.org".to_owned(),
            subject: "1".to_owned(),
            email: Some("Ann@Example.org".to_owned()),
            email_verified: verified,
            groups: groups.iter().map(ToString::to_string).collect(),
        }
    }

    #[test]
    fn without_restrictions_everybody_with_an_address_comes_in() {
        let admission = config(&[], &[], None).admit(&ann(None, &[])).unwrap();
        assert_eq!((admission.email.as_str(), admission.is_admin), ("ann@example.org", None));
        let nameless = Identity { email: None, ..ann(Some(true), &[]) };
        assert_eq!(config(&[], &[], None).admit(&nameless), Err(Refusal::NoEmail));
        let odd = Identity { email: Some("ann".to_owned()), ..nameless };
        assert_eq!(config(&[], &[], None).admit(&odd), Err(Refusal::NoEmail));
    }

    #[test]
    fn an_address_that_is_not_verified_opens_nothing() {
        assert_eq!(config(&[], &[], None).admit(&ann(Some(false), &[])), Err(Refusal::EmailUnverified));
        let domains = config(&["example.org"], &[], None);
        assert_eq!(domains.admit(&ann(Some(false), &[])), Err(Refusal::EmailUnverified));
        assert_eq!(domains.admit(&ann(None, &[])), Err(Refusal::EmailUnvouched));
        assert!(domains.admit(&ann(Some(true), &[])).is_ok());
    }

    #[test]
    fn a_domain_is_compared_as_a_whole() {
        for other in ["le.org", "ample.org", "org", "mail.example.org", "example.org.evil"] {
            assert_eq!(
                config(&[other], &[], None).admit(&ann(Some(true), &[])),
                Err(Refusal::Domain),
                "{other}"
            );
        }
        let tricky = Identity { email: Some("a@evil.org@example.org".to_owned()), ..ann(Some(true), &[]) };
        assert!(config(&["example.org"], &[], None).admit(&tricky).is_err());
    }

    #[test]
    fn groups_open_and_the_admins_group_opens_as_well() {
        let config = config(&[], &["staff"], Some("wheel"));
        assert_eq!(config.admit(&ann(None, &[])), Err(Refusal::Group));
        assert_eq!(config.admit(&ann(None, &["Staff", "staff "])), Err(Refusal::Group));
        assert_eq!(config.admit(&ann(None, &["staff"])).unwrap().is_admin, Some(false));
        assert_eq!(config.admit(&ann(None, &["wheel"])).unwrap().is_admin, Some(true));
    }

    proptest! {
        #[test]
        fn the_provider_makes_and_unmakes_admins_only_where_it_is_asked_and_never_a_breakglass_one(
            says in proptest::option::of(any::<bool>()), is_admin: bool, is_breakglass: bool,
        ) {
            let admission = Admission { email: Email::parse("a@b").unwrap(), is_admin: says };
            let after = admission.makes_admin(is_admin, is_breakglass);
            prop_assert!(says.is_some() || after == is_admin);
            prop_assert!(!(is_admin && is_breakglass) || after);
            prop_assert!(is_breakglass || says.is_none_or(|says| after == says));
        }

        #[test]
        fn nobody_comes_in_who_is_in_none_of_the_groups(
            allowed in proptest::collection::vec("[a-d]", 1..4),
            groups in proptest::collection::vec("[a-d]", 0..4),
        ) {
            let allowed: Vec<&str> = allowed.iter().map(String::as_str).collect();
            let groups: Vec<&str> = groups.iter().map(String::as_str).collect();
            let admitted = config(&[], &allowed, None).admit(&ann(None, &groups)).is_ok();
            prop_assert_eq!(admitted, groups.iter().any(|group| allowed.contains(group)));
        }
    }
}
