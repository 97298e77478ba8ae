//! When a running gateway counts as hung, and whose death is whose.

use std::time::Duration;

use mosaic_docker::Script;
use tokio::time;

use super::{
    gateway::{Door, Manner},
    house::{House, cell, until},
};

/// Between two health checks.
const CHECK: Duration = Duration::from_secs(10);

/// A cell that runs and was just checked.
async fn checked() -> House {
    let house = House::new().await;
    house.ask(cell(1)).await.expect("an answer");
    time::sleep(CHECK + CHECK / 2).await;
    house
}

/// For so many checks it is alive or not.
async fn alive(house: &House, alive: bool, checks: u32) {
    house.host.behave(cell(1), Manner { alive, ..Manner::GOOD });
    time::sleep(CHECK * checks).await;
}

#[tokio::test(start_paused = true)]
async fn a_slow_moment_is_no_death() {
    let house = checked().await;
    for _ in 0..3 {
        alive(&house, false, 2).await;
        alive(&house, true, 5).await;
    }
    assert_eq!(house.host.engine.starts_of(cell(1)), 1);
}

#[tokio::test(start_paused = true)]
async fn a_gateway_that_lives_only_now_and_then_is_replaced() {
    let house = checked().await;
    for lives in [false, true, false, true, false] {
        alive(&house, lives, 1).await;
    }
    until(|| house.host.engine.starts_of(cell(1)) == 2).await;
}

#[tokio::test(start_paused = true)]
async fn a_gateway_that_accepts_and_never_answers_is_replaced_and_its_streams_end() {
    let house = checked().await;
    let stuck = house.forward(cell(1), "/stream").await.expect("a head");
    house.host.behave(cell(1), Manner { door: Door::Mute, ..Manner::GOOD });
    let waiting = house.send(cell(1), "/say");
    until(|| house.host.engine.starts_of(cell(1)) == 2).await;
    house.host.behave(cell(1), Manner::GOOD);
    super::house::read(stuck).await.expect_err("never as if complete");
    waiting
        .await
        .expect("no panic")
        .map(|_| ())
        .expect_err("it had gone to the gateway: it is not sent again");
    house.ask(cell(1)).await.expect("an answer");
    house.host.assert_sound();
}

#[tokio::test(start_paused = true)]
async fn the_deaths_of_actors_are_not_counted_as_their_containers_and_the_other_way_round() {
    let house = checked().await;
    for round in 1..=3 {
        let actor = house.fleet.world.actor(cell(1)).expect("it lives");
        actor.kill();
        let other = |it: crate::mailbox::Mailbox<_>| it.id() != actor.id();
        until(|| house.fleet.world.actor(cell(1)).is_some_and(other)).await;
        house.until(cell(1), "running").await;
        assert_eq!(house.host.engine.starts_of(cell(1)), 1, "round {round}");
    }
    assert!(house.pages.row(cell(1)).expect("a row").deaths.is_empty());
    // The budget of the container is whole: it may die as often as any.
    house.host.engine.script_next(cell(1), Script::dies_after(Duration::ZERO, 1));
    house.host.kill(cell(1), 1);
    until(|| house.host.engine.starts_of(cell(1)) == 3).await;
    house.until(cell(1), "running").await;
    assert_eq!(house.pages.row(cell(1)).expect("a row").deaths.len(), 2);
}
