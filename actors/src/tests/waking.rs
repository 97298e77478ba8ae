//! Requests that wake a cell.

use std::time::Duration;

use futures_util::future;
use mosaic_docker::Script;
use tokio::time;

use super::house::{House, cell, read, until};
use crate::FleetError;

#[tokio::test(start_paused = true)]
async fn a_hundred_first_requests_get_one_container_and_are_answered_in_order_of_arrival() {
    let house = House::new().await;
    house.host.engine.script(Script::works().start_takes(Duration::from_secs(3)));
    let paths: Vec<&'static str> = (0..100).map(|n| &*format!("/say/{n}").leak()).collect();
    let asked = paths.iter().map(|path| house.forward(cell(1), path));
    for answer in future::join_all(asked).await {
        assert_eq!(read(answer.expect("an answer")).await.expect("whole"), "hello");
    }
    assert_eq!(house.host.engine.starts_of(cell(1)), 1);
    let heard: Vec<String> = house.host.heard().into_iter().map(|it| it.path).collect();
    assert_eq!(heard, paths);
    house.host.assert_sound();
}

#[tokio::test(start_paused = true)]
async fn a_request_carries_the_token_of_the_very_container_it_goes_to() {
    let house = House::new().await;
    house.ask(cell(1)).await.expect("an answer");
    let token = house.host.engine.token_of(cell(1)).expect("it was given one");
    assert_eq!(house.host.heard()[0].bearer, format!("Bearer {}", token.expose()));
}

#[tokio::test(start_paused = true)]
async fn a_client_that_leaves_while_waiting_gives_its_place_back_and_is_never_sent() {
    let house = House::new().await;
    house.settings.send_modify(|it| it.requests_per_user = 1);
    house.host.engine.script(Script::works().start_takes(Duration::from_secs(3)));
    let leaver = house.send(cell(1), "/stream");
    until(|| house.host.engine.starts_of(cell(1)) == 1).await;
    assert!(matches!(house.ask(cell(1)).await, Err(FleetError::TooMany { .. })));
    leaver.abort();
    assert!(leaver.await.is_err(), "it left");
    house.ask(cell(1)).await.expect("the place is free");
    let heard: Vec<String> = house.host.heard().into_iter().map(|it| it.path).collect();
    assert_eq!(heard, ["/say"]);
    assert_eq!(house.leases(cell(1)), 0);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_leaves_before_the_head_or_in_mid_stream_ends_the_call_and_its_lease() {
    let house = House::new().await;
    let hung = house.send(cell(1), "/hang");
    let streaming = house.forward(cell(1), "/stream").await.expect("a head");
    until(|| house.host.open_calls() == 2).await;
    assert_eq!(house.leases(cell(1)), 2);
    hung.abort();
    until(|| house.host.open_calls() == 1).await;
    drop(streaming);
    until(|| house.host.open_calls() == 0).await;
    assert_eq!(house.leases(cell(1)), 0);
    house.until(cell(1), "running").await;
    house.until(cell(1), "absent").await;
}

#[tokio::test(start_paused = true)]
async fn what_a_gateway_took_is_never_sent_again() {
    let house = House::new().await;
    assert_eq!(house.forward(cell(1), "/die").await.map(|_| ()), Err(FleetError::Died));
    assert_eq!(house.host.heard().len(), 1);
    let lost = house.send(cell(1), "/hang");
    until(|| house.host.heard().len() == 2).await;
    house.host.kill(cell(1), 137);
    assert_eq!(lost.await.expect("no panic").map(|_| ()), Err(FleetError::Died));
    house.ask(cell(1)).await.expect("the next one is answered");
    let heard: Vec<String> = house.host.heard().into_iter().map(|it| it.path).collect();
    assert_eq!(heard, ["/die", "/hang", "/say"]);
}

#[tokio::test(start_paused = true)]
async fn a_stream_whose_gateway_dies_ends_with_an_error_and_never_as_if_complete() {
    let house = House::new().await;
    let streaming = house.forward(cell(1), "/stream").await.expect("a head");
    house.host.kill(cell(1), 137);
    assert!(read(streaming).await.is_err());
    let streaming = house.forward(cell(1), "/stream").await.expect("another head");
    house.host.finish_streams();
    assert_eq!(read(streaming).await.expect("whole"), "hello and good bye");
}

#[tokio::test(start_paused = true)]
async fn a_request_that_meets_a_stopping_cell_wakes_it_again() {
    let house = House::new().await;
    house.host.engine.script(Script::works().stop_takes(Duration::from_secs(5)));
    house.ask(cell(1)).await.expect("an answer");
    let stopping = {
        let fleet = house.fleet.clone();
        house.fleet.world.tasks.spawn(async move { fleet.stop(cell(1)).await })
    };
    house.until(cell(1), "stopping").await;
    let began = time::Instant::now();
    house.ask(cell(1)).await.expect("an answer from the next container");
    assert_eq!(house.host.engine.starts_of(cell(1)), 2);
    stopping.await.expect("no panic").expect("it was stopped, and its caller told");
    assert!(began.elapsed() < Duration::from_secs(10), "the caller of stop waited for the next rest");
    house.host.assert_sound();
}

#[tokio::test(start_paused = true)]
async fn a_request_in_a_dying_actors_hands_is_answered_by_the_next() {
    let house = House::new().await;
    house.host.engine.script(Script::works().start_takes(Duration::from_secs(3)));
    let waiting = house.send(cell(1), "/say");
    until(|| house.host.engine.starts_of(cell(1)) == 1).await;
    house.fleet.world.actor(cell(1)).expect("it lives").kill();
    let answer = waiting.await.expect("no panic").expect("an answer");
    assert_eq!(read(answer).await.expect("whole"), "hello");
    house.host.assert_sound();
}
