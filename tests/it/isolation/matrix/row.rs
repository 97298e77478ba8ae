//! How the table speaks: a row says who may, what they are answered, and what it is about.

use http::Method;
use serde_json::Value;

use super::world::World;

/// The setting that operations on one setting are tried on.
const SETTING: &str = "idle_timeout_secs";

/// Who may call an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Door {
    /// Anybody.
    Anybody,
    /// Any user, by a session or a token; a token needs this scope, if any.
    User(Option<&'static str>),
    /// Any user, by a session only.
    Browser,
    /// An administrator, by a session or a token with this scope.
    Admin(&'static str),
    /// A cell, on the internal listener.
    Cell,
    /// Nobody: a step of the first set-up, which is over here.
    Over,
}

/// What an operation names, by the `{id}` of its path or in its body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Thing {
    Agent,
    Conversation,
    Cell,
    Invitation,
    Provider,
    Session,
    /// A cell that never woke.
    SleepingCell,
    SystemAgent,
    Token,
    /// A conversation and one of its turns, which has ended: both ids, a space between.
    Turn,
    User,
}

/// An operation, who may call it, and how it then answers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    /// The method in lower case and the path, as the document has them.
    pub(super) operation: &'static str,
    pub(super) door: Door,
    /// How it answers those who may.
    pub(super) status: u16,
    pub(super) thing: Option<Thing>,
    /// How it answers those who may, and to whom the thing does not belong.
    pub(super) foreign: u16,
    /// A body that is sound for this operation, about the thing of this id.
    pub(super) body: Option<fn(&World, &str) -> Value>,
    /// Whether it asks which version of the thing the caller looked at.
    pub(super) versioned: bool,
    /// What stands behind its path.
    pub(super) query: &'static str,
}

const fn row(door: Door, operation: &'static str, status: u16) -> Row {
    Row { operation, door, status, thing: None, foreign: 404, body: None, versioned: false, query: "" }
}

pub(super) const fn anybody(operation: &'static str, status: u16) -> Row {
    row(Door::Anybody, operation, status)
}

pub(super) const fn user(operation: &'static str, status: u16) -> Row {
    row(Door::User(None), operation, status)
}

pub(super) const fn scoped(scope: &'static str, operation: &'static str, status: u16) -> Row {
    row(Door::User(Some(scope)), operation, status)
}

pub(super) const fn browser(operation: &'static str, status: u16) -> Row {
    row(Door::Browser, operation, status)
}

pub(super) const fn admin(scope: &'static str, operation: &'static str, status: u16) -> Row {
    row(Door::Admin(scope), operation, status)
}

pub(super) const fn cell(operation: &'static str, status: u16) -> Row {
    row(Door::Cell, operation, status)
}

pub(super) const fn over(operation: &'static str) -> Row {
    row(Door::Over, operation, 404)
}

impl Row {
    /// Its `{id}` names such a thing.
    pub(super) const fn on(self, thing: Thing) -> Self {
        Self { thing: Some(thing), ..self }
    }

    /// Its body names such a thing, and is refused like this where there is none of the caller's.
    pub(super) const fn about(self, thing: Thing, foreign: u16) -> Self {
        Self { thing: Some(thing), foreign, ..self }
    }

    /// It takes a body; this makes a sound one, about the thing of this id.
    pub(super) const fn sends(self, body: fn(&World, &str) -> Value) -> Self {
        Self { body: Some(body), ..self }
    }

    /// It is asked with this query.
    pub(super) const fn asking(self, query: &'static str) -> Self {
        Self { query, ..self }
    }

    /// It asks which version of the thing the caller looked at.
    pub(super) const fn versioned(self) -> Self {
        Self { versioned: true, ..self }
    }

    pub(super) fn method(&self) -> Method {
        let (method, _) = self.operation.split_once(' ').expect("method and path");
        method.to_uppercase().parse().expect("a method")
    }

    /// Its path, with this in the place of `{id}`.
    pub(super) fn path(&self, id: &str) -> String {
        let (_, path) = self.operation.split_once(' ').expect("method and path");
        let path = path.replace("{key}", SETTING);
        let is_named = self.thing.is_some() || self.door == Door::Cell;
        assert!(is_named || !path.contains('{'), "{}: say with .on() what its id names", self.operation);
        // A turn is named by two: what is none is named by the same twice.
        let (first, second) = id.split_once(' ').unwrap_or((id, id));
        path.replace("{id}", first).replace("{turn}", second) + self.query
    }
}
