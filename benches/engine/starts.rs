//! Cold starts beside bare ones, thaws, and how soon a death is noticed.

use std::time::{Duration, Instant};

use http::{Method, StatusCode};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use mosaic_api::sse::{Frame, Splitter};
use serde_json::{Value, json};

use crate::{
    KEY,
    bare::Bare,
    figures::median_ms,
    support::{Mosaic, Person, docker, get, http::send, post},
};

/// How long a container may take to end politely.
pub(crate) const GRACE: Duration = Duration::from_secs(10);
/// Where the entrypoint puts what it was given, on a tmpfs.
const CONFIGURATION: &str = "run/mosaic/openclaw.json";
/// Between two looks at a state.
const LOOK_EVERY: Duration = Duration::from_millis(2);
/// So long after its last answer an agent is frozen.
const FREEZE_AFTER_SECS: &str = "1";

/// Measures them with an image and prints what came out.
pub(crate) async fn measure(name: &str, image: String, provider: &str, rounds: usize) {
    let mosaic = Mosaic::start(image.clone()).await;
    mosaic.set("allowed_egress", provider);
    let ann = mosaic.person_with_key("ann", &format!("http://{provider}/v1"), KEY);
    // The image's first start on this machine reads it from the disk.
    ask(&mosaic, &ann).await;
    let configuration = configuration_in(&mosaic.containers()[0]);
    let bare = Bare::with(&image, configuration).await;
    bare.start().await;
    let (mut cold, mut floor) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        stop(&mosaic, &ann).await;
        bare.stop().await;
        floor.push(bare.start().await);
        bare.stop().await;
        cold.push(ask(&mosaic, &ann).await);
    }
    bare.erase().await;
    let warm = repeated(rounds, async || ask(&mosaic, &ann).await).await;
    let (ours, bares) = (median_ms(&cold), median_ms(&floor));
    println!("{name}: to the first words of an answer, medians of {rounds}");
    println!(
        "  cold start: {ours:.0} ms; floor, the engine alone: {bares:.0} ms; added {:.1} ms, {:.1} %",
        ours - bares,
        (ours / bares - 1.0) * 100.0
    );
    println!("  of an agent that runs: {:.0} ms", median_ms(&warm));
    println!("  death noticed after {:.0} ms", median_ms(&deaths(&mosaic, &ann, rounds).await));
    println!("  thawed: {:.0} ms", median_ms(&thaws(&mosaic, &ann, rounds).await));
}

/// What a container was given. Read through the kernel, for which this must be root: an image need not have a program
/// that reads.
fn configuration_in(container: &str) -> String {
    let file = format!("/proc/{}/root/{CONFIGURATION}", process_of(container));
    std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{file}: {error}; are you root?"))
}

/// The first process of a container, as the host counts.
fn process_of(container: &str) -> String {
    docker(&["inspect", "--format", "{{.State.Pid}}", container])
}

async fn repeated(rounds: usize, mut once: impl AsyncFnMut() -> Duration) -> Vec<Duration> {
    let mut all = Vec::new();
    for _ in 0..rounds {
        all.push(once().await);
    }
    all
}

/// From the kernel's kill to a state that says so. The first deaths in a row only, which are answered at once.
async fn deaths(mosaic: &Mosaic, person: &Person, rounds: usize) -> Vec<Duration> {
    repeated(rounds, async || {
        let container = mosaic.containers()[0].clone();
        let generation = cell(mosaic, person).await["since"].clone();
        let pid = process_of(&container);
        let killed = std::process::Command::new("kill").args(["-KILL", &pid]).status();
        assert!(killed.is_ok_and(|status| status.success()), "{container} runs as {pid}");
        let began = Instant::now();
        while cell(mosaic, person).await["since"] == generation {
            tokio::time::sleep(LOOK_EVERY).await;
        }
        let noticed = began.elapsed();
        // A few deaths in ten minutes are all that a cell may have; somebody who asks for another try has them forgotten.
        stop(mosaic, person).await;
        post(&mosaic.url("/api/cell/retry"), &person.token, &json!({})).await;
        ask(mosaic, person).await;
        noticed
    })
    .await
}

/// From a question to a frozen agent to the first words of its answer.
async fn thaws(mosaic: &Mosaic, person: &Person, rounds: usize) -> Vec<Duration> {
    mosaic.set("freeze_after_secs", FREEZE_AFTER_SECS);
    repeated(rounds, async || {
        while cell(mosaic, person).await["state"] != "frozen" {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        ask(mosaic, person).await
    })
    .await
}

async fn cell(mosaic: &Mosaic, person: &Person) -> Value {
    get(&mosaic.url("/api/cell"), &person.token).await.json()
}

async fn stop(mosaic: &Mosaic, person: &Person) {
    let stopped = post(&mosaic.url("/api/cell/stop"), &person.token, &json!({})).await;
    assert!(stopped.status.is_success(), "{stopped:?}");
}

/// Asks; how long the first words took.
async fn ask(mosaic: &Mosaic, person: &Person) -> Duration {
    let url = mosaic.url("/v1/chat/completions");
    let began = Instant::now();
    let answer = send(Method::POST, &url, &person.token, &question("main")).await;
    first_words(answer).await.duration_since(began)
}

/// A question that streams, of a conversation that always is the same.
pub(crate) fn question(model: &str) -> String {
    let messages = [json!({ "role": "user", "content": "Hello!" })];
    json!({ "model": model, "user": "benchmark", "stream": true, "messages": messages }).to_string()
}

/// When the first words of an answer were there. The rest is read too, so that nothing stays in use.
pub(crate) async fn first_words(answer: http::Response<Incoming>) -> Instant {
    assert_eq!(answer.status(), StatusCode::OK);
    let (mut splitter, mut body, mut first) = (Splitter::default(), answer.into_body(), None);
    while let Some(frame) = body.frame().await {
        let Ok(bytes) = frame.expect("a whole answer").into_data() else { continue };
        for frame in splitter.push(&bytes).expect("small frames") {
            let Frame::Data(data) = frame else { continue };
            let event: Value = serde_json::from_str(&data).unwrap_or_default();
            let words = event["choices"][0]["delta"]["content"].as_str();
            if words.is_some_and(|words| !words.is_empty()) {
                first.get_or_insert_with(Instant::now);
            }
        }
    }
    first.expect("an answer with words in it")
}
