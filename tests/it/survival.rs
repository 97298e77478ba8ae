//! A crash of Mosaic, or of an agent, costs nobody anything.

use crate::support::{Mosaic, chat, docker, eventually, get, standin};

const NO_MODELS: &str = "http://standin.invalid/v1";

#[tokio::test]
async fn killing_mosaic_leaves_agents_running_and_they_are_adopted() {
    let mut mosaic = Mosaic::start(standin()).await;
    let (ann, bob) = (mosaic.person("ann", NO_MODELS), mosaic.person("bob", NO_MODELS));
    assert!(chat(&mosaic, &ann, "c", "one").await.done);
    assert!(chat(&mosaic, &bob, "c", "one").await.done);
    let before = mosaic.containers();
    assert_eq!(before.len(), 2);
    mosaic.kill();
    assert_eq!(mosaic.containers(), before);
    mosaic.restart().await;
    assert!(chat(&mosaic, &ann, "c", "two").await.done);
    assert!(chat(&mosaic, &bob, "c", "two").await.done);
    assert_eq!(mosaic.containers(), before, "an agent was restarted");
}

#[tokio::test]
async fn a_polite_end_leaves_agents_running_and_closes_the_database() {
    let mut mosaic = Mosaic::start(standin()).await;
    let ann = mosaic.person("ann", NO_MODELS);
    assert!(chat(&mosaic, &ann, "c", "one").await.done);
    let before = mosaic.containers();
    let status = mosaic.terminate().await;
    assert!(status.success(), "{status}: {}", mosaic.log());
    assert_eq!(mosaic.containers(), before);
    mosaic.restart().await;
    assert!(chat(&mosaic, &ann, "c", "two").await.done);
    assert_eq!(mosaic.containers(), before);
}

#[tokio::test]
async fn a_killed_agent_is_noticed_and_the_next_chat_is_answered() {
    let mosaic = Mosaic::start(standin()).await;
    let ann = mosaic.person("ann", NO_MODELS);
    assert!(chat(&mosaic, &ann, "c", "one").await.done);
    let before = mosaic.containers();
    docker(&["kill", &before[0]]);
    eventually("the death is noticed", async || {
        (mosaic.log().matches("state=\"starting\"").count() == 2).then_some(())
    })
    .await;
    let answer = chat(&mosaic, &ann, "c", "two").await;
    assert!(answer.done && answer.error.is_none(), "{answer:?}");
    assert_ne!(mosaic.containers(), before);
}

#[tokio::test]
async fn an_agent_that_died_while_mosaic_was_away_is_started_by_the_next_chat() {
    let mut mosaic = Mosaic::start(standin()).await;
    let ann = mosaic.person("ann", NO_MODELS);
    assert!(chat(&mosaic, &ann, "c", "one").await.done);
    mosaic.kill();
    docker(&["kill", &mosaic.containers()[0]]);
    mosaic.restart().await;
    assert!(chat(&mosaic, &ann, "c", "two").await.done);
    assert_eq!(get(&mosaic.url("/api/cell"), &ann.token).await.json()["state"], "running");
}
