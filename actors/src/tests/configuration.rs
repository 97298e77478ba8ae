//! A changed configuration reaches its cell, whoever was told of it and whatever was restarted since.

use std::time::Duration;

use mosaic_docker::Script;
use mosaic_model::Served;
use tokio::time;

use super::{
    gateway::Manner,
    house::{House, cell, read, until},
};
use crate::FleetError;

/// Longer than the fleet leaves between two looks at everything.
const NEXT_LOOK: Duration = Duration::from_secs(90);
/// Shorter than that, and than any idleness: only a restart that was asked for happens within it.
const AT_ONCE: Duration = Duration::from_secs(5);

#[tokio::test(start_paused = true)]
async fn to_be_told_of_a_change_that_is_none_disturbs_nobody() {
    let house = House::new().await;
    house.ask(cell(1)).await.expect("an answer");
    for _ in 0..10 {
        house.fleet.config_changed(cell(1));
        time::sleep(Duration::from_secs(1)).await;
    }
    time::sleep(NEXT_LOOK).await;
    assert_eq!(house.state(cell(1)).await, "running");
    assert_eq!(house.host.engine.starts_of(cell(1)), 1);
}

#[tokio::test(start_paused = true)]
async fn a_change_that_is_told_again_and_again_costs_one_restart() {
    let house = House::new().await;
    house.ask(cell(1)).await.expect("an answer");
    house.change_config(cell(1));
    house.until(cell(1), "absent").await;
    for _ in 0..10 {
        house.ask(cell(1)).await.expect("an answer");
        house.fleet.config_changed(cell(1));
        time::sleep(Duration::from_secs(1)).await;
    }
    assert_eq!(house.host.engine.starts_of(cell(1)), 2);
    assert_eq!(house.pages.compare(cell(1)), Served::Wanted);
}

#[tokio::test(start_paused = true)]
async fn a_change_that_nobody_told_of_is_found_at_the_next_look() {
    let house = House::new().await;
    let streaming = house.forward(cell(1), "/stream").await.expect("a head");
    // It was compared when it became ready.
    time::sleep(AT_ONCE).await;
    house.pages.change(cell(1));
    time::sleep(NEXT_LOOK).await;
    assert_eq!(house.state(cell(1)).await, "running", "an open stream goes on");
    house.host.finish_streams();
    assert_eq!(read(streaming).await.expect("whole"), "hello and good bye");
    time::sleep(AT_ONCE).await;
    assert_eq!(house.state(cell(1)).await, "absent");
    house.ask(cell(1)).await.expect("an answer");
    assert_eq!(house.pages.compare(cell(1)), Served::Wanted);
}

