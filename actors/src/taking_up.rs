//! Whether a gateway has taken up the configuration file that its container wrote: it is asked, over its admin RPC.
//!
//! It sees a new file a moment later, and then goes on with the new configuration or, where that is none, with the
//! old one. It tells two digests of its own making: of the file as it reads it, and of what it runs with. A gateway
//! that cannot be asked (its image is another one, or has no such plugin) counts as one that has taken it up: it has
//! the file, and nothing more can be known.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::{self, Instant};

use crate::{
    admin_rpc::{self, Limits},
    upstream::Gateway,
    world::World,
};

/// How long a gateway may take to say what it runs with, and how much it may say: it shows all of it.
const LIMITS: Limits = Limits { time: Duration::from_secs(10), bytes: 32 << 20 };
/// Between two questions.
const ASK_AGAIN: Duration = Duration::from_millis(250);
/// A file that it has looked at for this long is the new one: what it says of the one before means nothing any more.
const NOTICED: Duration = Duration::from_secs(2);
/// One that runs for this long with what it reads will not come to run with anything else: it watches the file.
const SETTLED: Duration = Duration::from_secs(5);
/// How long it may take altogether.
const PATIENCE: Duration = Duration::from_secs(15);

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Answer {
    ok: bool,
    payload: Option<Snapshot>,
}

/// What a gateway says of its configuration.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Snapshot {
    /// Whether it can run with the file.
    valid: Option<bool>,
    /// What it reads in the file.
    config_revision_hash: Option<String>,
    /// What it runs with.
    applied_config_hash: Option<String>,
    issues: Vec<Issue>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
struct Issue {
    path: Value,
    message: String,
}

/// What it runs with before it is given something else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Before(Option<String>);

/// How it stands.
#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    TakenUp,
    Refused(String),
    NotYet,
}

/// What the gateway runs with now.
pub(crate) async fn before(world: &World, gateway: &Gateway) -> Before {
    let snapshot = ask(world, gateway).await.ok().flatten();
    Before(snapshot.and_then(|snapshot| snapshot.applied_config_hash))
}

/// Waits until the gateway has taken up what its container wrote, or has said why not.
pub(crate) async fn wait(world: &World, gateway: &Gateway, before: &Before) -> Result<(), String> {
    let begun = Instant::now();
    loop {
        let verdict = match ask(world, gateway).await {
            Ok(Some(snapshot)) => judge(&snapshot, before, begun.elapsed()),
            Ok(None) => Verdict::TakenUp,
            Err(_) => Verdict::NotYet,
        };
        match verdict {
            Verdict::TakenUp => return Ok(()),
            Verdict::Refused(reason) => return Err(reason),
            Verdict::NotYet if begun.elapsed() > PATIENCE => {
                return Err(format!("the gateway did not take it up within {} s", PATIENCE.as_secs()));
            }
            Verdict::NotYet => time::sleep(ASK_AGAIN).await,
        }
    }
}

fn judge(snapshot: &Snapshot, before: &Before, waited: Duration) -> Verdict {
    if snapshot.valid == Some(false) {
        let noticed = waited >= NOTICED;
        return if noticed { Verdict::Refused(words(&snapshot.issues)) } else { Verdict::NotYet };
    }
    let (reads, runs) = (&snapshot.config_revision_hash, &snapshot.applied_config_hash);
    if runs.is_some() && reads == runs && (*runs != before.0 || waited >= SETTLED) {
        Verdict::TakenUp
    } else {
        Verdict::NotYet
    }
}

fn words(issues: &[Issue]) -> String {
    let one = |issue: &Issue| match issue.path.as_str() {
        Some(path) if !path.is_empty() => format!("{path}: {}", issue.message),
        _ => issue.message.clone(),
    };
    let all: Vec<String> = issues.iter().map(one).filter(|words| !words.is_empty()).collect();
    if all.is_empty() {
        "the gateway refuses it, and goes on with the one it has".to_owned()
    } else {
        format!("the gateway refuses it, and goes on with the one it has: {}", all.join("; "))
    }
}

/// What it says; nothing where it does not know the question.
async fn ask(world: &World, gateway: &Gateway) -> Result<Option<Snapshot>, String> {
    let (status, answer): (_, Answer) =
        admin_rpc::call(world, gateway, "config.get", json!({}), LIMITS).await?;
    if status.is_server_error() {
        return Err(status.to_string());
    }
    Ok(answer.payload.filter(|snapshot| answer.ok && snapshot.valid.is_some()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn snapshot(text: &str) -> Snapshot {
        serde_json::from_str::<Answer>(text).expect("an answer").payload.expect("a payload")
    }

    #[test]
    fn a_gateway_has_taken_up_what_it_reads_and_runs_with_and_did_not_before() {
        let says = |reads: &str, runs: &str| {
            let payload = json!({ "valid": true, "configRevisionHash": reads, "appliedConfigHash": runs });
            snapshot(&json!({ "ok": true, "payload": payload }).to_string())
        };
        let before = Before(Some("old".to_owned()));
        let at_once = Duration::ZERO;
        assert_eq!(judge(&says("old", "old"), &before, at_once), Verdict::NotYet, "it has not looked yet");
        assert_eq!(judge(&says("new", "old"), &before, at_once), Verdict::NotYet);
        assert_eq!(judge(&says("new", "old"), &before, SETTLED), Verdict::NotYet);
        assert_eq!(judge(&says("new", "new"), &before, at_once), Verdict::TakenUp);
        assert_eq!(judge(&says("old", "old"), &before, SETTLED), Verdict::TakenUp, "it was the same");
    }

    #[test]
    fn a_gateway_that_refuses_says_why() {
        let refused = snapshot(
            r#"{"ok":true,"payload":{"valid":false,"configRevisionHash":null,"appliedConfigHash":"old",
                "issues":[{"path":"agents.entries.main","message":"Unrecognized key: \"bogus\""},{"message":"no"}]}}"#,
        );
        let before = Before(Some("old".to_owned()));
        assert_eq!(judge(&refused, &before, Duration::ZERO), Verdict::NotYet, "that was the one before");
        let Verdict::Refused(words) = judge(&refused, &before, NOTICED) else {
            panic!("it is refused");
        };
        assert!(words.ends_with(r#": agents.entries.main: Unrecognized key: "bogus"; no"#), "{words}");
    }
}
