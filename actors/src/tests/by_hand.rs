//! Draining, freezing and thawing by hand.

use std::time::Duration;

use chrono::TimeDelta;
use mosaic_model::{CellId, OrderRefused, Reading, RestWishes, SystemCellId};
use tokio::time;
use uuid::Uuid;

use super::house::{House, cell, read, until};
use crate::FleetError;

const LONG: Duration = Duration::from_hours(5);

#[tokio::test(start_paused = true)]
async fn a_drained_cell_finishes_its_streams_lets_nobody_in_and_stops_until_it_is_asked_again() {
    let house = House::new().await;
    let streaming = house.forward(cell(1), "/stream").await.expect("a head");
    house.fleet.drain(cell(1)).await.expect("ordered");
    house.until(cell(1), "draining").await;
    assert_eq!(house.ask(cell(1)).await, Err(FleetError::Draining));
    time::sleep(LONG).await;
    assert_eq!(house.state(cell(1)).await, "draining", "as long as somebody is answered");
    house.ask(cell(2)).await.expect("others are not concerned");
    house.host.finish_streams();
    assert_eq!(read(streaming).await.expect("whole"), "hello and good bye");
    house.until(cell(1), "absent").await;
    house.ask(cell(1)).await.expect("it wakes as ever");
    assert_eq!(house.host.engine.starts_of(cell(1)), 2);
}

#[tokio::test(start_paused = true)]
async fn whoever_waits_for_a_cell_on_its_way_up_is_answered_though_it_is_drained() {
    let house = House::new().await;
    let waiting = house.send(cell(1), "/say");
    house.until(cell(1), "starting").await;
    house.fleet.drain(cell(1)).await.expect("ordered");
    assert_eq!(house.ask(cell(1)).await, Err(FleetError::Draining));
    waiting.await.expect("no panic").expect("an answer");
    house.until(cell(1), "absent").await;
    assert_eq!(house.host.engine.starts_of(cell(1)), 1);
}

#[tokio::test(start_paused = true)]
async fn a_drain_outlives_mosaic_and_is_lifted_by_a_start() {
    let house = House::new().await;
    let streaming = house.forward(cell(1), "/stream").await.expect("a head");
    house.fleet.drain(cell(1)).await.expect("ordered");
    until(|| house.pages.row(cell(1)).is_some_and(|it| it.state.name() == "draining")).await;
    let house = house.restart().await;
    // Its gateway still answers whom the last Mosaic let in.
    house.until(cell(1), "draining").await;
    assert_eq!(house.ask(cell(1)).await, Err(FleetError::Draining));
    drop(streaming);
    house.host.finish_streams();
    house.until(cell(1), "absent").await;

    let streaming = house.forward(cell(2), "/stream").await.expect("a head");
    house.fleet.drain(cell(2)).await.expect("ordered");
    house.until(cell(2), "draining").await;
    assert_eq!(house.fleet.wake(cell(2)).await, Err(FleetError::Draining), "it is not its owner's to lift");
    house.fleet.lift_drain(cell(2)).await.expect("ordered");
    house.until(cell(2), "running").await;
    house.ask(cell(2)).await.expect("it is let in again");
    house.host.finish_streams();
    assert_eq!(read(streaming).await.expect("whole"), "hello and good bye");
    assert_eq!(house.host.engine.starts_of(cell(2)), 1, "it has never stopped");
}

#[tokio::test(start_paused = true)]
async fn a_drained_cell_that_dies_stays_down() {
    let house = House::new().await;
    let _streaming = house.forward(cell(1), "/stream").await.expect("a head");
    house.fleet.drain(cell(1)).await.expect("ordered");
    house.until(cell(1), "draining").await;
    house.host.kill(cell(1), 137);
    house.until(cell(1), "absent").await;
    time::sleep(LONG).await;
    assert_eq!(house.host.engine.starts_of(cell(1)), 1);
}

#[tokio::test(start_paused = true)]
async fn what_is_always_on_is_not_pulled_up_while_it_is_drained() {
    let house = House::new().await;
    let system = CellId::System(SystemCellId::from_uuid(Uuid::from_u128(7)));
    house.pages.wish(system, RestWishes { keep_awake: true, idle_timeout_secs: None });
    let streaming = house.forward(system, "/stream").await.expect("a head");
    house.fleet.drain(system).await.expect("ordered");
    house.until(system, "draining").await;
    // It is told again and again that it is to be up, until it is held.
    time::sleep(Duration::from_mins(10)).await;
    assert_eq!(house.state(system).await, "draining");
    house.pages.wish(system, RestWishes::default());
    house.host.finish_streams();
    read(streaming).await.expect("whole");
    house.until(system, "absent").await;
}

#[tokio::test(start_paused = true)]
async fn a_cell_is_frozen_and_thawed_by_hand_unless_somebody_uses_it() {
    let house = House::new().await;
    let refused = |why| Err(FleetError::Refused(why));
    assert_eq!(house.fleet.may_freeze(cell(1)).await, refused(OrderRefused::NotRunning));
    assert_eq!(house.fleet.may_thaw(cell(1)).await, refused(OrderRefused::NotFrozen));
    let streaming = house.forward(cell(1), "/stream").await.expect("a head");
    assert_eq!(house.fleet.may_freeze(cell(1)).await, refused(OrderRefused::InUse));
    // Whoever orders it all the same changes nothing.
    house.fleet.freeze(cell(1)).await.expect("taken");
    assert_eq!(house.state(cell(1)).await, "running");
    house.host.finish_streams();
    read(streaming).await.expect("whole");
    time::sleep(Duration::from_secs(1)).await;
    house.fleet.may_freeze(cell(1)).await.expect("nobody uses it");
    house.fleet.freeze(cell(1)).await.expect("ordered");
    house.until(cell(1), "frozen").await;
    house.fleet.may_thaw(cell(1)).await.expect("it is frozen");
    house.fleet.thaw(cell(1)).await.expect("ordered");
    house.until(cell(1), "running").await;
    house.ask(cell(1)).await.expect("an answer");
    assert_eq!(house.host.engine.starts_of(cell(1)), 1);
}

#[tokio::test(start_paused = true)]
async fn what_a_cell_uses_is_measured_and_nothing_is_told_of_one_that_does_not_run() {
    let house = House::new().await;
    assert_eq!(house.fleet.usage(cell(1)).await, Ok(None));
    house.ask(cell(1)).await.expect("an answer");
    let reading = |secs: i64, cpu_nanos: u64| Reading {
        container: "c".to_owned(),
        at: house.now() + TimeDelta::seconds(secs),
        cpu_nanos,
        memory_bytes: 7,
        memory_limit_bytes: 9,
        received_bytes: 0,
        sent_bytes: cpu_nanos,
    };
    house.host.engine.script_readings(cell(1), [reading(0, 0), reading(2, 1_000_000_000)]);
    let used = house.fleet.usage(cell(1)).await.expect("an engine").expect("it runs");
    assert_eq!((used.cpu_millis, used.memory_bytes, used.sent_per_sec), (500, 7, 500_000_000));
    // Another container in between.
    let other = Reading { container: "d".to_owned(), ..reading(2, 10) };
    house.host.engine.script_readings(cell(1), [reading(0, 5), other]);
    assert_eq!(house.fleet.usage(cell(1)).await, Ok(None));
    house.host.engine.set_reachable(false);
    assert!(matches!(house.fleet.usage(cell(1)).await, Err(FleetError::Engine(_))));
}
