//! The fleet as admins look after it, and one's own cell as it changes.

use std::collections::VecDeque;

use http::{StatusCode, header};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use mosaic_api::sse::{Frame, Splitter};
use serde_json::{Value, json};

use crate::support::{
    Lasting, Mosaic, Person, chat, chat_whole, docker, eventually, get, open, post, standin,
};

const NO_MODELS: &str = "http://standin.invalid/v1";

/// An admin's token for everything, and the id of somebody's cell.
async fn admin(mosaic: &Mosaic) -> Person {
    let (email, password) = ("root@example.org", "correct horse battery");
    mosaic.command(&["admin", "create", "--email", email, "--password-stdin"], password);
    let root = Person { email: email.to_owned(), token: String::new() };
    let token = mosaic.token(&root, &["admin_read", "admin_write"], Lasting::Still).await;
    Person { token, ..root }
}

/// Waits until so many answers of somebody's agent are under way.
async fn until_leases(mosaic: &Mosaic, person: &Person, leases: u32) {
    let url = mosaic.url("/api/cell");
    eventually(&format!("{leases} answers are under way"), async || {
        (get(&url, &person.token).await.json()["leases"] == leases).then_some(())
    })
    .await;
}

async fn cell_of(mosaic: &Mosaic, person: &Person) -> String {
    format!("user-{}", mosaic.id_of(person).await)
}

/// The data of a stream's events, as they come.
struct Events {
    body: Incoming,
    splitter: Splitter,
    heard: VecDeque<Value>,
    /// All that came, as text.
    text: String,
}

impl Events {
    async fn open(mosaic: &Mosaic, path: &str, token: &str, last: Option<&str>) -> Self {
        let mut headers = vec![(header::AUTHORIZATION, format!("Bearer {token}"))];
        if let Some(last) = last {
            headers.push((header::HeaderName::from_static("last-event-id"), last.to_owned()));
        }
        let response = open(&mosaic.url(path), &headers).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()["content-type"], "text/event-stream; charset=utf-8");
        let body = response.into_body();
        Self { body, splitter: Splitter::default(), heard: VecDeque::new(), text: String::new() }
    }

    /// The next event; none at the end.
    async fn next(&mut self) -> Option<Value> {
        while self.heard.is_empty() {
            let Ok(bytes) = self.body.frame().await?.ok()?.into_data() else { continue };
            self.text.push_str(std::str::from_utf8(&bytes).expect("text"));
            for frame in self.splitter.push(&bytes).expect("small frames") {
                if let Frame::Data(data) = frame {
                    self.heard.push_back(serde_json::from_str(&data).expect("each event is JSON"));
                }
            }
        }
        self.heard.pop_front()
    }

    /// The id of the last event that came.
    fn last_id(&self) -> String {
        let mut ids = self.text.lines().filter_map(|line| line.strip_prefix("id: "));
        ids.next_back().expect("an event has an id").to_owned()
    }

    /// Reads on until an event is what is waited for.
    async fn until(&mut self, is_it: impl Fn(&Value) -> bool) -> Value {
        loop {
            let event = self.next().await.expect("the stream goes on");
            if is_it(&event) {
                return event;
            }
        }
    }
}

