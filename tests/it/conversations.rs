//! Turns that the server owns: they go on whoever watches, and whoever comes back misses nothing.

mod watching;

use http::{Method, StatusCode};
use serde_json::{Value, json};

use self::watching::{Watcher, follow};
use crate::support::{Mosaic, Person, delete, ended, eventually, get, post, request, standin};

const NO_MODELS: &str = "http://standin.invalid/v1";

/// A Mosaic, somebody with an agent, and a conversation of theirs.
struct Setting {
    mosaic: Mosaic,
    ann: Person,
    id: String,
}

impl Setting {
    async fn new() -> Self {
        let mosaic = Mosaic::start(standin()).await;
        let ann = mosaic.person("ann", NO_MODELS);
        let made = post(&mosaic.url("/api/conversations"), &ann.token, &Value::Null).await;
        assert_eq!(made.status, StatusCode::CREATED, "{made:?}");
        let id = made.json()["id"].as_str().expect("an id").to_owned();
        Self { mosaic, ann, id }
    }

    fn url(&self, rest: &str) -> String {
        self.mosaic.url(&format!("/api/conversations/{}{rest}", self.id))
    }

    async fn ask(&self, words: &str) -> Value {
        let reply = post(&self.url("/turns"), &self.ann.token, &json!({ "text": words })).await;
        assert_eq!(reply.status, StatusCode::CREATED, "{reply:?}");
        reply.json()
    }

    async fn act(&self, turn: &Value, what: &str, body: &Value) -> Value {
        let url = self.url(&format!("/turns/{}/{what}", turn["id"].as_str().expect("an id")));
        let reply = post(&url, &self.ann.token, body).await;
        assert!(reply.status.is_success(), "{what}: {reply:?}");
        reply.json()
    }

    async fn thread(&self) -> Value {
        get(&self.url(""), &self.ann.token).await.json()
    }

    /// The thread when nothing goes on in it any more.
    async fn ended(&self) -> Vec<Value> {
        ended(&self.mosaic, &self.ann, &self.id).await
    }

    async fn watch(&self, after: &str) -> Watcher {
        follow(&self.url("/events"), &self.ann.token, after).await
    }
}

#[tokio::test]
async fn two_tabs_see_the_same_and_neither_is_needed() {
    let it = Setting::new().await;
    let (mut one, mut two) = (it.watch("").await, it.watch("0.end").await);
    let asked = it.ask("/standin slow 20 20").await;
    one.until_ended(1).await;
    two.until_ended(1).await;
    let numbers = (1..=20).map(|number| number.to_string()).collect::<Vec<_>>().join(" ");
    for tab in [&one, &two] {
        assert_eq!(tab.answer(1), numbers);
        assert_eq!(tab.state(1), "done");
        // Looked at now and then: how long each part of it takes is the machine's to say.
        let on_its_way = |phase: &String| ["queued", "creating", "starting"].contains(&phase.as_str());
        assert!(tab.phases.iter().any(on_its_way), "the waking was shown: {:?}", tab.phases);
    }
    // The second turn is heard of by both, and both go away in the middle of it.
    it.ask("/standin slow 30 30").await;
    one.until(|tab| tab.answer(2).contains('3')).await;
    drop((one, two));
    let turns = it.ended().await;
    assert_eq!((&turns[0]["id"], &turns[1]["state"]), (&asked["id"], &json!("done")));
    assert!(turns[1]["answer"].as_str().is_some_and(|answer| answer.ends_with("29 30")), "{turns:?}");
    assert!(turns[0]["usage"]["answer_tokens"].as_u64().is_some_and(|it| it > 0), "{turns:?}");
}

#[tokio::test]
async fn a_lost_connection_is_picked_up_without_loss_or_doubling() {
    let it = Setting::new().await;
    it.ask("/standin slow 60 25").await;
    let (mut cursor, mut answer, mut cuts) = ("0.end".to_owned(), String::new(), 0);
    loop {
        let mut tab = it.watch(&cursor).await;
        tab.continue_from(&answer);
        let state = tab.a_little().await;
        (cursor, answer) = (tab.cursor.clone(), tab.answer(1));
        if state == "done" {
            break;
        }
        cuts += 1;
    }
    let numbers = (1..=60).map(|number| number.to_string()).collect::<Vec<_>>().join(" ");
    assert_eq!(answer, numbers, "after {cuts} cuts");
    assert!(cuts >= 3, "only {cuts} cuts");
    assert_eq!(cursor, "1.end");
    // Whoever comes after all is over gets the turn as a whole, in place of what they had.
    let mut late = it.watch("1.5").await;
    late.until_ended(1).await;
    assert_eq!(late.answer(1), numbers);
}

