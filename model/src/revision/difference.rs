//! What sets two documents apart, told by places and never by what stands there.

use std::{collections::BTreeSet, fmt};

use serde_json::{Map, Value};

/// How many differences are told; whoever needs more has a new document before them.
const MAX_DIFFERENCES: usize = 50;

/// What happened to a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DifferenceKind {
    /// Only the second document has it.
    Added,
    /// Only the first has it.
    Removed,
    /// Both have it, with other things in it.
    Changed,
}

impl DifferenceKind {
    /// As a word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Changed => "changed",
        }
    }
}

/// A place in which two documents differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The keys that lead there, as in `agents.entries.main.model` or `models[2]`.
    pub path: String,
    /// What happened to it.
    pub kind: DifferenceKind,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.path, self.kind.as_str())
    }
}

/// The places in which the second document differs from the first, in the order of their names, at most fifty.
pub fn difference(first: &Value, second: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    compare("", first, second, &mut found);
    found
}

fn compare(path: &str, first: &Value, second: &Value, found: &mut Vec<Difference>) {
    match (first, second) {
        (Value::Object(first), Value::Object(second)) => objects(path, first, second, found),
        (Value::Array(first), Value::Array(second)) => arrays(path, first, second, found),
        _ if first == second => {}
        _ => tell(path.to_owned(), DifferenceKind::Changed, found),
    }
}

fn objects(path: &str, first: &Map<String, Value>, second: &Map<String, Value>, found: &mut Vec<Difference>) {
    let keys: BTreeSet<&String> = first.keys().chain(second.keys()).collect();
    for key in keys {
        let place = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        both(place, first.get(key), second.get(key), found);
    }
}

fn arrays(path: &str, first: &[Value], second: &[Value], found: &mut Vec<Difference>) {
    for index in 0..first.len().max(second.len()) {
        both(format!("{path}[{index}]"), first.get(index), second.get(index), found);
    }
}

fn both(place: String, first: Option<&Value>, second: Option<&Value>, found: &mut Vec<Difference>) {
    match (first, second) {
        (Some(first), Some(second)) => compare(&place, first, second, found),
        (Some(_), None) => tell(place, DifferenceKind::Removed, found),
        (None, Some(_)) => tell(place, DifferenceKind::Added, found),
        (None, None) => {}
    }
}

fn tell(path: String, kind: DifferenceKind, found: &mut Vec<Difference>) {
    if found.len() < MAX_DIFFERENCES {
        found.push(Difference { path, kind });
    }
}