#[tokio::test]
async fn an_admin_sees_every_cell_and_why_but_not_what_a_container_said() {
    let mosaic = Mosaic::start(standin()).await;
    let (dora, ann) = (
        mosaic.person("dora", "http://standin.invalid/die-at-start/code=3"),
        mosaic.person("ann", NO_MODELS),
    );
    let root = admin(&mosaic).await;
    let mut stream = Events::open(&mosaic, "/api/admin/fleet/stream", &root.token, None).await;
    assert_eq!(stream.next().await.expect("a snapshot"), json!({ "cells": [] }));
    let figures = mosaic.url("/api/admin/fleet/figures?hours=1");
    assert_eq!(get(&figures, &root.token).await.json()["wakes"]["count"], 0);
    assert_eq!(chat_whole(&mosaic, &dora, "c", "hello").await.code(), "agent_quarantined");
    let told = get(&figures, &root.token).await.json();
    let parts = told["parts"].as_array().expect("parts");
    let deaths: Vec<_> = parts.iter().flat_map(|part| part["deaths"].as_array().expect("a list")).collect();
    assert!(!deaths.is_empty() && deaths.iter().all(|death| death["kind"] == "exit"), "{told}");
    let none = get(&mosaic.url("/api/admin/fleet/figures?hours=0"), &root.token).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    let id = cell_of(&mosaic, &dora).await;
    stream.until(|event| event["to"]["state"] == "quarantined").await;

    // Her own words are hers.
    let own = get(&mosaic.url("/api/cell/events"), &dora.token).await.json();
    let words = own["events"][0]["cause"]["stderr"][0].as_str().expect("its last words").to_owned();
    assert_eq!(
        (&own["events"][0]["to"], &own["events"][0]["trigger"]),
        (&json!("quarantined"), &json!("died"))
    );

    let list = get(&mosaic.url("/api/admin/fleet"), &root.token).await;
    let cells = list.json()["cells"].as_array().expect("a list").clone();
    let emails: Vec<_> =
        cells.iter().map(|cell| cell["owner"]["email"].as_str().expect("an owner")).collect();
    assert_eq!(emails, [ann.email.as_str(), dora.email.as_str(), "root@example.org"], "those that sleep too");
    assert_eq!(cells[0]["state"], "absent");
    let found =
        get(&mosaic.url("/api/admin/fleet?state=quarantined&sort=changed&text=DORA"), &root.token).await;
    assert_eq!(found.json()["cells"][0]["id"], json!(id), "{found:?}");

    let detail = get(&mosaic.url(&format!("/api/admin/fleet/{id}")), &root.token).await;
    let told = &detail.json()["explanation"];
    assert_eq!(
        (&told["next"], &told["restarts_left"]),
        (&json!("waits_for_somebody"), &json!(0)),
        "{detail:?}"
    );
    assert_eq!((&told["why"]["kind"], &told["why"]["exit_code"]), (&json!("exit"), &json!(3)), "{detail:?}");
    let events = get(&mosaic.url(&format!("/api/admin/fleet/{id}/events?limit=2")), &root.token).await;
    let page = events.json();
    assert_eq!(page["events"].as_array().map(Vec::len), Some(2));
    let next = format!("/api/admin/fleet/{id}/events?before={}", page["next"]);
    let older = get(&mosaic.url(&next), &root.token).await;
    assert!(older.json()["events"][0]["id"].as_i64() < page["events"][1]["id"].as_i64(), "{older:?}");
    for seen in [&list.text, &found.text, &detail.text, &events.text, &older.text, &stream.text] {
        assert!(!seen.contains(&words), "{seen} tells {words:?}");
    }
}

#[tokio::test]
async fn somebody_who_never_had_an_agent_is_told_of_as_soon_as_they_are_there() {
    let mosaic = Mosaic::start(standin()).await;
    let root = admin(&mosaic).await;
    let mut stream = Events::open(&mosaic, "/api/admin/fleet/stream", &root.token, None).await;
    assert_eq!(stream.next().await.expect("a snapshot"), json!({ "cells": [] }));
    // By another process than the one that tells.
    mosaic.newcomer("zoe");
    let told = stream.until(|event| event["newcomer"].is_string()).await;
    let id = told["newcomer"].as_str().expect("an id");
    let shown = get(&mosaic.url(&format!("/api/admin/fleet/{id}")), &root.token).await.json();
    assert_eq!((&shown["owner"]["email"], &shown["state"]), (&json!("zoe@example.org"), &json!("absent")));
}

