//! An agent that nobody uses is frozen: it uses no processor, keeps all it knows, and is back at once.

use http::{Method, StatusCode};
use mosaic_model_server::{ModelServer, ModelServerConfig};
use serde_json::{Value, json};

use crate::support::{Mosaic, Person, Reply, agent, chat, docker, eventually, get, request, standin};

const NO_MODELS: &str = "http://standin.invalid/v1";
const KEY: &str = "sk-frozen-test";

/// Waits until the agent is frozen, also to its owner's eyes.
async fn until_frozen(mosaic: &Mosaic, person: &Person) {
    eventually("the agent is frozen", async || {
        let cell = get(&mosaic.url("/api/cell"), &person.token).await.json();
        (cell["state"] == "frozen").then_some(())
    })
    .await;
    let paused = docker(&["inspect", "--format", "{{.State.Paused}}", &mosaic.containers()[0]]);
    assert_eq!(paused, "true");
}

/// What the engine measures of the agent's use of the processor.
fn processor_use(mosaic: &Mosaic) -> String {
    docker(&["stats", "--no-stream", "--format", "{{.CPUPerc}}", &mosaic.containers()[0]])
}

/// Frozen, thawed by a chat, frozen again, adopted after a crash of Mosaic, and thawed by the next chat: all in one
/// container.
async fn is_frozen_and_back_in_one_container(mosaic: &mut Mosaic, ann: &Person) {
    assert!(chat(mosaic, ann, "c", "one").await.done);
    let before = mosaic.containers();
    until_frozen(mosaic, ann).await;
    assert_eq!(processor_use(mosaic), "0.00%");
    let second = chat(mosaic, ann, "c", "two").await;
    assert!(second.done && second.error.is_none(), "{second:?}");
    assert_eq!(mosaic.containers(), before);

    until_frozen(mosaic, ann).await;
    mosaic.kill();
    mosaic.restart().await;
    until_frozen(mosaic, ann).await;
    assert_eq!(mosaic.containers(), before, "it was left as it was");
    let third = chat(mosaic, ann, "c", "three").await;
    assert!(third.done && third.error.is_none(), "{third:?}");
    assert!(third.text.contains('3') || third.text.contains("2 earlier"), "it forgot: {third:?}");
    assert_eq!(mosaic.containers(), before);
    assert_eq!(mosaic.log().matches("state=\"starting\"").count(), 1);
}

#[tokio::test]
async fn an_idle_agent_is_frozen_and_back_in_the_same_container_also_after_a_crash_of_mosaic() {
    let mut mosaic = Mosaic::start(standin()).await;
    mosaic.set("freeze_after_secs", "1");
    let ann = mosaic.person("ann", NO_MODELS);
    is_frozen_and_back_in_one_container(&mut mosaic, &ann).await;
}

#[tokio::test]
async fn an_idle_openclaw_is_frozen_and_back_with_its_memory() {
    let config = ModelServerConfig {
        listen: "0.0.0.0:0".parse().expect("an address"),
        keys: vec![KEY.to_owned()],
        ..ModelServerConfig::default()
    };
    let models = ModelServer::start(config).await.expect("a free port");
    let port = models.addr().port();
    let mut mosaic = Mosaic::start(agent()).await;
    mosaic.set("allowed_egress", &format!("host.mosaic.internal:{port}"));
    mosaic.set("freeze_after_secs", "5");
    let ann = mosaic.person_with_key("ann", &format!("http://host.mosaic.internal:{port}/v1"), KEY);
    is_frozen_and_back_in_one_container(&mut mosaic, &ann).await;
}

#[tokio::test]
async fn a_frozen_agent_is_stopped_when_its_time_is_up_and_dies_unmourned_when_it_is_killed() {
    let mosaic = Mosaic::start(standin()).await;
    mosaic.set("freeze_after_secs", "1");
    let ann = mosaic.person("ann", NO_MODELS);
    assert!(chat(&mosaic, &ann, "c", "one").await.done);
    until_frozen(&mosaic, &ann).await;
    docker(&["kill", &mosaic.containers()[0]]);
    eventually("its death is noticed", async || {
        let cell = get(&mosaic.url("/api/cell"), &ann.token).await.json();
        (cell["state"] == "absent" && mosaic.containers().is_empty()).then_some(())
    })
    .await;
    mosaic.set("idle_timeout_secs", "4");
    assert!(chat(&mosaic, &ann, "c", "two").await.done);
    until_frozen(&mosaic, &ann).await;
    eventually("the frozen agent is gone", async || mosaic.containers().is_empty().then_some(())).await;
    assert!(chat(&mosaic, &ann, "c", "three").await.done);
}

async fn wish(mosaic: &Mosaic, person: &Person, wishes: &Value) -> Reply {
    request(Method::PATCH, &mosaic.url("/api/cell"), &person.token, &wishes.to_string()).await
}

#[tokio::test]
async fn people_choose_when_their_agent_sleeps_within_what_is_allowed() {
    let mosaic = Mosaic::start(standin()).await;
    mosaic.set("freeze_after_secs", "1");
    let ann = mosaic.person("ann", NO_MODELS);
    assert!(chat(&mosaic, &ann, "c", "one").await.done);
    until_frozen(&mosaic, &ann).await;
    let kept = wish(&mosaic, &ann, &json!({ "keep_awake": true, "idle_timeout_secs": 900 })).await;
    assert_eq!(kept.status, StatusCode::OK, "{kept:?}");
    eventually("it comes back by itself", async || {
        let cell = get(&mosaic.url("/api/cell"), &ann.token).await.json();
        (cell["state"] == "running").then_some(())
    })
    .await;
    let back = wish(&mosaic, &ann, &json!({ "keep_awake": false })).await.json();
    assert_eq!((&back["keep_awake"], &back["idle_timeout_secs"]), (&json!(false), &json!(900)));
    until_frozen(&mosaic, &ann).await;
    mosaic.set("keep_awake_allowed", "false");
    for refused in [json!({ "idle_timeout_secs": 1_801 }), json!({ "keep_awake": true })] {
        let reply = wish(&mosaic, &ann, &refused).await;
        assert_eq!((reply.status, reply.code().as_str()), (StatusCode::UNPROCESSABLE_ENTITY, "invalid"));
    }
}

#[tokio::test]
async fn a_wake_that_does_not_fit_into_the_hosts_memory_has_an_idle_agent_stopped() {
    let mosaic = Mosaic::start(standin()).await;
    mosaic.set("host_memory_mib", "2048");
    let (ann, bob) = (mosaic.person("ann", NO_MODELS), mosaic.person("bob", NO_MODELS));
    for person in [&ann, &bob, &ann] {
        let answer = chat(&mosaic, person, "c", "hello").await;
        assert!(answer.done && answer.error.is_none(), "{answer:?}");
        assert_eq!(mosaic.containers().len(), 1);
    }
}