#[tokio::test(start_paused = true)]
async fn a_restart_that_mosaic_owed_when_it_ended_is_made_by_the_next() {
    let house = House::new().await;
    let streaming = house.forward(cell(1), "/stream").await.expect("a head");
    house.ask(cell(2)).await.expect("an answer");
    house.change_config(cell(1));
    time::sleep(Duration::from_secs(5)).await;
    let house = house.restart().await;
    house.pages.change(cell(2));
    drop(streaming);
    time::sleep(AT_ONCE).await;
    for number in [1, 2] {
        assert!(!house.has_container(cell(number)));
        house.ask(cell(number)).await.expect("an answer");
        assert_eq!(house.pages.compare(cell(number)), Served::Wanted);
        assert_eq!(house.host.engine.starts_of(cell(number)), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn a_change_while_a_cell_starts_costs_a_restart_only_if_the_container_had_asked_before() {
    let house = House::new().await;
    house.host.engine.script(Script::works().start_takes(Duration::from_secs(3)));
    let early = house.send(cell(1), "/say");
    until(|| house.host.engine.starts_of(cell(1)) == 1).await;
    house.change_config(cell(1));
    early.await.expect("no panic").expect("an answer");
    time::sleep(NEXT_LOOK).await;
    assert_eq!(house.state(cell(1)).await, "running", "it was given the new one");

    house.host.behave(cell(2), Manner { ready: false, ..Manner::GOOD });
    let late = house.send(cell(2), "/say");
    until(|| house.has_container(cell(2))).await;
    house.change_config(cell(2));
    time::sleep(Duration::from_secs(2)).await;
    house.host.behave(cell(2), Manner::GOOD);
    late.await.expect("no panic").expect("whoever waits is served first");
    time::sleep(AT_ONCE).await;
    assert_eq!(house.state(cell(2)).await, "absent");
    house.ask(cell(2)).await.expect("an answer");
    assert_eq!(house.pages.compare(cell(2)), Served::Wanted);
}

#[tokio::test(start_paused = true)]
async fn a_cell_that_was_given_up_is_tried_again_once_its_configuration_changed_and_not_before() {
    let house = House::new().await;
    house.host.engine.script(Script::dies_after(Duration::ZERO, 78));
    house.ask(cell(1)).await.expect_err("refused");
    house.host.engine.script(Script::works());
    house.fleet.config_changed(cell(1));
    time::sleep(NEXT_LOOK).await;
    assert!(matches!(house.ask(cell(1)).await, Err(FleetError::Quarantined { .. })), "nothing changed");
    // Nobody tells; the next look finds it.
    house.pages.change(cell(1));
    time::sleep(NEXT_LOOK).await;
    house.ask(cell(1)).await.expect("an answer");
}

#[tokio::test(start_paused = true)]
async fn a_cell_that_was_given_up_before_mosaic_ended_answers_if_it_was_set_right_meanwhile() {
    let house = House::new().await;
    house.host.engine.script(Script::dies_after(Duration::ZERO, 78));
    for number in [1, 2] {
        house.ask(cell(number)).await.expect_err("refused");
        until(|| house.pages.row(cell(number)).is_some_and(|it| it.state.name() == "quarantined")).await;
    }
    house.host.engine.script(Script::works());
    house.fleet.close().await;
    house.pages.change(cell(1));
    let house = house.restart().await;
    house.ask(cell(1)).await.expect("an answer");
    // Its past deaths are forgiven.
    until(|| house.pages.row(cell(1)).is_some_and(|it| it.deaths.is_empty())).await;
    assert!(matches!(house.ask(cell(2)).await, Err(FleetError::Quarantined { .. })), "nothing changed");
}

#[tokio::test(start_paused = true)]
async fn a_ledger_that_is_away_when_a_change_is_told_is_asked_until_it_answers() {
    let house = House::new().await;
    house.ask(cell(1)).await.expect("an answer");
    house.pages.change(cell(1));
    house.pages.set_reachable(false);
    house.fleet.config_changed(cell(1));
    time::sleep(Duration::from_secs(10)).await;
    assert!(house.has_container(cell(1)));
    house.pages.set_reachable(true);
    time::sleep(Duration::from_secs(2)).await;
    assert!(!house.has_container(cell(1)));
}

#[tokio::test(start_paused = true)]
async fn who_asks_right_after_setting_a_failed_cell_right_is_not_refused() {
    let house = House::new().await;
    house.host.engine.script(Script::dies_after(Duration::ZERO, 78));
    house.ask(cell(1)).await.expect_err("refused");
    house.host.engine.script(Script::works());
    house.change_config(cell(1));
    house.ask(cell(1)).await.expect("an answer");

    house.host.engine.script(Script::dies_after(Duration::ZERO, 78));
    house.host.kill(cell(1), 78);
    house.until(cell(1), "quarantined").await;
    house.host.engine.script(Script::works());
    // Not before it is known whether it was set right.
    house.pages.set_reachable(false);
    house.fleet.config_changed(cell(1));
    let early = house.send(cell(1), "/say");
    time::sleep(Duration::from_secs(5)).await;
    assert!(!early.is_finished());
    house.pages.set_reachable(true);
    let refused = early.await.expect("no panic").map(|_| ());
    assert!(matches!(refused, Err(FleetError::Quarantined { .. })), "nothing changed: {refused:?}");
}

#[tokio::test(start_paused = true)]
async fn who_waits_for_the_next_try_of_a_failed_cell_goes_on_waiting_when_a_change_is_told_that_is_none() {
    let house = House::new().await;
    house.host.engine.script(Script::dies_after(Duration::ZERO, 1));
    let first = house.send(cell(1), "/say");
    house.until(cell(1), "failed").await;
    house.host.engine.script(Script::works());
    house.fleet.config_changed(cell(1));
    let newest = house.ask(cell(1)).await;
    assert!(matches!(newest, Err(FleetError::Failed { .. })), "{newest:?}");
    first.await.expect("no panic").expect("an answer");
}