#[tokio::test]
async fn a_reload_shows_the_conversation_and_wakes_nobody() {
    let mut it = Setting::new().await;
    it.mosaic.set("idle_timeout_secs", "1");
    it.ask("hello").await;
    let before = it.ended().await;
    eventually("the agent sleeps", async || it.mosaic.containers().is_empty().then_some(())).await;
    assert_eq!(it.ended().await, before);
    it.mosaic.kill();
    it.mosaic.restart().await;
    let thread = it.thread().await;
    assert_eq!(thread["turns"], json!(before));
    assert_eq!((&thread["title"], &thread["cursor"]), (&json!("hello"), &json!("1.end")));
    let list = get(&it.mosaic.url("/api/conversations?q=HELL"), &it.ann.token).await.json();
    assert_eq!(list["conversations"][0]["id"], json!(it.id));
    assert_eq!(get(&it.mosaic.url("/api/cell"), &it.ann.token).await.json()["state"], "absent");
}

#[tokio::test]
async fn a_stopped_answer_keeps_what_had_come_of_it_and_the_next_turn_knows_it() {
    let it = Setting::new().await;
    let mut tab = it.watch("").await;
    let turn = it.ask("/standin slow 500 20").await;
    tab.until(|tab| tab.answer(1).contains('5')).await;
    it.act(&turn, "stop", &Value::Null).await;
    tab.until_ended(1).await;
    assert_eq!(tab.state(1), "stopped");
    let turns = it.ended().await;
    assert_eq!(turns[0]["answer"], json!(tab.answer(1)));
    it.act(&turn, "stop", &Value::Null).await;
    // A new session: the stand-in has heard nothing before, and Mosaic tells it all of it.
    it.ask("and now?").await;
    let turns = it.ended().await;
    assert!(turns[1]["answer"].as_str().is_some_and(|it| it.contains("remember 0 earlier")), "{turns:?}");
}

