//! The memory of a host, and who makes room in it.

use std::time::Duration;

use mosaic_docker::Script;
use mosaic_model::{CellId, Settings};
use tokio::time;

use super::house::{House, cell, read, until};

const LIMIT: u32 = 2_048;

/// A house with room for so many cells.
async fn house(cells: u32) -> House {
    House::with(Settings { memory_limit_mib: LIMIT, host_memory_mib: cells * LIMIT, ..Settings::default() })
        .await
}

async fn waits(house: &House, cell: CellId) -> bool {
    house.fleet.status(cell).await.expect("it answers").waits_for_memory
}

#[tokio::test(start_paused = true)]
async fn a_wake_that_does_not_fit_has_the_longest_idle_frozen_cell_stopped() {
    let house = house(3).await;
    for number in [2, 1, 3] {
        house.ask(cell(number)).await.expect("an answer");
        time::sleep(Duration::from_mins(2)).await;
    }
    for number in [2, 1] {
        house.until(cell(number), "frozen").await;
    }
    assert_eq!(house.state(cell(3)).await, "running", "idle, and not for long enough");
    house.ask(cell(4)).await.expect("an answer");
    assert_eq!(house.state(cell(2)).await, "absent");
    assert_eq!(house.state(cell(1)).await, "frozen");
    house.ask(cell(2)).await.expect("an answer");
    assert_eq!(house.state(cell(1)).await, "absent");
    assert!(house.has_container(cell(3)) && house.host.engine.has_volume(cell(1)));
    house.host.assert_sound();
}

#[tokio::test(start_paused = true)]
async fn nobody_in_use_makes_room_and_whoever_waits_is_told_so_and_served_in_turn() {
    let house = house(1).await;
    let streaming = house.forward(cell(1), "/stream").await.expect("a head");
    let second = house.send(cell(2), "/say");
    until(|| house.fleet.world.room.has_waiting(cell(2))).await;
    let third = house.send(cell(3), "/say");
    time::sleep(Duration::from_mins(10)).await;
    assert!(waits(&house, cell(2)).await && waits(&house, cell(3)).await && !waits(&house, cell(1)).await);
    assert!(!house.has_container(cell(2)) && !house.has_container(cell(3)));
    drop(streaming);
    for waiting in [second, third] {
        let answer = waiting.await.expect("no panic").expect("an answer");
        assert_eq!(read(answer).await.expect("whole"), "hello");
    }
    let heard: Vec<CellId> = house.host.heard().into_iter().map(|it| it.cell).collect();
    assert_eq!(heard, [cell(1), cell(2), cell(3)]);
    assert!(!waits(&house, cell(3)).await);
}

#[tokio::test(start_paused = true)]
async fn a_smaller_budget_holds_for_cells_that_are_there_already_and_for_adopted_ones() {
    let house = house(3).await;
    for number in 1..=3 {
        house.ask(cell(number)).await.expect("an answer");
        time::sleep(Duration::from_secs(5)).await;
    }
    let house = house.restart().await;
    for number in 1..=3 {
        house.until(cell(number), "running").await;
    }
    house.settings.send_modify(|it| it.host_memory_mib = LIMIT);
    until(|| !house.has_container(cell(1)) && !house.has_container(cell(2))).await;
    time::sleep(Duration::from_mins(5)).await;
    assert!(house.has_container(cell(3)), "no more go than must");
}

#[tokio::test(start_paused = true)]
async fn whoever_leaves_while_it_waits_for_room_takes_none() {
    let house = house(1).await;
    house.host.engine.script_for(cell(1), Script::works().stop_takes(Duration::from_secs(5)));
    house.ask(cell(1)).await.expect("an answer");
    let asked = house.send(cell(2), "/say");
    until(|| house.fleet.statuses().iter().any(|it| it.cell == cell(2) && it.waits_for_memory)).await;
    house.fleet.stop(cell(2)).await.expect("stopped");
    assert!(asked.await.expect("no panic").is_err());
    assert!(!waits(&house, cell(2)).await);
    house.ask(cell(3)).await.expect("the room is free");
}

#[tokio::test(start_paused = true)]
async fn a_cell_that_was_given_up_takes_no_memory_from_others() {
    let house = house(1).await;
    house.host.engine.script_for(cell(1), Script::dies_after(Duration::ZERO, 1));
    house.ask(cell(1)).await.expect_err("it never starts");
    house.until(cell(1), "quarantined").await;
    house.ask(cell(2)).await.expect("an answer");
    assert_eq!(house.state(cell(1)).await, "quarantined");
}
