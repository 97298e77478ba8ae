//! The choice between revisions, what sets two apart, and what a recorded one is worth later.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::{Agent, AssemblyError, AssemblyInput, Provider, ProviderCredential, Secret, assemble, fixture};

/// What can happen to a user's configuration.
#[derive(Debug, Clone, Copy)]
enum Happening {
    /// Its owner changes something.
    Changed,
    /// The gateway is well with what it has.
    Well,
    /// The gateway refuses what it has.
    Refused,
    /// Somebody asks to try again.
    Retried,
}

/// A store of revisions as small as can be, which follows the rules.
#[derive(Debug, Default)]
struct Book {
    marks: Vec<RevisionMark>,
    started_with: i64,
}

impl Book {
    fn wanted(&self) -> i64 {
        self.marks.last().map_or(0, |mark| mark.number)
    }

    fn change(&mut self) {
        self.marks.push(RevisionMark { number: self.wanted() + 1, fate: RevisionFate::Untried });
    }

    fn start(&mut self) {
        self.started_with =
            stand_ins(self.wanted(), &self.marks).first().copied().unwrap_or_else(|| self.wanted());
    }

    fn mark(&mut self, fate: RevisionFate) {
        for mark in self.marks.iter_mut().filter(|mark| mark.number == self.started_with) {
            mark.fate = fate;
        }
    }

    fn fate(&self, number: i64) -> RevisionFate {
        self.marks.iter().find(|mark| mark.number == number).map_or(RevisionFate::Untried, |mark| mark.fate)
    }
}

fn happenings() -> impl Strategy<Value = Happening> {
    prop_oneof![
        Just(Happening::Changed),
        Just(Happening::Well),
        Just(Happening::Refused),
        Just(Happening::Retried)
    ]
}

proptest! {
    /// Over any history: a change is always tried itself, whatever is tried in its place was healthy, and a
    /// refusal is followed by at most one more try until somebody does something.
    #[test]
    fn falling_back_happens_once_and_only_to_what_was_healthy(history in prop::collection::vec(happenings(), 0..60)) {
        let mut book = Book::default();
        book.change();
        book.start();
        let mut tries_since_somebody_acted = 1;
        for happening in history {
            match happening {
                Happening::Changed => {
                    book.change();
                    book.start();
                    prop_assert_eq!(book.started_with, book.wanted(), "a change is not tried");
                    tries_since_somebody_acted = 1;
                }
                Happening::Well => book.mark(RevisionFate::Healthy),
                Happening::Retried => {
                    for mark in &mut book.marks {
                        if mark.fate == RevisionFate::Refused {
                            mark.fate = RevisionFate::Untried;
                        }
                    }
                    book.start();
                    prop_assert_eq!(book.started_with, book.wanted(), "what is wanted is not tried again");
                    tries_since_somebody_acted = 1;
                }
                Happening::Refused => {
                    let had = book.started_with;
                    book.mark(RevisionFate::Refused);
                    if may_fall_back(had, book.wanted()) && !stand_ins(book.wanted(), &book.marks).is_empty() {
                        book.start();
                        prop_assert_eq!(book.fate(book.started_with), RevisionFate::Healthy);
                        prop_assert_ne!(book.started_with, book.wanted());
                        tries_since_somebody_acted += 1;
                    }
                }
            }
            prop_assert!(tries_since_somebody_acted <= 2);
        }
    }

    /// Two documents are told apart exactly when they differ, and nothing that stands in them is told.
    #[test]
    fn differences_tell_places_and_never_contents(first in documents(), second in documents()) {
        let found = difference(&first, &second);
        prop_assert_eq!(found.is_empty(), first == second);
        prop_assert!(difference(&first, &first).is_empty());
        for one in found {
            prop_assert!(!one.to_string().contains("secret"), "{}", one);
        }
    }
}

/// Small documents that often have places in common.
fn documents() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (0_u8..3).prop_map(|number| json!(format!("secret {number}"))),
    ];
    let key = "[ab]";
    leaf.prop_recursive(3, 12, 3, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map(key, inner, 0..3)
                .prop_map(|map| Value::from(map.into_iter().collect::<serde_json::Map<_, _>>())),
        ]
    })
}

