//! Limits: requests of one user, and starts at one time.

use std::time::Duration;

use mosaic_docker::{Call, Script};
use mosaic_model::Settings;
use tokio::time;

use super::house::{House, cell, until};
use crate::FleetError;

#[tokio::test(start_paused = true)]
async fn one_request_too_many_is_refused_with_a_time_to_come_back() {
    let house = House::with(Settings { requests_per_user: 2, ..Settings::default() }).await;
    let first = house.forward(cell(1), "/stream").await.expect("a head");
    let _second = house.forward(cell(1), "/stream").await.expect("a head");
    let Err(FleetError::TooMany { retry_after }) = house.ask(cell(1)).await else { panic!("let in") };
    assert!(retry_after > Duration::ZERO);
    house.ask(cell(2)).await.expect("another user is not concerned");
    drop(first);
    house.ask(cell(1)).await.expect("there is a place again");
}

#[tokio::test(start_paused = true)]
async fn so_many_starts_are_under_way_at_once_and_no_more_in_order_of_asking() {
    let house = House::with(Settings { concurrent_starts: 3, ..Settings::default() }).await;
    house.host.engine.script(Script::works().start_takes(Duration::from_secs(2)));
    let cells: Vec<_> = (1..=12).map(cell).collect();
    let mut asked = Vec::new();
    for cell in &cells {
        asked.push(house.send(*cell, "/say"));
        time::sleep(Duration::from_millis(10)).await;
    }
    for answer in asked {
        answer.await.expect("no panic").expect("an answer");
    }
    assert_eq!(house.host.engine.peak_starting(), 3);
    let started = house.host.engine.calls().into_iter().filter_map(|call| match call {
        Call::Start { cell, .. } => Some(cell),
        _ => None,
    });
    assert_eq!(started.collect::<Vec<_>>(), cells);
}

#[tokio::test(start_paused = true)]
async fn another_number_of_starts_counts_from_the_next_start_on() {
    let house = House::with(Settings { concurrent_starts: 1, ..Settings::default() }).await;
    house.host.engine.script(Script::works().start_takes(Duration::from_secs(2)));
    let first: Vec<_> = (1..=3).map(|seed| house.send(cell(seed), "/say")).collect();
    until(|| (1..=3).any(|seed| house.host.engine.starts_of(cell(seed)) > 0)).await;
    house.settings.send_modify(|it| it.concurrent_starts = 3);
    for answer in first {
        answer.await.expect("no panic").expect("an answer");
    }
    assert_eq!(house.host.engine.peak_starting(), 3, "more are let in at once");

    let more: Vec<_> = (4..=9).map(|seed| house.send(cell(seed), "/say")).collect();
    until(|| (4..=9).filter(|seed| house.host.engine.starts_of(cell(*seed)) > 0).count() == 3).await;
    house.settings.send_modify(|it| it.concurrent_starts = 2);
    time::sleep(Duration::from_millis(2_100)).await;
    house.settings.send_modify(|it| it.concurrent_starts = 1);
    for answer in more {
        answer.await.expect("no panic").expect("an answer");
    }
    assert_eq!(house.fleet.world.starts.limit(), 1);
    let begun = time::Instant::now();
    let last: Vec<_> = (10..=12).map(|seed| house.send(cell(seed), "/say")).collect();
    for answer in last {
        answer.await.expect("no panic").expect("an answer");
    }
    assert!(
        begun.elapsed() >= Duration::from_secs(6),
        "they start one after the other: {:?}",
        begun.elapsed()
    );
}

#[tokio::test(start_paused = true)]
async fn a_start_that_is_stopped_in_the_middle_still_counts_until_it_ends() {
    let house = House::with(Settings { concurrent_starts: 1, ..Settings::default() }).await;
    house.host.engine.script(Script::works().start_takes(Duration::from_secs(5)));
    let stopped = house.send(cell(1), "/say");
    until(|| house.host.engine.starts_of(cell(1)) == 1).await;
    let waiting = house.send(cell(2), "/say");
    house.fleet.stop(cell(1)).await.expect("stopped");
    assert_eq!(stopped.await.expect("no panic").map(|_| ()), Err(FleetError::Stopped));
    waiting.await.expect("no panic").expect("an answer");
    assert_eq!(house.host.engine.peak_starting(), 1);
    assert!(!house.has_container(cell(1)));
    house.host.assert_sound();
}
