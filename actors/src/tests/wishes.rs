//! What owners want of their cells' rest.

use std::time::Duration;

use mosaic_model::{RestWishes, Settings};
use tokio::time;

use super::house::{House, cell, until};

const LONG: Duration = Duration::from_hours(5);
const KEPT: RestWishes = RestWishes { keep_awake: true, idle_timeout_secs: None };

#[tokio::test(start_paused = true)]
async fn a_cell_that_is_kept_awake_stays_so_and_sleeps_when_it_is_no_longer() {
    let house = House::new().await;
    house.ask(cell(1)).await.expect("an answer");
    house.until(cell(1), "frozen").await;
    house.pages.wish(cell(1), KEPT);
    house.fleet.wishes_changed(cell(1));
    house.until(cell(1), "running").await;
    time::sleep(LONG).await;
    assert_eq!(house.state(cell(1)).await, "running");
    house.pages.wish(cell(1), RestWishes::default());
    house.fleet.wishes_changed(cell(1));
    house.until(cell(1), "absent").await;
    assert_eq!(house.host.engine.starts_of(cell(1)), 1);
}

#[tokio::test(start_paused = true)]
async fn a_cell_that_is_kept_awake_makes_no_room_unless_that_is_not_allowed() {
    let settings = Settings { host_memory_mib: 2_048, memory_limit_mib: 2_048, ..Settings::default() };
    let house = House::with(settings).await;
    house.ask(cell(1)).await.expect("an answer");
    house.pages.wish(cell(1), KEPT);
    house.fleet.wishes_changed(cell(1));
    until(|| house.fleet.statuses().iter().any(|it| it.rest.keep_awake)).await;
    let waiting = house.send(cell(2), "/say");
    time::sleep(LONG / 20).await;
    assert_eq!(house.state(cell(1)).await, "running");
    assert!(!waiting.is_finished());
    house.settings.send_modify(|it| it.keep_awake_allowed = false);
    waiting.await.expect("no panic").expect("an answer");
    assert!(!house.has_container(cell(1)));
}

#[tokio::test(start_paused = true)]
async fn an_owners_own_idle_timeout_holds_also_for_a_cell_that_runs_already() {
    let house = House::new().await;
    house.ask(cell(1)).await.expect("an answer");
    house.pages.wish(cell(1), RestWishes { keep_awake: false, idle_timeout_secs: Some(60) });
    house.fleet.wishes_changed(cell(1));
    time::sleep(Duration::from_secs(90)).await;
    assert_eq!(house.state(cell(1)).await, "absent");
}
