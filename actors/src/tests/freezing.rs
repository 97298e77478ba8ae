//! Cells that nobody uses for a while are frozen, and back at once.

use std::time::Duration;

use mosaic_docker::{Engine, Script};
use mosaic_model::State;
use tokio::time::{self, Instant};

use super::{
    gateway::Manner,
    house::{House, cell, read, until},
    rest::Rest,
};

/// Past the time after which an idle cell is frozen, and before it is stopped.
const A_WHILE: Duration = Duration::from_mins(15);
const SECOND: Duration = Duration::from_secs(1);

/// A house whose first cell has answered and is frozen.
async fn frozen() -> House {
    let house = House::new().await;
    house.ask(cell(1)).await.expect("an answer");
    house.until(cell(1), "frozen").await;
    house
}

fn container(house: &House) -> String {
    house.host.engine.container(cell(1)).expect("it is there").container
}

#[tokio::test(start_paused = true)]
async fn an_idle_cell_is_frozen_and_the_next_request_is_answered_by_the_same_container() {
    let house = frozen().await;
    let before = container(&house);
    assert!(house.host.is_frozen(cell(1)) && house.host.is_resting(cell(1)));
    let asked = Instant::now();
    house.ask(cell(1)).await.expect("an answer");
    assert!(asked.elapsed() < SECOND, "a thaw is no start");
    assert_eq!(container(&house), before);
    assert_eq!(house.host.engine.starts_of(cell(1)), 1);
    // And so again, until nobody comes for long enough.
    house.until(cell(1), "frozen").await;
    house.until(cell(1), "absent").await;
    assert!(!house.has_container(cell(1)) && house.host.engine.has_volume(cell(1)));
    house.host.assert_sound();
}

#[tokio::test(start_paused = true)]
async fn a_leased_cell_is_never_frozen() {
    let house = House::new().await;
    let streaming = house.forward(cell(1), "/stream").await.expect("a head");
    time::sleep(A_WHILE * 10).await;
    assert_eq!(house.state(cell(1)).await, "running");
    assert!(!house.host.is_resting(cell(1)));
    drop(streaming);
    house.until(cell(1), "frozen").await;
}

#[tokio::test(start_paused = true)]
async fn requests_that_meet_a_cell_on_its_way_into_the_cold_are_answered_in_order() {
    let house = House::new().await;
    house.host.engine.script(Script::works().pause_takes(SECOND * 5));
    house.ask(cell(1)).await.expect("an answer");
    house.until(cell(1), "freezing").await;
    let asked = ["/say/1", "/say/2", "/say/3"].map(|path| house.send(cell(1), path));
    for answer in asked {
        let answer = answer.await.expect("no panic").expect("an answer");
        assert_eq!(read(answer).await.expect("whole"), "hello");
    }
    let heard: Vec<String> = house.host.heard().into_iter().map(|it| it.path).collect();
    assert_eq!(heard, ["/say", "/say/1", "/say/2", "/say/3"]);
    assert_eq!(house.host.engine.starts_of(cell(1)), 1);
    house.host.assert_sound();
}

#[tokio::test(start_paused = true)]
async fn a_busy_gateway_is_left_alone_and_its_owner_sees_what_it_does() {
    let house = House::new().await;
    house.host.behave(cell(1), Manner { rest: Rest::Busy, ..Manner::GOOD });
    house.ask(cell(1)).await.expect("an answer");
    time::sleep(A_WHILE * 10).await;
    let status = house.fleet.status(cell(1)).await.expect("it answers");
    assert_eq!(status.state.name(), "running", "neither frozen nor stopped");
    assert_eq!(status.busy_with[0].message, "1 active run");
    let written = house.pages.row(cell(1)).expect("a row").state;
    assert!(matches!(written, State::Running { .. }), "being asked is no state to write down: {written:?}");
    house.host.behave(cell(1), Manner::GOOD);
    house.until(cell(1), "absent").await;
}

#[tokio::test(start_paused = true)]
async fn a_gateway_that_promises_nothing_is_stopped_when_its_time_is_up_and_never_frozen() {
    for rest in [Rest::Unknown, Rest::Speechless] {
        let house = House::new().await;
        house.host.behave(cell(1), Manner { rest, ..Manner::GOOD });
        house.ask(cell(1)).await.expect("an answer");
        time::sleep(A_WHILE).await;
        assert_eq!(house.state(cell(1)).await, "running", "{rest:?}");
        assert!(!house.host.is_resting(cell(1)), "a promise that nobody heard was taken back");
        house.ask(cell(1)).await.expect("an answer");
        time::sleep(A_WHILE * 3).await;
        assert_eq!(house.state(cell(1)).await, "absent", "{rest:?}");
        house.host.assert_sound();
    }
}