#[test]
fn a_difference_names_the_place_and_what_happened_there() {
    let first = json!({ "a": { "b": 1, "c": [1, 2] }, "d": "x" });
    let second = json!({ "a": { "b": 2, "c": [1] }, "e": {} });
    let told: Vec<String> = difference(&first, &second).iter().map(ToString::to_string).collect();
    assert_eq!(told, ["a.b changed", "a.c[1] removed", "d removed", "e added"]);
}

fn provider(seed: u8) -> Provider {
    let base_url = format!("http://models-{seed}.example/v1");
    Provider { base_url, models: vec!["small".into()], ..fixture::provider(seed) }
}

fn agent(slug: &str, provider: &Provider) -> Agent {
    fixture::agent(slug, slug.to_owned(), format!("You are {slug}."), provider)
}

/// Two agents at two providers, the first two as they were recorded and as they are with the keys of now.
fn recorded_and_now() -> (Value, AssemblyInput) {
    let (one, two) = (provider(1), provider(2));
    let agents = vec![agent("main", &one), agent("coder", &two)];
    let with = |key: fn(i64) -> ProviderCredential| AssemblyInput {
        agents: agents.clone(),
        providers: vec![(one.clone(), key(1)), (two.clone(), key(2))],
    };
    let recorded = assemble(&with(ProviderCredential::Version)).expect("complete");
    let now = with(|number| ProviderCredential::Key(Secret::new(format!("sk-of-now-{number}"))));
    (recorded, now)
}

#[test]
fn a_recorded_document_comes_back_with_the_keys_of_now() {
    let (recorded, now) = recorded_and_now();
    assert_eq!(revive(recorded, &now), Ok(assemble(&now).expect("complete")));
}

#[test]
fn what_was_taken_away_is_left_out_with_all_that_used_it() {
    let changes: [fn(&mut AssemblyInput); 3] = [
        |now| drop(now.providers.remove(0)),
        |now| now.providers[0].0.enabled = false,
        // A key goes only where its owner sends it now.
        |now| now.providers[0].0.base_url = "http://elsewhere.example/v1".to_owned(),
    ];
    for change in changes {
        let (recorded, mut now) = recorded_and_now();
        let gone = now.providers[0].0.config_id();
        change(&mut now);
        let document = revive(recorded, &now).expect("something is left");
        let text = document.to_string();
        assert!(!text.contains(&gone) && !text.contains("sk-of-now-1") && !text.contains("key:"), "{text}");
        let left = AssemblyInput {
            agents: vec![now.agents.remove(1)],
            providers: vec![now.providers.pop().expect("two")],
        };
        assert_eq!(document, assemble(&left).expect("complete"));
    }
}

#[test]
fn alternatives_that_are_gone_are_left_out_and_the_agent_stays() {
    let (mut recorded, mut now) = recorded_and_now();
    let (one, two) = (now.providers[0].0.config_id(), now.providers[1].0.config_id());
    let model = json!({ "primary": format!("{two}/small"), "fallbacks": [format!("{one}/small"), format!("{two}/large")] });
    recorded["agents"]["entries"]["coder"]["model"] = model;
    now.providers.remove(0);
    let document = revive(recorded, &now).expect("something is left");
    let expected = json!({ "primary": format!("{two}/small"), "fallbacks": [format!("{two}/large")] });
    assert_eq!(document["agents"]["entries"]["coder"]["model"], expected);
    assert_eq!(document["agents"]["defaults"]["model"], expected);
}

#[test]
fn where_nothing_is_left_there_is_no_document() {
    let (recorded, mut now) = recorded_and_now();
    assert_eq!(revive(recorded.clone(), &AssemblyInput::default()), Err(AssemblyError::NoProvider));
    now.providers.truncate(1);
    let mut agentless = recorded;
    agentless["agents"]["entries"].as_object_mut().expect("an object").remove("main");
    assert_eq!(revive(agentless, &now), Err(AssemblyError::NoAgent));
}

#[test]
fn fates_read_back_from_their_words() {
    for fate in [RevisionFate::Untried, RevisionFate::Healthy, RevisionFate::Refused] {
        assert_eq!(RevisionFate::parse(fate.as_str()), Some(fate));
    }
    assert_eq!(RevisionFate::parse("doomed"), None);
}
