//! What Mosaic tells of itself to whoever runs it: numbers, and a log in which a request can be followed.

use std::collections::BTreeSet;

use crate::{
    audit::{admin_token, make_admin},
    support::{Mosaic, chat, chat_whole, get, standin},
};

const NO_MODELS: &str = "http://standin.invalid/v1";
const HANDBOOK: &str = include_str!("../../docs/OPERATIONS.md");

/// The series that the handbook has a line for.
fn documented() -> BTreeSet<String> {
    let rows = HANDBOOK.lines().filter_map(|line| line.strip_prefix("| `mosaic_"));
    let names = rows.filter_map(|row| row.split(['`', '{']).next());
    names.map(|name| format!("mosaic_{name}")).collect()
}

#[tokio::test]
async fn every_series_is_in_the_handbook_and_none_tells_of_anybody() {
    let mosaic = Mosaic::start(standin()).await;
    make_admin(&mosaic);
    let admin = admin_token(&mosaic, &["admin_read"]).await;
    let ann = mosaic.person("ann", NO_MODELS);
    assert!(chat(&mosaic, &ann, "c", "hello").await.done);
    get(&mosaic.url("/no-such-page/ann@example.org"), &ann.token).await;
    let shown = get(&mosaic.url("/metrics"), &admin).await;
    assert_eq!(shown.headers["content-type"], "text/plain; version=0.0.4; charset=utf-8");
    let types = shown.text.lines().filter_map(|line| line.strip_prefix("# TYPE "));
    let names = types.filter_map(|line| line.split(' ').next()).map(ToOwned::to_owned);
    assert_eq!(names.collect::<BTreeSet<_>>(), documented());
    for line in [
        r#"mosaic_wakes_total{from="asleep",outcome="ready"} 1"#,
        r#"mosaic_cells{state="running"} 1"#,
        r#"mosaic_wake_phase_seconds_count{phase="starting"} 1"#,
        r#"mosaic_engine_call_seconds_count{call="start",outcome="ok"} 1"#,
        r#"mosaic_http_requests_total{method="POST",route="/v1/chat/completions",status="2xx"} 1"#,
    ] {
        assert!(shown.text.lines().any(|it| it == line), "{line} is not in\n{}", shown.text);
    }
    for secret in ["ann", "example.org", "no-such-page", "user:"] {
        assert!(!shown.text.contains(secret), "{secret} is in\n{}", shown.text);
    }
}

#[tokio::test]
async fn a_request_can_be_followed_by_its_id_from_the_door_through_the_actor_to_the_engine() {
    let mosaic = Mosaic::start(standin()).await;
    let ann = mosaic.person("ann", NO_MODELS);
    let answer = chat_whole(&mosaic, &ann, "c", "hello").await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let id = answer.headers["x-request-id"].to_str().expect("plain text");
    let log = mosaic.log();
    let told: Vec<&str> = log.lines().filter(|line| line.contains(id)).collect();
    let tells = |words: &[&str]| told.iter().any(|line| words.iter().all(|word| line.contains(word)));
    assert!(tells(&["mosaic_http", "answered", "status=200"]), "the door: {told:#?}");
    assert!(tells(&["mosaic_actors::cell", "state=\"starting\""]), "the actor: {told:#?}");
    assert!(tells(&["mosaic_actors::cell", "state=\"running\""]), "the actor: {told:#?}");
    assert!(tells(&["engine{call=\"start\"", "took="]), "the engine: {told:#?}");
    let other = chat_whole(&mosaic, &ann, "c", "again").await;
    let other = other.headers["x-request-id"].to_str().expect("plain text");
    let log = mosaic.log();
    let mut of_the_other = log.lines().filter(|line| line.contains(other));
    assert!(of_the_other.all(|line| !line.contains("call=\"start\"")), "it woke nobody");
}