#[tokio::test]
async fn what_an_admin_orders_of_cells_is_done_told_and_in_the_log() {
    let mosaic = Mosaic::start(standin()).await;
    let (ann, bob) = (mosaic.person("ann", NO_MODELS), mosaic.person("bob", NO_MODELS));
    let root = admin(&mosaic).await;
    let (anns, bobs) = (cell_of(&mosaic, &ann).await, cell_of(&mosaic, &bob).await);
    let mut own = Events::open(&mosaic, "/api/cell/stream", &ann.token, None).await;
    assert_eq!(own.next().await.expect("how it is now")["state"], "absent");
    let mut fleet = Events::open(&mosaic, "/api/admin/fleet/stream", &root.token, None).await;
    fleet.next().await.expect("a snapshot");
    let order = async |path: String| post(&mosaic.url(&path), &root.token, &Value::Null).await.status;

    assert_eq!(order(format!("/api/admin/fleet/{anns}/start")).await, StatusCode::ACCEPTED);
    own.until(|cell| cell["state"] == "running").await;
    let first = mosaic.containers();
    assert_eq!(first.len(), 1);
    assert_eq!(order(format!("/api/admin/fleet/{anns}/restart")).await, StatusCode::ACCEPTED);
    own.until(|cell| cell["state"] == "starting").await;
    own.until(|cell| cell["state"] == "running").await;
    assert_ne!(mosaic.containers(), first, "another container");

    // Whoever loses the connection goes on where they were, and misses nothing.
    fleet.until(|event| event["to"]["state"] == "running").await;
    let (seen, number) = (fleet.last_id(), fleet.heard.back().map(|it| it["number"].clone()));
    drop(fleet);
    let everyone = json!({ "action": "stop", "cells": [anns, bobs, "user-nonsense"] });
    let several = post(&mosaic.url("/api/admin/fleet/actions"), &root.token, &everyone).await.json();
    let outcomes: Vec<_> =
        several["results"].as_array().expect("one each").iter().map(|it| it["outcome"].clone()).collect();
    assert_eq!(outcomes, ["accepted", "accepted", "not_found"], "{several}");
    own.until(|cell| cell["state"] == "absent").await;
    let mut fleet = Events::open(&mosaic, "/api/admin/fleet/stream", &root.token, Some(&seen)).await;
    let next = fleet.next().await.expect("what happened meanwhile");
    assert!(
        next["number"].as_u64() > number.and_then(|it| it.as_u64()),
        "{next}: no snapshot, and nothing twice"
    );
    let id = json!(anns);
    fleet.until(|event| event["id"] == id && event["to"]["state"] == "absent").await;

    mosaic.command(&["user", "disable", "--email", &bob.email], "");
    eventually("bob's cell is barred", async || {
        (order(format!("/api/admin/fleet/{bobs}/start")).await == StatusCode::CONFLICT).then_some(())
    })
    .await;
    let log = mosaic.command(&["audit", "export"], "");
    for act in ["cell.started", "cell.stopped", "cell.restarted"] {
        let told = |line: &&str| line.contains(act) && line.contains(&anns) && line.contains("\"user\"");
        assert!(log.lines().any(|line| told(&line)), "{act}");
    }
}

#[tokio::test]
async fn an_agent_is_frozen_brought_back_and_made_anew_by_hand_and_keeps_its_memory() {
    let mosaic = Mosaic::start(standin()).await;
    let (ann, bob) = (mosaic.person("ann", NO_MODELS), mosaic.person("bob", NO_MODELS));
    let root = admin(&mosaic).await;
    let (anns, bobs) = (cell_of(&mosaic, &ann).await, cell_of(&mosaic, &bob).await);
    let mut own = Events::open(&mosaic, "/api/cell/stream", &ann.token, None).await;
    let order = async |path: String| post(&mosaic.url(&path), &root.token, &Value::Null).await.status;

    chat(&mosaic, &ann, "c", "hello").await;
    let refused =
        post(&mosaic.url(&format!("/api/admin/fleet/{bobs}/freeze")), &root.token, &Value::Null).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.text.contains("does not run"), "{refused:?}");
    until_leases(&mosaic, &ann, 0).await;
    assert_eq!(order(format!("/api/admin/fleet/{anns}/freeze")).await, StatusCode::ACCEPTED);
    own.until(|cell| cell["state"] == "frozen").await;
    let before = mosaic.containers();
    let used = get(&mosaic.url(&format!("/api/admin/fleet/{anns}/usage")), &root.token).await.json();
    assert_eq!(used["usage"]["cpu_millis"], 0, "frozen, it uses no processor: {used}");
    assert!(
        used["usage"]["memory_bytes"].as_u64().is_some_and(|bytes| bytes > 0),
        "and keeps its memory: {used}"
    );
    assert_eq!(docker(&["inspect", "--format", "{{.State.Paused}}", &before[0]]), "true");
    assert_eq!(order(format!("/api/admin/fleet/{anns}/thaw")).await, StatusCode::ACCEPTED);
    own.until(|cell| cell["state"] == "running").await;
    assert_eq!(mosaic.containers(), before, "the same container");
    assert_eq!(order(format!("/api/admin/fleet/{anns}/recreate")).await, StatusCode::ACCEPTED);
    own.until(|cell| cell["state"] == "starting").await;
    own.until(|cell| cell["state"] == "running").await;
    assert_ne!(mosaic.containers(), before, "another container");
    let again = chat(&mosaic, &ann, "c", "do you know me?").await;
    assert!(again.done && again.text.contains("remember 1 earlier"), "its memory stayed: {again:?}");

    // What cannot be done is refused with the reason, and nothing is noted.
    let log = mosaic.command(&["audit", "export"], "");
    for act in ["cell.frozen", "cell.thawed", "cell.recreated"] {
        let told = |cell: &str| log.lines().any(|line| line.contains(act) && line.contains(cell));
        assert!(told(&anns) && !told(&bobs), "{act}");
    }
}

