//! Orders: stop, retry, a changed configuration.

use std::time::Duration;

use mosaic_docker::Script;
use mosaic_model::State;
use tokio::time;

use super::{
    gateway::{Door, Manner},
    house::{House, cell, read, until},
};
use crate::FleetError;

#[tokio::test(start_paused = true)]
async fn a_changed_configuration_waits_for_the_open_stream_and_then_restarts() {
    let house = House::new().await;
    let streaming = house.forward(cell(1), "/stream").await.expect("a head");
    house.change_config(cell(1));
    time::sleep(Duration::from_mins(10)).await;
    assert_eq!(house.state(cell(1)).await, "running");
    house.host.finish_streams();
    assert_eq!(read(streaming).await.expect("whole"), "hello and good bye");
    house.until(cell(1), "absent").await;
    house.ask(cell(1)).await.expect("an answer from one with the new configuration");
    assert_eq!(house.host.engine.starts_of(cell(1)), 2);
}

#[tokio::test(start_paused = true)]
async fn orders_that_come_before_the_first_look_are_not_lost() {
    let house = House::new().await;
    for number in 1..=3 {
        house.ask(cell(number)).await.expect("an answer");
    }
    house.host.engine.script(Script::dies_after(Duration::ZERO, 78));
    house.host.kill(cell(3), 78);
    house.until(cell(3), "quarantined").await;
    until(|| house.pages.row(cell(3)).is_some_and(|it| it.state.name() == "quarantined")).await;
    house.host.engine.script(Script::works());
    house.host.engine.set_reachable(false);
    let house = house.restart().await;
    let stopping = {
        let fleet = house.fleet.clone();
        house.fleet.world.tasks.spawn(async move { fleet.stop(cell(1)).await })
    };
    house.change_config(cell(2));
    house.fleet.retry(cell(3)).await.expect("told");
    time::sleep(Duration::from_secs(5)).await;
    assert!(!stopping.is_finished(), "nobody could look yet");
    house.host.engine.set_reachable(true);
    stopping.await.expect("no panic").expect("stopped");
    assert!(!house.has_container(cell(1)));
    until(|| !house.has_container(cell(2))).await;
    house.until(cell(3), "running").await;
}

#[tokio::test(start_paused = true)]
async fn a_stop_before_the_first_look_is_answered_though_somebody_wakes_the_cell_after() {
    let house = House::new().await;
    house.host.engine.set_reachable(false);
    let early = house.send(cell(1), "/say");
    time::sleep(Duration::from_millis(10)).await;
    let stopping = {
        let fleet = house.fleet.clone();
        house.fleet.world.tasks.spawn(async move { fleet.stop(cell(1)).await })
    };
    time::sleep(Duration::from_millis(10)).await;
    let late = house.send(cell(1), "/say");
    time::sleep(Duration::from_millis(10)).await;
    house.host.engine.set_reachable(true);
    stopping.await.expect("no panic").expect("answered");
    assert_eq!(early.await.expect("no panic").map(|_| ()), Err(FleetError::Stopped));
    late.await.expect("no panic").expect("an answer");
}

#[tokio::test(start_paused = true)]
async fn a_stop_answers_whoever_waits_also_for_a_gateway_that_does_not_listen() {
    let house = House::new().await;
    house.ask(cell(1)).await.expect("an answer");
    time::sleep(Duration::from_secs(5)).await;
    house.host.behave(cell(1), Manner { door: Door::Shut, ..Manner::GOOD });
    house.host.engine.set_reachable(false);
    let waiting = house.send(cell(1), "/say");
    time::sleep(Duration::from_millis(500)).await;
    let stopping = {
        let fleet = house.fleet.clone();
        house.fleet.world.tasks.spawn(async move { fleet.stop(cell(1)).await })
    };
    assert_eq!(waiting.await.expect("no panic").map(|_| ()), Err(FleetError::Stopped));
    house.host.engine.set_reachable(true);
    stopping.await.expect("no panic").expect("stopped");
}

#[tokio::test(start_paused = true)]
async fn a_stop_of_a_starting_cell_tells_its_waiters_and_leaves_nothing() {
    let house = House::new().await;
    house.host.engine.script(Script::works().start_takes(Duration::from_secs(3)));
    let waiting = house.send(cell(1), "/say");
    house.until(cell(1), "starting").await;
    house.fleet.stop(cell(1)).await.expect("stopped");
    assert_eq!(waiting.await.expect("no panic").map(|_| ()), Err(FleetError::Stopped));
    time::sleep(Duration::from_secs(10)).await;
    assert!(!house.has_container(cell(1)));
    assert!(house.host.engine.starts_of(cell(1)) <= 1);
    house.host.assert_sound();
}

#[tokio::test(start_paused = true)]
async fn a_change_right_after_quarantine_is_followed_by_a_start_however_slow_the_ledger_is() {
    let house = House::new().await;
    house.host.engine.script_next(cell(1), Script::dies_after(Duration::ZERO, 78));
    house.ask(cell(1)).await.expect_err("refused");
    until(|| house.pages.row(cell(1)).is_some_and(|it| matches!(it.state, State::Quarantined { .. }))).await;
    house.pages.set_writable(false);
    house.change_config(cell(1));
    time::sleep(Duration::from_millis(100)).await;
    let waiting = house.send(cell(1), "/say");
    house.pages.set_writable(true);
    waiting.await.expect("no panic").expect("an answer");
}

#[tokio::test(start_paused = true)]
async fn asking_where_an_absent_cell_is_wakes_nothing() {
    let house = House::new().await;
    assert_eq!(house.state(cell(1)).await, "absent");
    assert_eq!(house.host.engine.starts_of(cell(1)), 0);
    until(|| house.fleet.statuses().is_empty()).await;
    assert!(house.pages.row(cell(1)).is_none());
}
