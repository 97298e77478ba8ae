//! What is changed beside a running Mosaic, or while none runs, reaches the cells that run.

use std::time::{Duration, Instant};

use http::StatusCode;
use serde_json::json;

use crate::support::{Mosaic, Person, chat, eventually, get, post, standin};

const NO_MODELS: &str = "http://standin.invalid/v1";
/// Far less than the fleet leaves between two looks at everything: within it, only news can have told.
const BY_NEWS: Duration = Duration::from_secs(30);

/// A second agent for somebody, by the command line.
fn add_coder(mosaic: &Mosaic, person: &Person) {
    let agent = ["agent", "add", "--slug", "coder", "--name", "Coder", "--model", "models/fake-small"];
    mosaic.command(&[&agent[..], &["--user", &person.email]].concat(), "");
}

async fn assert_coder_answers(mosaic: &Mosaic, person: &Person) {
    let question = json!({ "model": "coder", "messages": [{ "role": "user", "content": "hi" }] });
    let answer = post(&mosaic.url("/v1/chat/completions"), &person.token, &question).await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    assert_eq!(answer.json()["model"], "openclaw/coder");
}

/// Waits until somebody's cell runs with what they set up.
async fn until_applied(mosaic: &Mosaic, person: &Person) {
    eventually("it runs with what was set up", async || {
        let cell = get(&mosaic.url("/api/cell"), &person.token).await.json();
        (cell["config"] == json!({ "state": "applied" })).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_change_by_the_command_line_reaches_a_running_cell() {
    let mosaic = Mosaic::start(standin()).await;
    let (ann, bob) = (mosaic.person("ann", NO_MODELS), mosaic.person("bob", NO_MODELS));
    assert!(chat(&mosaic, &ann, "c", "one").await.done);
    assert!(chat(&mosaic, &bob, "c", "one").await.done);
    let containers = mosaic.containers();
    add_coder(&mosaic, &ann);
    let changed = Instant::now();
    until_applied(&mosaic, &ann).await;
    assert!(changed.elapsed() < BY_NEWS, "it was not told, but found it by itself");
    assert_coder_answers(&mosaic, &ann).await;
    assert_eq!(mosaic.containers(), containers, "it went live, and nobody else's cell is concerned");
}

#[tokio::test]
async fn a_change_while_mosaic_was_away_reaches_a_cell_that_went_on() {
    let mut mosaic = Mosaic::start(standin()).await;
    let (ann, bob) = (mosaic.person("ann", NO_MODELS), mosaic.person("bob", NO_MODELS));
    assert!(chat(&mosaic, &ann, "c", "one").await.done);
    assert!(chat(&mosaic, &bob, "c", "one").await.done);
    let containers = mosaic.containers();
    mosaic.kill();
    add_coder(&mosaic, &ann);
    mosaic.restart().await;
    until_applied(&mosaic, &ann).await;
    assert_coder_answers(&mosaic, &ann).await;
    assert_eq!(mosaic.containers(), containers, "both were adopted and went on");
}
