//! What the server remembers of the requests it saw.

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
};

use http::HeaderMap;
use serde_json::Value;
use tokio::sync::watch;

use crate::{
    Behaviour,
    question::{Question, messages},
};

/// One request as it arrived.
#[derive(Debug, Clone)]
pub struct SeenRequest {
    /// The path, for example `/v1/chat/completions`.
    pub path: String,
    /// All headers.
    pub headers: HeaderMap,
    /// The key it came with, as a bearer token or `x-api-key`.
    pub key: Option<String>,
    /// The JSON body.
    pub body: Value,
}

impl SeenRequest {
    /// The model it named.
    pub fn model(&self) -> &str {
        self.body["model"].as_str().unwrap_or_default()
    }

    /// Its messages, whatever the wire format.
    pub fn messages(&self) -> Vec<Value> {
        messages(&self.body)
    }

    /// The texts of the user's messages, oldest first.
    pub fn user_messages(&self) -> Vec<String> {
        Question::read(&self.body).user_messages
    }
}

/// How many requests came, and how many of their clients left before the end.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) requests: usize,
    pub(crate) aborted: usize,
}

/// The server's memory: bounded, because a demo or a benchmark may run for long.
#[derive(Debug)]
pub(crate) struct Record {
    seen: Mutex<VecDeque<SeenRequest>>,
    script: Mutex<VecDeque<Behaviour>>,
    counts: watch::Sender<Counts>,
    limit: usize,
}

impl Record {
    pub(crate) fn new(limit: usize) -> Self {
        Self { seen: Mutex::default(), script: Mutex::default(), counts: watch::Sender::default(), limit }
    }

    pub(crate) fn remember(&self, request: SeenRequest) {
        {
            let mut seen = lock(&self.seen);
            seen.push_back(request);
            while seen.len() > self.limit {
                seen.pop_front();
            }
        }
        self.counts.send_modify(|counts| counts.requests += 1);
    }

    pub(crate) fn requests(&self) -> Vec<SeenRequest> {
        lock(&self.seen).iter().cloned().collect()
    }

    pub(crate) fn script(&self, behaviour: Behaviour) {
        lock(&self.script).push_back(behaviour);
    }

    pub(crate) fn next_behaviour(&self) -> Option<Behaviour> {
        lock(&self.script).pop_front()
    }

    pub(crate) fn counts(&self) -> watch::Receiver<Counts> {
        self.counts.subscribe()
    }

    pub(crate) fn count_aborted(&self) {
        self.counts.send_modify(|counts| counts.aborted += 1);
    }
}

/// A poisoned record is still a record: the test that panicked while holding it fails anyway.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
