//! What an earlier Mosaic, or an earlier actor, left.

use std::time::Duration;

use mosaic_docker::{Call, Condition, Script};
use mosaic_model::{Nonce, State};
use mosaic_storage::CellRecord;
use tokio::time;

use super::house::{House, cell, read, until};

#[tokio::test(start_paused = true)]
async fn a_running_container_is_adopted_without_a_restart_and_serves() {
    let house = House::new().await;
    house.ask(cell(1)).await.expect("an answer");
    let before = house.host.engine.container(cell(1)).expect("it runs").container;
    let house = house.restart().await;
    until(|| house.fleet.statuses().iter().any(|it| it.cell == cell(1))).await;
    house.until(cell(1), "running").await;
    house.ask(cell(1)).await.expect("an answer");
    assert_eq!(house.host.engine.container(cell(1)).expect("it runs").container, before);
    assert_eq!(house.host.engine.starts_of(cell(1)), 1);
    house.until(cell(1), "absent").await;
    assert!(!house.has_container(cell(1)), "what was adopted is stopped for idleness too");
}

#[tokio::test(start_paused = true)]
async fn closing_leaves_every_container_running() {
    let house = House::new().await;
    house.ask(cell(1)).await.expect("an answer");
    house.host.engine.script_for(cell(2), Script::works().start_takes(Duration::from_secs(2)));
    let starting = house.send(cell(2), "/say");
    house.until(cell(2), "starting").await;
    house.fleet.close().await;
    assert!(house.has_container(cell(1)));
    assert!(house.has_container(cell(2)), "an order at the engine runs to its end");
    assert!(starting.await.expect("no panic").is_err());
    assert!(house.ask(cell(1)).await.is_err(), "a closed fleet serves nobody");
    let row = house.pages.row(cell(2)).expect("a row");
    assert!(matches!(row.state, State::Starting { .. }), "a shutdown is no failure: {:?}", row.state);
    assert!(row.deaths.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_container_with_a_wrong_nonce_is_removed_and_never_dialled() {
    let house = House::new().await;
    house.ask(cell(1)).await.expect("an answer");
    let mut imposter = house.host.engine.container(cell(1)).expect("it runs");
    house.fleet.close().await;
    imposter.nonce = Nonce::from_label("somebody else's");
    imposter.container = "imposter".to_owned();
    house.host.put(imposter);
    let dialled = house.host.dialled();
    let house = house.restart().await;
    until(|| !house.has_container(cell(1))).await;
    assert_eq!(house.host.dialled(), dialled);
    house.ask(cell(1)).await.expect("an answer from a container of ours");
    assert!(house.host.heard().iter().all(|it| it.container != "imposter"));
}

#[tokio::test(start_paused = true)]
async fn a_killed_actor_is_replaced_and_its_leases_still_count() {
    let house = House::new().await;
    let streaming = house.forward(cell(1), "/stream").await.expect("a head");
    let container = house.host.engine.container(cell(1)).expect("it runs").container;
    let first = house.fleet.world.actor(cell(1)).expect("it lives");
    first.kill();
    until(|| house.fleet.world.actor(cell(1)).is_some_and(|it| it.id() != first.id())).await;
    house.change_config(cell(1));
    time::sleep(Duration::from_hours(2)).await;
    assert_eq!(house.state(cell(1)).await, "running");
    assert_eq!(house.host.engine.container(cell(1)).expect("it runs").container, container);
    house.host.finish_streams();
    assert_eq!(read(streaming).await.expect("whole"), "hello and good bye");
    house.until(cell(1), "absent").await;
    assert_eq!(house.host.engine.starts_of(cell(1)), 1);
}

#[tokio::test(start_paused = true)]
async fn an_actor_that_dies_in_the_middle_of_a_start_leaves_no_second_container() {
    let house = House::new().await;
    house.host.engine.script(Script::works().start_takes(Duration::from_secs(3)));
    for _ in 0..5 {
        let waiting = house.send(cell(1), "/say");
        house.until(cell(1), "starting").await;
        house.fleet.world.actor(cell(1)).expect("it lives").kill();
        waiting.await.expect("no panic").expect("an answer");
        house.fleet.stop(cell(1)).await.expect("stopped");
    }
    house.host.assert_sound();
}

#[tokio::test(start_paused = true)]
async fn what_died_while_nobody_looked_is_cleared_away_and_its_row_says_so() {
    let house = House::new().await;
    house.ask(cell(1)).await.expect("an answer");
    house.fleet.close().await;
    house.host.kill(cell(1), 1);
    assert!(matches!(house.host.engine.container(cell(1)).expect("there").condition, Condition::Down { .. }));
    let house = house.restart().await;
    until(|| !house.has_container(cell(1))).await;
    until(|| house.pages.row(cell(1)).is_some_and(|it| it.state == State::Absent)).await;
    house.ask(cell(1)).await.expect("an answer");
}

#[tokio::test(start_paused = true)]
async fn a_row_that_says_running_is_put_right_without_anybody_asking() {
    let house = House::new().await;
    house.ask(cell(1)).await.expect("an answer");
    house.fleet.close().await;
    house.host.engine.remove_behind_our_back(cell(1));
    let house = house.restart().await;
    until(|| house.pages.row(cell(1)).is_some_and(|it| it.state == State::Absent)).await;
}

#[tokio::test(start_paused = true)]
async fn a_container_that_outlived_its_quarantine_is_stopped() {
    let house = House::new().await;
    house.ask(cell(1)).await.expect("an answer");
    let seen = house.host.engine.container(cell(1)).expect("it runs");
    house.host.engine.script(Script::dies_after(Duration::ZERO, 78));
    house.host.kill(cell(1), 78);
    house.until(cell(1), "quarantined").await;
    house.fleet.close().await;
    house.host.put(seen);
    let house = house.restart().await;
    until(|| !house.has_container(cell(1))).await;
    house.until(cell(1), "quarantined").await;
}

#[tokio::test(start_paused = true)]
async fn a_network_that_outlived_its_container_and_its_mosaic_is_removed_and_given_back() {
    let mut house = House::new().await;
    house.ask(cell(1)).await.expect("an answer");
    house.host.engine.script(Script::dies_after(Duration::ZERO, 78));
    house.host.kill(cell(1), 78);
    let row = || house.pages.row(cell(1)).expect("a row");
    until(|| matches!(row().state, State::Quarantined { .. })).await;
    let row = row();
    house.pages.put(CellRecord { subnet: Some("10.213.0.0/28".parse().expect("a network")), ..row });
    house.be_killed().await;
    let asked = house.host.engine.calls().len();
    until(|| house.pages.row(cell(1)).is_some_and(|row| row.subnet.is_none())).await;
    let since = house.host.engine.calls().split_off(asked);
    assert!(since.iter().any(|call| matches!(call, Call::Stop { .. })), "{since:?}");
    house.until(cell(1), "quarantined").await;
}
