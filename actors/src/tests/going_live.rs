//! A change that a running gateway can take up goes live; one that it cannot waits, or is brought at once.

use std::time::Duration;

use mosaic_docker::{Call, EngineError};
use mosaic_model::Served;
use tokio::time;

use super::house::{House, cell, read, until};

/// Longer than the fleet leaves between two looks at everything.
const NEXT_LOOK: Duration = Duration::from_secs(90);
/// Shorter than that, and than any idleness: only what was asked for happens within it.
const AT_ONCE: Duration = Duration::from_secs(5);

impl House {
    /// The cell's owner wants another configuration, which takes this, and the fleet is told.
    fn change_to(&self, number: u128, takes: Served) {
        self.pages.change_to(cell(number), takes);
        self.fleet.config_changed(cell(number));
    }

    fn refreshes(&self) -> usize {
        let is_one = |call: &&Call| matches!(call, Call::RefreshConfig { .. });
        self.host.engine.calls().iter().filter(is_one).count()
    }
}

#[tokio::test(start_paused = true)]
async fn a_change_that_can_goes_live_and_cuts_no_stream() {
    let house = House::new().await;
    let streaming = house.forward(cell(1), "/stream").await.expect("a head");
    let container = house.host.engine.container(cell(1)).expect("it runs").container;
    house.change_to(1, Served::Live);
    until(|| house.pages.compare(cell(1)) == Served::Wanted).await;
    assert_eq!(house.leases(cell(1)), 1, "the stream goes on");
    house.host.finish_streams();
    assert_eq!(read(streaming).await.expect("whole"), "hello and good bye");
    time::sleep(AT_ONCE).await;
    assert_eq!(house.state(cell(1)).await, "running");
    assert_eq!(house.host.engine.container(cell(1)).expect("it runs").container, container);
    assert_eq!((house.host.engine.starts_of(cell(1)), house.refreshes()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn who_asks_after_a_change_is_answered_by_a_gateway_that_has_it() {
    let house = House::new().await;
    house.ask(cell(1)).await.expect("an answer");
    for _ in 0..3 {
        house.change_to(1, Served::Live);
        let before = house.refreshes();
        house.ask(cell(1)).await.expect("an answer");
        assert_eq!(house.refreshes(), before + 1, "it was asked before it had been given the change");
        assert_eq!(house.pages.compare(cell(1)), Served::Wanted);
    }
    assert_eq!(house.host.engine.starts_of(cell(1)), 1);
}

#[tokio::test(start_paused = true)]
async fn a_change_that_comes_while_another_goes_live_goes_live_too() {
    let house = House::new().await;
    house.ask(cell(1)).await.expect("an answer");
    for _ in 0..5 {
        house.change_to(1, Served::Live);
        time::sleep(Duration::from_millis(1)).await;
    }
    until(|| house.pages.compare(cell(1)) == Served::Wanted).await;
    time::sleep(AT_ONCE).await;
    assert_eq!(house.pages.compare(cell(1)), Served::Wanted);
    assert_eq!(house.host.engine.starts_of(cell(1)), 1);
    // Nobody tells of this one; the next look finds it.
    house.pages.change_to(cell(1), Served::Live);
    time::sleep(NEXT_LOOK).await;
    assert_eq!(house.pages.compare(cell(1)), Served::Wanted);
}

#[tokio::test(start_paused = true)]
async fn a_change_that_could_not_go_live_is_told_with_the_reason_and_tried_again() {
    let house = House::new().await;
    house.ask(cell(1)).await.expect("an answer");
    // It was compared when it became ready.
    time::sleep(AT_ONCE).await;
    let fault = EngineError::Refused("Mosaic refused its token".to_owned());
    house.host.engine.fail_next(|call| matches!(call, Call::RefreshConfig { .. }), fault);
    house.change_to(1, Served::Live);
    until(|| house.pages.failure(cell(1)).is_some()).await;
    assert_eq!(house.pages.failure(cell(1)).as_deref(), Some("Mosaic refused its token"));
    assert_eq!(house.state(cell(1)).await, "running", "it goes on with what it has");
    time::sleep(NEXT_LOOK).await;
    assert_eq!(house.pages.compare(cell(1)), Served::Wanted);
    assert_eq!(house.pages.failure(cell(1)), None);
}

#[tokio::test(start_paused = true)]
async fn a_key_that_is_replaced_waits_for_the_open_stream_unless_its_owner_asks() {
    let house = House::new().await;
    for number in [1, 2] {
        let streaming = house.forward(cell(number), "/stream").await.expect("a head");
        house.change_to(number, Served::Outdated);
        time::sleep(NEXT_LOOK).await;
        assert_eq!(house.state(cell(number)).await, "running", "an open stream goes on");
        if number == 1 {
            house.host.finish_streams();
            assert_eq!(read(streaming).await.expect("whole"), "hello and good bye");
        } else {
            house.fleet.apply_config(cell(number));
            assert!(read(streaming).await.is_err(), "it was cut, and does not look whole");
        }
        time::sleep(AT_ONCE).await;
        assert_eq!(house.state(cell(number)).await, "absent");
        house.ask(cell(number)).await.expect("an answer");
        assert_eq!(house.pages.compare(cell(number)), Served::Wanted);
    }
    assert_eq!(house.refreshes(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_key_that_its_owner_deletes_is_used_no_more_from_then_on() {
    let house = House::new().await;
    let streaming = house.forward(cell(1), "/stream").await.expect("a head");
    let other = house.forward(cell(2), "/stream").await.expect("a head");
    house.change_to(1, Served::Revoked);
    assert_ne!(read(streaming).await.expect("it ends, early"), "hello and good bye");
    time::sleep(AT_ONCE).await;
    assert_eq!(house.state(cell(1)).await, "absent");
    assert_eq!(house.host.open_calls(), 1, "its gateway has nothing left to answer");
    house.host.finish_streams();
    assert_eq!(read(other).await.expect("whole"), "hello and good bye", "another's goes on");
    assert_eq!(house.ask(cell(1)).await.expect("an answer"), "hello", "a later one is not cut");
    assert_eq!(house.pages.compare(cell(1)), Served::Wanted);
}