#[tokio::test(start_paused = true)]
async fn an_engine_that_does_not_pause_costs_nobody_anything() {
    let house = House::new().await;
    house.ask(cell(1)).await.expect("an answer");
    let error = mosaic_docker::EngineError::Refused("no freezer".to_owned());
    house.host.engine.fail_next(|call| matches!(call, mosaic_docker::Call::Pause { .. }), error);
    time::sleep(A_WHILE).await;
    assert_eq!(house.state(cell(1)).await, "running");
    house.ask(cell(1)).await.expect("an answer");
    assert_eq!(house.host.engine.starts_of(cell(1)), 1);
    house.host.assert_sound();
}

#[tokio::test(start_paused = true)]
async fn a_death_in_the_cold_is_noticed_and_the_next_request_starts_it_anew() {
    let house = frozen().await;
    house.host.kill(cell(1), 137);
    house.until(cell(1), "absent").await;
    assert!(!house.has_container(cell(1)));
    house.ask(cell(1)).await.expect("an answer");
    // One that goes while nobody hears of it is found at a look.
    house.until(cell(1), "frozen").await;
    house.host.engine.break_events();
    house.host.engine.remove_behind_our_back(cell(1));
    time::sleep(Duration::from_mins(2)).await;
    assert_eq!(house.state(cell(1)).await, "absent");
    assert!(house.pages.row(cell(1)).expect("a row").deaths.is_empty(), "it is no fault of the gateway");
}

#[tokio::test(start_paused = true)]
async fn mosaics_end_leaves_a_frozen_cell_frozen_and_the_next_one_thaws_it() {
    for remembered in [true, false] {
        let house = House::new().await;
        house.ask(cell(1)).await.expect("an answer");
        house.pages.set_writable(remembered);
        house.until(cell(1), "frozen").await;
        let before = container(&house);
        time::sleep(SECOND).await;
        house.fleet.close().await;
        assert!(house.host.is_frozen(cell(1)));
        house.pages.set_writable(true);
        let house = house.restart().await;
        house.until(cell(1), "frozen").await;
        assert!(house.host.is_frozen(cell(1)), "to be looked at wakes nobody");
        house.ask(cell(1)).await.expect("an answer");
        assert_eq!(container(&house), before);
        house.until(cell(1), "absent").await;
        house.host.assert_sound();
    }
}

#[tokio::test(start_paused = true)]
async fn an_actor_that_dies_on_the_way_into_the_cold_or_back_loses_no_request() {
    for takes in [0, 1, 3] {
        let house = House::new().await;
        house.host.engine.script(Script::works().pause_takes(SECOND * takes));
        house.ask(cell(1)).await.expect("an answer");
        until(|| house.host.is_resting(cell(1))).await;
        house.fleet.world.actor(cell(1)).expect("it lives").kill();
        house.ask(cell(1)).await.expect("an answer from what was suspended");
        house.until(cell(1), "frozen").await;
        let waiting = house.send(cell(1), "/say");
        until(|| {
            house.host.engine.calls().iter().any(|it| matches!(it, mosaic_docker::Call::Unpause { .. }))
        })
        .await;
        house.fleet.world.actor(cell(1)).expect("it lives").kill();
        waiting.await.expect("no panic").expect("an answer");
        assert_eq!(house.host.engine.starts_of(cell(1)), 1);
        house.host.assert_sound();
    }
}

#[tokio::test(start_paused = true)]
async fn a_changed_configuration_ends_a_frozen_cell() {
    let house = frozen().await;
    house.change_config(cell(1));
    house.until(cell(1), "absent").await;
    house.ask(cell(1)).await.expect("an answer");
    house.until(cell(1), "frozen").await;
    // Nobody tells: it is found at the next look.
    house.pages.change(cell(1));
    time::sleep(Duration::from_mins(2)).await;
    assert_eq!(house.state(cell(1)).await, "absent");
}

#[tokio::test(start_paused = true)]
async fn what_an_operator_pauses_or_lets_go_on_is_put_right() {
    let house = frozen().await;
    house.host.unpause(cell(1)).await.expect("it goes on");
    time::sleep(Duration::from_mins(2)).await;
    assert_eq!(house.state(cell(1)).await, "running");
    assert!(!house.host.is_resting(cell(1)));
    house.host.engine.pause(cell(1)).await.expect("it is paused");
    house.until(cell(1), "running").await;
    house.ask(cell(1)).await.expect("an answer");
    assert_eq!(house.host.engine.starts_of(cell(1)), 1);
}

#[tokio::test(start_paused = true)]
async fn a_stop_reaches_a_frozen_cell() {
    let house = frozen().await;
    house.fleet.stop(cell(1)).await.expect("stopped");
    assert!(!house.has_container(cell(1)));
}
