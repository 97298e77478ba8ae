//! Cells of people who are shut out, and of those who leave for good.

use std::time::Duration;

use mosaic_docker::{Call, Script};
use tokio::time;

use super::{
    gateway::{Door, Manner},
    house::{House, cell, read, until},
};
use crate::FleetError;

#[tokio::test(start_paused = true)]
async fn an_erased_cell_leaves_nothing_and_another_ones_stays() {
    let house = House::new().await;
    let streaming = house.forward(cell(1), "/stream").await.expect("a head");
    house.ask(cell(2)).await.expect("an answer");
    house.fleet.erase(cell(1)).await.expect("erased");
    assert!(!house.has_container(cell(1)) && !house.host.engine.has_volume(cell(1)));
    assert!(house.has_container(cell(2)) && house.host.engine.has_volume(cell(2)));
    read(streaming).await.expect_err("the stream is cut");
    until(|| house.fleet.statuses().len() == 1).await;
    house.fleet.erase(cell(1)).await.expect("again does no harm");
    assert!(!house.fleet.world.has_gate(cell(1)), "nothing of it is kept in memory");
    house.fleet.erase(cell(7)).await.expect("what never was is erased already");
    house.host.assert_sound();
}

#[tokio::test(start_paused = true)]
async fn nothing_wakes_a_barred_cell_until_the_bar_is_lifted() {
    let house = House::new().await;
    let streaming = house.forward(cell(1), "/stream").await.expect("a head");
    house.fleet.bar(cell(1));
    house.fleet.stop(cell(1)).await.expect("stopped, though it is leased");
    read(streaming).await.expect_err("the stream is cut");
    let calls = house.host.engine.calls().len();
    assert_eq!(house.forward(cell(1), "/say").await.map(|_| ()), Err(FleetError::Barred));
    assert_eq!(house.host.engine.calls().len(), calls, "no actor was asked");
    house.fleet.retry(cell(1)).await.expect("told");
    house.fleet.config_changed(cell(1));
    time::sleep(Duration::from_hours(2)).await;
    assert_eq!(house.host.engine.starts_of(cell(1)), 1);
    assert!(house.host.engine.has_volume(cell(1)), "its memory stays");
    house.fleet.unbar(cell(1));
    house.ask(cell(1)).await.expect("an answer");
}

#[tokio::test(start_paused = true)]
async fn a_barred_cell_that_failed_is_not_tried_again() {
    let house = House::new().await;
    for (number, exit_code) in [(1, 1), (2, 78)] {
        house.host.engine.script_for(cell(number), Script::dies_after(Duration::ZERO, exit_code));
        // The request waits, or is refused: either way its caller is of no interest here.
        drop(house.send(cell(number), "/say"));
    }
    house.until(cell(1), "failed").await;
    house.until(cell(2), "quarantined").await;
    for number in [1, 2] {
        house.fleet.bar(cell(number));
        house.fleet.stop(cell(number)).await.expect("stopped");
    }
    let starts = |number| house.host.engine.starts_of(cell(number));
    let before = [starts(1), starts(2)];
    house.fleet.retry(cell(1)).await.expect("told");
    house.fleet.retry(cell(2)).await.expect("told");
    time::sleep(Duration::from_hours(2)).await;
    assert_eq!([starts(1), starts(2)], before);
}

#[tokio::test(start_paused = true)]
async fn a_request_that_was_let_in_before_the_bar_does_not_wake_the_cell_after() {
    let house = House::new().await;
    house.ask(cell(1)).await.expect("an answer");
    time::sleep(Duration::from_secs(5)).await;
    house.host.behave(cell(1), Manner { door: Door::Shut, ..Manner::GOOD });
    // It finds nobody, and comes back to the actor when the stop is over.
    let late = house.send(cell(1), "/say");
    time::sleep(Duration::from_millis(50)).await;
    house.fleet.bar(cell(1));
    house.fleet.stop(cell(1)).await.expect("stopped");
    house.host.behave(cell(1), Manner::GOOD);
    let refused = late.await.expect("no panic").map(|_| ());
    assert!(matches!(refused, Err(FleetError::Barred | FleetError::Stopped)), "{refused:?}");
    time::sleep(Duration::from_hours(1)).await;
    assert_eq!(house.host.engine.starts_of(cell(1)), 1);
}