#[tokio::test]
async fn a_fleet_is_drained_and_everybody_who_is_being_answered_hears_the_end() {
    let mosaic = Mosaic::start(standin()).await;
    let (ann, bob, root) =
        (mosaic.person("ann", NO_MODELS), mosaic.person("bob", NO_MODELS), admin(&mosaic).await);
    let (anns, bobs) = (cell_of(&mosaic, &ann).await, cell_of(&mosaic, &bob).await);
    assert!(chat(&mosaic, &bob, "c", "hello").await.done);
    let mut own = Events::open(&mosaic, "/api/cell/stream", &ann.token, None).await;
    let drained = async {
        until_leases(&mosaic, &ann, 1).await;
        let everyone = json!({ "action": "drain", "cells": [anns, bobs] });
        let several = post(&mosaic.url("/api/admin/fleet/actions"), &root.token, &everyone).await.json();
        let accepted = |it: &Value| it["outcome"] == "accepted";
        assert!(several["results"].as_array().expect("one each").iter().all(accepted), "{several}");
        own.until(|cell| cell["state"] == "draining").await;
        let detail = get(&mosaic.url(&format!("/api/admin/fleet/{anns}")), &root.token).await.json();
        assert_eq!(detail["explanation"]["next"], "drains", "{detail}");
        let late = chat_whole(&mosaic, &ann, "d", "one more?").await;
        assert_eq!((late.status, late.code().as_str()), (StatusCode::SERVICE_UNAVAILABLE, "unavailable"));
        assert!(
            late.headers.contains_key(header::RETRY_AFTER) && late.text.contains("administrator"),
            "{late:?}"
        );
    };
    let (answer, ()) = tokio::join!(chat(&mosaic, &ann, "c", "/standin slow 100 100"), drained);
    assert!(answer.done && answer.text.ends_with("100"), "it was cut: {answer:?}");
    own.until(|cell| cell["state"] == "absent").await;
    eventually("bob's has stopped too", async || mosaic.containers().is_empty().then_some(())).await;
    assert!(chat(&mosaic, &ann, "c", "good morning").await.done, "it wakes as ever");
    let log = mosaic.command(&["audit", "export"], "");
    assert_eq!(log.lines().filter(|line| line.contains("cell.drained")).count(), 2);
}

#[tokio::test]
async fn a_stream_ends_with_the_right_to_hear_it_and_with_mosaic() {
    let mut mosaic = Mosaic::start(standin()).await;
    let (ann, root) = (mosaic.person("ann", NO_MODELS), admin(&mosaic).await);
    let mut own = Events::open(&mosaic, "/api/cell/stream", &ann.token, None).await;
    own.next().await.expect("how it is now");
    mosaic.command(&["user", "disable", "--email", &ann.email], "");
    while own.next().await.is_some() {}
    let refused = get(&mosaic.url("/api/cell/stream"), &ann.token).await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);

    let mut fleet = Events::open(&mosaic, "/api/admin/fleet/stream", &root.token, None).await;
    fleet.next().await.expect("a snapshot");
    mosaic.terminate().await;
    assert_eq!(fleet.next().await, None);
    assert!(!mosaic.log().contains("still open"), "Mosaic waited for whoever watches");
}
