//! Idleness.

use std::time::Duration;

use tokio::time;

use super::house::{House, cell, until};

const TIMEOUT: Duration = Duration::from_mins(30);
const JUST_BEFORE: Duration = Duration::from_secs(30 * 60 - 1);
const SECOND: Duration = Duration::from_secs(1);

#[tokio::test(start_paused = true)]
async fn a_leased_cell_is_never_stopped_and_an_idle_one_is_counted_from_the_last_lease_dropped() {
    let house = House::new().await;
    let first = house.forward(cell(1), "/stream").await.expect("a head");
    let second = house.forward(cell(1), "/stream").await.expect("a head");
    time::sleep(TIMEOUT * 5).await;
    assert_eq!(house.state(cell(1)).await, "running");
    drop(first);
    assert_eq!(house.fleet.status(cell(1)).await.expect("it answers").leases, 1);
    time::sleep(JUST_BEFORE).await;
    drop(second);
    time::sleep(JUST_BEFORE).await;
    assert!(house.has_container(cell(1)));
    time::sleep(SECOND * 2).await;
    assert_eq!(house.state(cell(1)).await, "absent");
    assert!(!house.has_container(cell(1)));
    assert!(house.host.engine.has_volume(cell(1)));
}

#[tokio::test(start_paused = true)]
async fn a_request_puts_the_idle_stop_off() {
    let house = House::new().await;
    for _ in 0..5 {
        house.ask(cell(1)).await.expect("an answer");
        time::sleep(JUST_BEFORE).await;
    }
    assert_eq!(house.host.engine.starts_of(cell(1)), 1);
    house.until(cell(1), "absent").await;
}

#[tokio::test(start_paused = true)]
async fn a_shorter_timeout_holds_for_cells_that_run_already() {
    let house = House::new().await;
    house.ask(cell(1)).await.expect("an answer");
    house.settings.send_modify(|it| it.idle_timeout_secs = 120);
    time::sleep(Duration::from_secs(200)).await;
    assert_eq!(house.state(cell(1)).await, "absent");
}

#[tokio::test(start_paused = true)]
async fn a_cell_at_rest_has_neither_actor_nor_counters() {
    let house = House::new().await;
    house.ask(cell(1)).await.expect("an answer");
    house.fleet.stop(cell(1)).await.expect("stopped");
    until(|| !house.fleet.world.has_actor(cell(1))).await;
    assert!(house.fleet.statuses().is_empty());
    assert!(!house.fleet.world.has_gate(cell(1)));
}
