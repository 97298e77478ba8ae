//! A configuration that no gateway starts with: the last one that was healthy stands in for it, once.

use std::time::Duration;

use mosaic_docker::Script;
use tokio::time;

use super::house::{House, cell};
use crate::FleetError;

/// Longer than a gateway takes to be believed well.
const WELL: Duration = Duration::from_secs(15);
/// Longer than the fleet leaves between two looks at everything.
const NEXT_LOOK: Duration = Duration::from_secs(90);

/// A cell that is well, whose owner then wants a configuration that no gateway starts with.
async fn with_a_refused_change() -> House {
    let house = House::new().await;
    house.ask(cell(1)).await.expect("an answer");
    time::sleep(WELL).await;
    house.pages.change(cell(1));
    house.pages.spoil(cell(1));
    house.fleet.config_changed(cell(1));
    house.until(cell(1), "absent").await;
    house
}

#[tokio::test(start_paused = true)]
async fn a_refused_configuration_is_stood_in_for_by_the_last_healthy_one_until_something_changes() {
    let house = with_a_refused_change().await;
    house.ask(cell(1)).await.expect("an answer all the same");
    assert_eq!(house.host.engine.starts_of(cell(1)), 3, "the wanted one was tried, and then one more");
    assert_eq!(house.pages.started_with(cell(1)).0, 0);
    house.fleet.config_changed(cell(1));
    time::sleep(NEXT_LOOK).await;
    assert_eq!(house.state(cell(1)).await, "running", "it is no change that what is wanted was refused");

    house.fleet.stop(cell(1)).await.expect("stopped");
    house.ask(cell(1)).await.expect("an answer");
    assert_eq!(house.host.engine.starts_of(cell(1)), 4, "what was refused is not tried at every start");

    house.change_config(cell(1));
    house.until(cell(1), "absent").await;
    house.ask(cell(1)).await.expect("an answer");
    assert_eq!(house.pages.started_with(cell(1)).0, 2);
    house.host.assert_sound();
}

#[tokio::test(start_paused = true)]
async fn where_the_stand_in_is_refused_too_the_cell_is_given_up() {
    let house = House::new().await;
    house.ask(cell(1)).await.expect("an answer");
    time::sleep(WELL).await;
    // A new image, say, that takes neither.
    house.pages.spoil(cell(1));
    house.pages.change(cell(1));
    house.pages.spoil(cell(1));
    house.fleet.config_changed(cell(1));
    house.until(cell(1), "absent").await;
    let refused = house.ask(cell(1)).await.expect_err("nothing starts");
    assert!(matches!(refused, FleetError::Quarantined { .. }), "{refused}");
    time::sleep(NEXT_LOOK).await;
    house.ask(cell(1)).await.expect_err("still");
    assert_eq!(house.host.engine.starts_of(cell(1)), 3);
}

#[tokio::test(start_paused = true)]
async fn what_was_never_healthy_stands_in_for_nothing() {
    let house = House::new().await;
    house.ask(cell(1)).await.expect("an answer");
    // It was stopped before it was believed well.
    house.change_config(cell(1));
    house.pages.spoil(cell(1));
    house.until(cell(1), "absent").await;
    let refused = house.ask(cell(1)).await.expect_err("nothing is known to start");
    assert!(matches!(refused, FleetError::Quarantined { .. }), "{refused}");
    assert_eq!(house.host.engine.starts_of(cell(1)), 2);
}

#[tokio::test(start_paused = true)]
async fn asked_to_try_again_it_tries_what_is_wanted() {
    let house = with_a_refused_change().await;
    house.ask(cell(1)).await.expect("an answer");
    house.pages.mend(cell(1));
    house.fleet.retry(cell(1)).await.expect("asked");
    house.fleet.stop(cell(1)).await.expect("stopped");
    house.ask(cell(1)).await.expect("an answer");
    assert_eq!(house.pages.started_with(cell(1)).0, 1);
}

#[tokio::test(start_paused = true)]
async fn a_state_directory_that_cannot_be_used_is_no_reason_to_fall_back() {
    let house = House::new().await;
    house.ask(cell(1)).await.expect("an answer");
    time::sleep(WELL).await;
    house.change_config(cell(1));
    house.until(cell(1), "absent").await;
    let script = Script::dies_after(Duration::ZERO, 78).says(&["Error: EACCES: permission denied, mkdir"]);
    house.host.engine.script(script);
    let refused = house.ask(cell(1)).await.expect_err("it cannot start");
    assert!(refused.to_string().contains("state directory"), "{refused}");
    assert_eq!(house.host.engine.starts_of(cell(1)), 2);
}