#[tokio::test]
async fn a_question_is_asked_again_or_otherwise_in_a_session_that_never_heard_the_first() {
    let it = Setting::new().await;
    it.ask("one").await;
    it.ended().await;
    let second = it.ask("two").await;
    let turns = it.ended().await;
    assert!(turns[1]["answer"].as_str().is_some_and(|it| it.contains("remember 1 earlier")), "{turns:?}");
    let mut tab = it.watch("2.end").await;
    let edited = it.act(&second, "edit", &json!({ "text": "two, please" })).await;
    assert_eq!((&edited["number"], &edited["replaces"]), (&json!(3), &json!(2)));
    tab.until_ended(3).await;
    let turns = it.ended().await;
    assert_eq!(turns.len(), 2, "{turns:?}");
    let answer = turns[1]["answer"].as_str().expect("an answer");
    assert!(answer.contains("remember 0 earlier") && answer.contains("two, please"), "{answer}");
    let retried = it.act(&edited, "retry", &Value::Null).await;
    assert_eq!(retried["question"], "two, please");
    let turns = it.ended().await;
    assert_eq!(turns.iter().map(|turn| turn["number"].as_u64()).collect::<Vec<_>>(), [Some(1), Some(4)]);
    let gone = it.url(&format!("/turns/{}/retry", second["id"].as_str().expect("an id")));
    assert_eq!(post(&gone, &it.ann.token, &Value::Null).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_request_that_comes_twice_is_one_turn() {
    let it = Setting::new().await;
    let body = json!({ "text": "/standin slow 20 20", "idempotency_key": "k-1" });
    let first = post(&it.url("/turns"), &it.ann.token, &body).await;
    let again = post(&it.url("/turns"), &it.ann.token, &body).await;
    assert_eq!((first.status, again.status), (StatusCode::CREATED, StatusCode::CREATED), "{again:?}");
    assert_eq!(first.json()["id"], again.json()["id"]);
    let other = post(&it.url("/turns"), &it.ann.token, &json!({ "text": "at once" })).await;
    assert_eq!((other.status, other.code().as_str()), (StatusCode::CONFLICT, "conflict"), "{other:?}");
    assert_eq!(it.ended().await.len(), 1);
}

#[tokio::test]
async fn what_goes_wrong_in_a_stream_is_the_turns_failure() {
    let it = Setting::new().await;
    for (order, code, words) in [
        ("/standin error provider authentication_error", "provider_refused", "upstream provider error"),
        ("/standin cut", "agent_died", "ended in the middle"),
    ] {
        let mut tab = it.watch(it.thread().await["cursor"].as_str().expect("a cursor")).await;
        let turn = it.ask(order).await;
        let number = turn["number"].as_u64().expect("a number");
        tab.until_ended(number).await;
        assert_eq!(tab.state(number), "failed", "{order}");
        let kept = it.ended().await.pop().expect("the turn");
        assert_eq!(kept["failure"]["code"], code, "{kept}");
        assert!(kept["failure"]["detail"].as_str().is_some_and(|it| it.contains(words)), "{kept}");
    }
    let whole = it.ended().await;
    assert_eq!(whole[1]["answer"], "half a", "what had come of it stays");
}

#[tokio::test]
async fn a_crash_in_the_middle_of_an_answer_loses_none_of_what_was_kept() {
    let mut it = Setting::new().await;
    let mut tab = it.watch("").await;
    let turn = it.ask("/standin slow 400 20").await;
    tab.until(|tab| tab.answer(1).contains("40")).await;
    it.mosaic.kill();
    it.mosaic.restart().await;
    let turns = it.ended().await;
    assert_eq!((turns.len(), &turns[0]["id"]), (1, &turn["id"]));
    let answer = turns[0]["answer"].as_str().expect("what came");
    assert_eq!(turns[0]["state"], "interrupted", "{turns:?}");
    assert!(answer.starts_with("1 2 3 ") && answer.len() > 20, "{answer:?}");
    assert_eq!(turns[0]["failure"]["code"], "unavailable");
    // A tab that had seen more than was kept is told how it is now.
    let mut tab = it.watch(&tab.cursor).await;
    tab.until_ended(1).await;
    assert_eq!((tab.state(1), tab.answer(1).as_str()), ("interrupted".to_owned(), answer));
    it.ask("hello").await;
    assert_eq!(it.ended().await[1]["state"], "done");
}

#[tokio::test]
async fn a_polite_end_keeps_what_had_come() {
    let mut it = Setting::new().await;
    let mut tab = it.watch("").await;
    it.ask("/standin slow 400 20").await;
    tab.until(|tab| tab.answer(1).contains("12")).await;
    let status = it.mosaic.terminate().await;
    assert!(status.success(), "{status}");
    it.mosaic.restart().await;
    let turns = it.ended().await;
    assert_eq!(turns[0]["state"], "interrupted", "{turns:?}");
    assert!(turns[0]["answer"].as_str().is_some_and(|answer| answer.contains("12")), "{turns:?}");
}

#[tokio::test]
async fn a_deleted_conversation_ends_its_answer_and_tells_its_tabs() {
    let it = Setting::new().await;
    let mut tab = it.watch("").await;
    it.ask("/standin slow 500 20").await;
    tab.until(|tab| tab.answer(1).contains('3')).await;
    assert_eq!(delete(&it.url(""), &it.ann.token).await.status, StatusCode::NO_CONTENT);
    tab.until(|tab| tab.is_deleted).await;
    assert_eq!(get(&it.url(""), &it.ann.token).await.status, StatusCode::NOT_FOUND);
    eventually("nothing goes on", async || {
        let cell = get(&it.mosaic.url("/api/cell"), &it.ann.token).await.json();
        (cell["leases"] == 0).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_conversation_is_renamed_and_what_is_wrong_is_said() {
    let it = Setting::new().await;
    let renamed = request(Method::PATCH, &it.url(""), &it.ann.token, r#"{"title":" Sky "}"#).await;
    assert_eq!(renamed.json()["title"], "Sky", "{renamed:?}");
    for (method, rest, body, status) in [
        (Method::PATCH, "", r#"{"title":""}"#, 422),
        (Method::POST, "/turns", r#"{"text":" "}"#, 422),
        (Method::POST, "/turns", r#"{"text":"x","agent":"ghost"}"#, 404),
        (Method::POST, "/turns", r#"{"text":"x","idempotency_key":""}"#, 422),
        (Method::GET, "/events?after=nonsense", "", 422),
        (Method::GET, "?before=x", "", 400),
    ] {
        let reply = request(method, &it.url(rest), &it.ann.token, body).await;
        assert_eq!(reply.status.as_u16(), status, "{rest} {body}: {reply:?}");
        assert!(!reply.json()["detail"].as_str().unwrap_or_default().is_empty(), "{reply:?}");
    }
    let bad = get(&it.mosaic.url("/api/conversations?cursor=x"), &it.ann.token).await;
    assert_eq!(bad.status.as_u16(), 422);
    assert!(it.mosaic.containers().is_empty(), "bad input woke an agent");
}
