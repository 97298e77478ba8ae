//! What of a configuration a running gateway cannot take up, so that only a restart brings it there.
//!
//! A gateway reads its file again when that changes, and goes on with its streams. But it remembers that a provider
//! refused a key, and then does not try the new one for a minute; and whoever takes a key away wants it gone, from
//! the gateway's memory too. So the credentials are compared apart, each with the place that it is for.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{AssemblyInput, Fingerprint, ProviderCredential, assemble, config_fingerprint};

/// The name of all that is neither a provider's nor anything that can go live.
const HOUSE: &str = "house";

/// Digests of those parts of a configuration, by provider. They tell keys apart and hold none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RestartParts(BTreeMap<String, String>);

/// What an owner wants their cell to run with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// All of it.
    pub fingerprint: Fingerprint,
    /// What only a restart brings about.
    pub parts: RestartParts,
    /// The providers that are there, switched off or not.
    providers: BTreeSet<String>,
}

/// How far those parts are from what is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Distance {
    /// There is no difference.
    None,
    /// Some are other ones now.
    Changed,
    /// Some provider is gone, and its key must be too.
    Revoked,
}

impl Wanted {
    /// What this input amounts to. It holds references to keys, not the keys: a digest of a key is one to guess at.
    ///
    /// Where no document can be made of it, that is what is wanted, with a fingerprint of its own: a cell that was
    /// given a document before holds keys that its owner has taken away since, and nobody can ask it anything until
    /// something is set up again, so it is as outdated as by any other change.
    pub fn of(input: &AssemblyInput) -> Self {
        let document = assemble(input).unwrap_or_default();
        let enabled = input.providers.iter().filter(|(provider, _)| provider.enabled);
        let mut parts: BTreeMap<String, String> = enabled
            .map(|(provider, credential)| {
                let credential = match credential {
                    ProviderCredential::Key(_) => "a key".to_owned(),
                    ProviderCredential::Version(version) => version.to_string(),
                    ProviderCredential::None => String::new(),
                };
                let part = json!([provider.base_url, provider.kind.as_str(), credential]);
                (provider.config_id(), digest(&part))
            })
            .collect();
        if !document.is_null() {
            parts.insert(HOUSE.to_owned(), digest(&house(&document)));
        }
        Self {
            fingerprint: config_fingerprint(&document),
            parts: RestartParts(parts),
            providers: input.providers.iter().map(|(provider, _)| provider.config_id()).collect(),
        }
    }
}

impl RestartParts {
    /// How far a gateway that has these is from what is wanted. One of which nothing is known differs.
    pub(crate) fn distance(&self, wanted: &Wanted) -> Distance {
        let is_gone = |name: &String| name != HOUSE && !wanted.providers.contains(name);
        if self.0.keys().any(is_gone) {
            return Distance::Revoked;
        }
        let is_kept = |(name, digest): (&String, &String)| wanted.parts.0.get(name) == Some(digest);
        if !self.0.is_empty() && self.0.iter().all(is_kept) { Distance::None } else { Distance::Changed }
    }
}

/// What is left of a document without what a running gateway takes up by itself.
fn house(document: &Value) -> Value {
    let mut house = document.clone();
    for live in ["/agents", "/skills", "/models/providers", "/plugins/entries/mosaic/config"] {
        if let Some(part) = house.pointer_mut(live) {
            *part = Value::Null;
        }
    }
    house
}

fn digest(part: &Value) -> String {
    config_fingerprint(part).as_str().to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{Given, Served, openclaw::tests::input};

    fn version(version: i64) -> AssemblyInput {
        input(&ProviderCredential::Version(version))
    }

    fn compare(before: &AssemblyInput, after: &AssemblyInput) -> Served {
        let Wanted { fingerprint, parts, .. } = Wanted::of(before);
        Served::compare(Some(&Given { fingerprint, parts }), &Wanted::of(after))
    }

    #[test]
    fn what_is_about_agents_goes_live_and_what_is_about_keys_takes_a_restart() {
        let before = version(1);
        let changed = |change: fn(&mut AssemblyInput)| {
            let mut after = before.clone();
            change(&mut after);
            compare(&before, &after)
        };
        assert_eq!(changed(|_| {}), Served::Wanted);
        assert_eq!(changed(|it| it.agents[0].personality.push('!')), Served::Live);
        assert_eq!(changed(|it| it.agents[0].model = it.agents[1].model.clone()), Served::Live);
        assert_eq!(changed(|it| drop(it.agents.pop())), Served::Live);
        assert_eq!(changed(|it| it.providers[0].0.models.push("huge".into())), Served::Live);
        assert_eq!(changed(|it| it.providers[0].1 = ProviderCredential::Version(2)), Served::Outdated);
        assert_eq!(changed(|it| it.providers[0].1 = ProviderCredential::None), Served::Outdated);
        assert_eq!(changed(|it| it.providers[0].0.base_url.push('x')), Served::Outdated);
        assert_eq!(changed(|it| it.agents.clear()), Served::Outdated, "nothing is left to run with");
        let off = |it: &mut AssemblyInput| {
            it.agents.pop();
            it.providers[1].0.enabled = false;
        };
        assert_eq!(changed(off), Served::Outdated, "a key that is not deleted has time");
        let gone = |it: &mut AssemblyInput| {
            it.agents.pop();
            it.providers.pop();
        };
        assert_eq!(changed(gone), Served::Revoked);
        let mut fewer = version(1);
        gone(&mut fewer);
        assert_eq!(compare(&fewer, &before), Served::Live, "a provider that comes is no key that goes");
    }

    #[test]
    fn of_what_an_older_version_gave_only_a_restart_makes_sure() {
        let wanted = Wanted::of(&version(1));
        let given = |fingerprint: Fingerprint| Given { fingerprint, parts: RestartParts::default() };
        assert_eq!(Served::compare(Some(&given(wanted.fingerprint.clone())), &wanted), Served::Wanted);
        let other = Wanted::of(&version(2)).fingerprint;
        assert_eq!(Served::compare(Some(&given(other)), &wanted), Served::Outdated);
        assert_eq!(Served::compare(None, &wanted), Served::Nothing);
    }

    #[test]
    fn a_digest_is_not_of_a_key() {
        let text = serde_json::to_string(&Wanted::of(&version(7)).parts).expect("text");
        let read: RestartParts = serde_json::from_str(&text).expect("it reads back");
        assert_eq!(read, Wanted::of(&version(7)).parts);
        assert!(!text.contains("http") && !text.contains("key:"), "{text}");
    }

    proptest! {
        #[test]
        fn a_key_that_is_another_one_never_goes_live(first in 1..9_i64, second in 1..9_i64, words in "[a-z]{0,4}") {
            let (before, mut after) = (version(first), version(second));
            after.agents[0].personality.clone_from(&words);
            let served = compare(&before, &after);
            prop_assert_eq!(served == Served::Outdated, first != second);
            prop_assert_eq!(served == Served::Live, first == second && words != before.agents[0].personality);
        }
    }
}
