//! Somebody who watches a conversation, as a tab does.

use std::{collections::BTreeMap, time::Duration};

use http::{Method, Request, header};
use http_body_util::{BodyExt, Empty};
use hyper::body::Incoming;
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use mosaic_api::sse::{Frame, Splitter};
use serde_json::Value;
use tokio::time;

/// How long anything may take. Generous: machines are shared.
const PATIENCE: Duration = Duration::from_mins(2);

/// A tab and what it shows.
#[derive(Debug)]
pub(super) struct Watcher {
    body: Incoming,
    splitter: Splitter,
    /// The id of the event that was seen last.
    pub(super) cursor: String,
    answers: BTreeMap<u64, String>,
    states: BTreeMap<u64, String>,
    pub(super) phases: Vec<String>,
    pub(super) is_deleted: bool,
}

/// Opens a stream of events behind one that was seen.
pub(super) async fn follow(url: &str, token: &str, after: &str) -> Watcher {
    let mut request = Request::builder().method(Method::GET).uri(url);
    request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    if !after.is_empty() {
        request = request.header("last-event-id", after);
    }
    let client = Client::builder(TokioExecutor::new()).build_http();
    let request = request.body(Empty::<bytes::Bytes>::new()).expect("a sound request");
    let response = client.request(request).await.expect("an answer");
    assert!(response.status().is_success(), "{response:?}");
    assert!(response.headers()["content-type"].as_bytes().starts_with(b"text/event-stream"));
    Watcher {
        body: response.into_body(),
        splitter: Splitter::default(),
        cursor: after.to_owned(),
        answers: BTreeMap::new(),
        states: BTreeMap::new(),
        phases: Vec::new(),
        is_deleted: false,
    }
}

impl Watcher {
    pub(super) fn answer(&self, turn: u64) -> String {
        self.answers.get(&turn).cloned().unwrap_or_default()
    }

    pub(super) fn state(&self, turn: u64) -> String {
        self.states.get(&turn).cloned().unwrap_or_default()
    }

    /// It already shows this much of the first turn.
    pub(super) fn continue_from(&mut self, answer: &str) {
        self.answers.insert(1, answer.to_owned());
    }

    pub(super) async fn until_ended(&mut self, turn: u64) {
        self.until(|tab| ["done", "stopped", "failed", "interrupted"].contains(&tab.state(turn).as_str()))
            .await;
    }

    pub(super) async fn until(&mut self, shows: impl Fn(&Self) -> bool) {
        let watching = async {
            while !shows(self) {
                assert!(self.step().await, "the stream ended: {self:?}");
            }
        };
        let in_time = time::timeout(PATIENCE, watching).await.is_ok();
        assert!(in_time, "not within {PATIENCE:?}: {self:?}");
    }

    /// Takes in a few frames and leaves; the state of the first turn.
    pub(super) async fn a_little(&mut self) -> String {
        for _ in 0..8 {
            let more = time::timeout(PATIENCE, self.step()).await.expect("in time");
            if !more || self.state(1) == "done" {
                break;
            }
        }
        self.state(1)
    }

    /// Takes in what comes next; false at the end.
    async fn step(&mut self) -> bool {
        let Some(Ok(frame)) = self.body.frame().await else { return false };
        let bytes = frame.into_data().unwrap_or_default();
        for frame in self.splitter.push(&bytes).expect("small frames") {
            if let Frame::Data(data) = frame {
                self.take(&serde_json::from_str(&data).expect("each event is JSON"));
            }
        }
        true
    }

    fn take(&mut self, event: &Value) {
        let text = |value: &Value| value.as_str().expect("text").to_owned();
        self.cursor = text(&event["id"]);
        let turn: u64 = self.cursor.split('.').next().and_then(|it| it.parse().ok()).expect("a cursor");
        match event["type"].as_str().expect("a type") {
            "turn" => {
                assert_eq!(event["turn"]["number"], turn);
                self.answers.insert(turn, text(&event["turn"]["answer"]));
                self.states.insert(turn, text(&event["turn"]["state"]));
            }
            "waking" => self.phases.push(text(&event["phase"])),
            "delta" => self.answers.entry(turn).or_default().push_str(&text(&event["text"])),
            "ended" => drop(self.states.insert(turn, text(&event["state"]))),
            "deleted" => self.is_deleted = true,
            other => panic!("{other}: {event}"),
        }
    }
}
