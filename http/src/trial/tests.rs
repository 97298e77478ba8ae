//! Against real servers: the scripted model server, TLS with certificates of every kind, and name servers that lie.

mod certificates;
mod names;
mod providers;

use std::{collections::VecDeque, io, net::IpAddr, sync::Mutex};

use mosaic_api::TestStep;
use mosaic_model::Timestamp;
use rustls::RootCertStore;

use super::*;

/// A port of this host, opened as an admin would.
pub(super) fn opened(port: u16) -> Vec<Egress> {
    vec![format!("{}:{port}", Egress::HOST_ALIAS).parse().unwrap()]
}

/// Answers look-ups one after the other; the last answer for good.
#[derive(Debug)]
pub(super) struct Scripted(Mutex<VecDeque<Vec<IpAddr>>>);

impl Scripted {
    pub(super) fn new(answers: &[&[&str]]) -> Self {
        let list = |answer: &&[&str]| answer.iter().map(|address| address.parse().unwrap()).collect();
        Self(Mutex::new(answers.iter().map(list).collect()))
    }
}

#[async_trait::async_trait]
impl Resolve for Scripted {
    async fn lookup(&self, name: &str) -> io::Result<Vec<IpAddr>> {
        let mut answers = self.0.lock().unwrap();
        let answer = if answers.len() > 1 { answers.pop_front() } else { answers.front().cloned() };
        answer.ok_or_else(|| io::Error::other(format!("nobody knows {name}")))
    }
}

#[derive(Debug)]
struct Standing;

impl Clock for Standing {
    fn now(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH
    }
}

/// Trials with a name server and authorities of the test's own.
pub(super) fn trials(resolver: Scripted, roots: RootCertStore) -> Trials {
    let trials = Trials { resolver: Box::new(resolver), ..Trials::new(Arc::new(Standing)) };
    trials.tls.set(connect::tls(roots)).expect("not used yet");
    trials
}

pub(super) fn target(url: &str) -> Target {
    Target {
        url: BaseUrl::parse(url).unwrap(),
        kind: ApiKind::OpenaiCompletions,
        key: Some(Secret::new(KEY.to_owned())),
        lists_to_anybody: false,
        model: Some("demo".to_owned()),
    }
}

pub(super) const KEY: &str = "sk-good-0123456789abcdef";

pub(super) fn step(result: &ProviderTestResult, name: TestStepName) -> &TestStep {
    result.steps.iter().find(|step| step.step == name).expect("every step is told")
}

/// The one step that failed, and why.
pub(super) fn failure(result: &ProviderTestResult) -> (TestStepName, TestProblem, String) {
    assert!(!result.ok);
    assert!(!serde_json::to_string(result).unwrap().contains(KEY), "the key is in {result:?}");
    let mut failed = result.steps.iter().filter(|step| step.outcome == TestOutcome::Failed);
    let step = failed.next().expect("something failed");
    (step.step, step.problem.expect("a failure has a word"), step.detail.clone())
}