#[tokio::test(start_paused = true)]
async fn a_barred_cell_that_is_found_running_is_stopped() {
    let house = House::new().await;
    house.ask(cell(1)).await.expect("an answer");
    house.ask(cell(2)).await.expect("an answer");
    house.host.engine.set_reachable(false);
    let house = house.restart().await;
    house.fleet.bar(cell(1));
    house.host.engine.set_reachable(true);
    house.until(cell(2), "running").await;
    until(|| !house.has_container(cell(1))).await;
    assert!(house.has_container(cell(2)));
    house.host.assert_sound();
}

#[tokio::test(start_paused = true)]
async fn an_engine_that_is_away_is_said_at_once_and_the_next_try_erases() {
    let house = House::new().await;
    house.ask(cell(1)).await.expect("an answer");
    house.host.engine.set_reachable(false);
    let begun = time::Instant::now();
    let refused = house.fleet.erase(cell(1)).await;
    assert!(matches!(refused, Err(FleetError::Engine(_))), "{refused:?}");
    assert!(begun.elapsed() < Duration::from_secs(1));
    assert_eq!(house.forward(cell(1), "/say").await.map(|_| ()), Err(FleetError::Barred), "it stays barred");
    house.host.engine.set_reachable(true);
    house.fleet.erase(cell(1)).await.expect("erased");
    assert!(!house.has_container(cell(1)) && !house.host.engine.has_volume(cell(1)));

    // It can also go away in the middle.
    house.ask(cell(2)).await.expect("an answer");
    let away = mosaic_docker::EngineError::Unreachable("gone".to_owned());
    house.host.engine.fail_next(|call| matches!(call, Call::Erase { .. }), away);
    let refused = house.fleet.erase(cell(2)).await;
    assert!(matches!(refused, Err(FleetError::Engine(_))), "{refused:?}");
    assert!(house.host.engine.has_volume(cell(2)));
    house.fleet.erase(cell(2)).await.expect("erased");
    assert!(!house.host.engine.has_volume(cell(2)));
}

#[tokio::test(start_paused = true)]
async fn a_cell_is_erased_in_whatever_state_and_its_actor_writes_nothing_afterwards() {
    let house = House::new().await;
    let dies = |code| Script::dies_after(Duration::ZERO, code);
    house.host.engine.script_for(cell(1), Script::works().start_takes(Duration::from_secs(3)));
    house.host.engine.script_for(cell(2), dies(1));
    house.host.engine.script_for(cell(3), dies(78));
    let waiting: Vec<_> = (1..=3).map(|number| house.send(cell(number), "/say")).collect();
    house.until(cell(1), "starting").await;
    house.until(cell(2), "failed").await;
    house.until(cell(3), "quarantined").await;
    for number in 1..=3 {
        house.fleet.erase(cell(number)).await.expect("erased");
    }
    for request in waiting {
        request.await.expect("no panic").expect_err("refused");
    }
    // Whoever erased them removes their rows now: an actor that still wrote would bring one back.
    let rows = [1, 2, 3].map(|number| house.pages.take(cell(number)));
    assert!(rows.iter().all(Option::is_some));
    time::sleep(Duration::from_hours(2)).await;
    for number in 1..=3 {
        assert!(house.pages.row(cell(number)).is_none(), "{number}");
        assert!(
            !house.has_container(cell(number)) && !house.host.engine.has_volume(cell(number)),
            "{number}"
        );
    }
    assert!(house.fleet.statuses().is_empty(), "{:?}", house.fleet.statuses());
    house.host.assert_sound();
}
