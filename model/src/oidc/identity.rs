//! Somebody, as the provider describes them.

use serde_json::{Map, Value};

/// The most groups of one person that are looked at.
const GROUPS_MAX: usize = 1_000;

/// Somebody, as the provider describes them. What is in here was verified; nothing more is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Who vouches for them.
    pub issuer: String,
    /// Their name there, which never changes. With the issuer it says who they are.
    pub subject: String,
    /// Their e-mail address; it may change, and says nothing about who they are.
    pub email: Option<String>,
    /// Whether the provider knows the address to be theirs; none where it does not say.
    pub email_verified: Option<bool>,
    /// What they belong to.
    pub groups: Vec<String>,
}

/// The groups that a claim names. The claim is found by its whole name or, where there is none of it, by its path
/// with dots (`realm_access.roles`); it holds one group or a list.
pub fn groups_in(claims: &Map<String, Value>, claim: &str) -> Vec<String> {
    let by_path = || {
        let mut steps = claim.split('.');
        let first = claims.get(steps.next()?)?;
        steps.try_fold(first, |value, step| value.get(step))
    };
    let texts = |values: &[Value]| {
        values.iter().filter_map(Value::as_str).take(GROUPS_MAX).map(ToOwned::to_owned).collect()
    };
    match claims.get(claim).or_else(by_path) {
        Some(Value::Array(values)) => texts(values),
        Some(value) => texts(std::slice::from_ref(value)),
        None => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn groups(claims: &Value, claim: &str) -> Vec<String> {
        groups_in(claims.as_object().unwrap(), claim)
    }

    #[test]
    fn groups_are_found_by_name_and_by_path() {
        let claims = json!({
            "groups": ["a", 1, null, "b"],
            "one": "c",
            "realm_access": { "roles": ["d"] },
            "https://example.org/groups": ["e"],
            "odd": { "deep": true },
        });
        assert_eq!(groups(&claims, "groups"), ["a", "b"]);
        assert_eq!(groups(&claims, "one"), ["c"]);
        assert_eq!(groups(&claims, "realm_access.roles"), ["d"]);
        assert_eq!(groups(&claims, "https://example.org/groups"), ["e"]);
        for nothing in ["", "none", "odd", "odd.deep", "groups.0.a", "realm_access.roles.x"] {
            assert!(groups(&claims, nothing).is_empty(), "{nothing}");
        }
    }
}
