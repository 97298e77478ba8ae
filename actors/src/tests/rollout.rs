//! Another image: each cell goes over to it when nobody uses it, and back if it is not well with it.

use std::time::Duration;

use mosaic_docker::{EngineError, Script};
use mosaic_model::{ImageName, Settings};
use tokio::time;

use super::{
    gateway::Manner,
    house::{House, cell, read},
};

/// Longer than a gateway takes to be believed well.
const WELL: Duration = Duration::from_secs(15);
/// Longer than the fleet leaves between two looks at everything.
const NEXT_LOOK: Duration = Duration::from_secs(90);

fn image(name: &str) -> ImageName {
    ImageName::parse(name).expect("a name")
}

/// An agent that is well with the old image.
async fn with_a_healthy_cell() -> House {
    let house = House::with(Settings { image: image("old"), ..Settings::default() }).await;
    house.ask(cell(1)).await.expect("an answer");
    time::sleep(WELL).await;
    house
}

fn want(house: &House, name: &str) {
    house.settings.send_modify(|settings| settings.image = image(name));
}

fn runs_on(house: &House) -> Option<String> {
    house.host.engine.spec_of(cell(1)).map(|spec| spec.image)
}

async fn until_it_runs_on(house: &House, name: &str) {
    super::house::until(|| runs_on(house).as_deref() == Some(name)).await;
    house.until(cell(1), "running").await;
}

#[tokio::test(start_paused = true)]
async fn an_idle_cell_goes_over_to_another_image_with_its_volume_and_is_awake_again() {
    let house = with_a_healthy_cell().await;
    want(&house, "new");
    until_it_runs_on(&house, "new").await;
    assert!(house.host.engine.has_volume(cell(1)));
    time::sleep(NEXT_LOOK).await;
    assert_eq!(house.host.engine.starts_of(cell(1)), 2, "it is made anew once");
    house.host.assert_sound();
}

#[tokio::test(start_paused = true)]
async fn a_cell_in_use_keeps_its_image_until_its_last_answer_ends() {
    let house = with_a_healthy_cell().await;
    let answer = house.forward(cell(1), "/stream").await.expect("a head");
    want(&house, "new");
    time::sleep(NEXT_LOOK).await;
    assert_eq!(runs_on(&house).as_deref(), Some("old"));
    house.host.finish_streams();
    read(answer).await.expect("whole to its end");
    until_it_runs_on(&house, "new").await;
}

#[tokio::test(start_paused = true)]
async fn another_limit_or_another_way_to_wall_cells_in_is_a_rollout_too() {
    let house = with_a_healthy_cell().await;
    house.settings.send_modify(|settings| settings.pids_limit += 1);
    super::house::until(|| house.host.engine.starts_of(cell(1)) == 2).await;
    // An earlier Mosaic, which made its containers otherwise.
    house.until(cell(1), "running").await;
    let seen = house.host.engine.container(cell(1)).expect("it runs");
    house.host.put(mosaic_docker::Seen { spec: "other walls".to_owned(), ..seen });
    let house = house.restart().await;
    super::house::until(|| house.host.engine.starts_of(cell(1)) == 3).await;
    house.ask(cell(1)).await.expect("an answer");
    house.host.assert_sound();
}

#[tokio::test(start_paused = true)]
async fn a_frozen_cell_is_stopped_and_its_next_wake_has_the_other_image() {
    let house = with_a_healthy_cell().await;
    house.until(cell(1), "frozen").await;
    want(&house, "new");
    house.until(cell(1), "absent").await;
    assert!(!house.has_container(cell(1)));
    house.ask(cell(1)).await.expect("an answer");
    assert_eq!(runs_on(&house).as_deref(), Some("new"));
}

#[tokio::test(start_paused = true)]
async fn an_image_that_a_cell_is_not_well_with_goes_back_once_and_is_not_tried_again() {
    for bad in [
        Script::dies_after(Duration::ZERO, 1),
        Script::dies_after(Duration::from_secs(3), 137),
        Script::dies_after(Duration::ZERO, 78),
        Script::fails(EngineError::NoImage("new".to_owned())),
    ] {
        let house = with_a_healthy_cell().await;
        house.host.engine.script_next(cell(1), bad);
        want(&house, "new");
        super::house::until(|| house.host.engine.starts_of(cell(1)) == 3).await;
        until_it_runs_on(&house, "old").await;
        house.ask(cell(1)).await.expect("an answer all the same");
        let images = house.pages.row(cell(1)).expect("a row").images;
        assert_eq!(images.stands_in_for().map(|it| &it.image), Some(&image("new")));
        time::sleep(NEXT_LOOK).await;
        house.fleet.stop(cell(1)).await.expect("stopped");
        house.ask(cell(1)).await.expect("an answer");
        assert_eq!((runs_on(&house).as_deref(), house.host.engine.starts_of(cell(1))), (Some("old"), 4));

        want(&house, "newer");
        until_it_runs_on(&house, "newer").await;
        house.host.assert_sound();
    }
}

#[tokio::test(start_paused = true)]
async fn an_image_whose_gateway_never_becomes_ready_goes_back_too() {
    let house = with_a_healthy_cell().await;
    house.host.behave(cell(1), Manner { ready: false, ..Manner::GOOD });
    want(&house, "new");
    super::house::until(|| house.host.engine.starts_of(cell(1)) == 3).await;
    house.host.behave(cell(1), Manner::GOOD);
    until_it_runs_on(&house, "old").await;
}

#[tokio::test(start_paused = true)]
async fn a_cell_that_was_well_with_its_image_and_dies_later_is_started_again_with_it() {
    let house = with_a_healthy_cell().await;
    want(&house, "new");
    until_it_runs_on(&house, "new").await;
    time::sleep(WELL).await;
    house.host.kill(cell(1), 1);
    super::house::until(|| house.host.engine.starts_of(cell(1)) == 3).await;
    until_it_runs_on(&house, "new").await;
    assert_eq!(house.pages.row(cell(1)).expect("a row").images.failed, None);
}

#[tokio::test(start_paused = true)]
async fn an_engine_that_is_away_is_no_fault_of_the_image() {
    let house = with_a_healthy_cell().await;
    house.fleet.stop(cell(1)).await.expect("stopped");
    want(&house, "new");
    house.host.engine.set_reachable(false);
    let asked = house.send(cell(1), "/say");
    time::sleep(Duration::from_secs(150)).await;
    house.host.engine.set_reachable(true);
    let _ = asked.await.expect("no panic");
    house.fleet.retry(cell(1)).await.expect("asked");
    house.ask(cell(1)).await.expect("an answer");
    assert_eq!(runs_on(&house).as_deref(), Some("new"));
}

#[tokio::test(start_paused = true)]
async fn a_cell_that_was_given_up_is_tried_again_with_another_image() {
    let house = House::with(Settings { image: image("old"), ..Settings::default() }).await;
    house.host.engine.script(Script::dies_after(Duration::ZERO, 1).says(&["broken"]));
    house.ask(cell(1)).await.expect_err("nothing to go back to");
    house.until(cell(1), "quarantined").await;
    house.host.engine.script(Script::works());
    want(&house, "new");
    house.until(cell(1), "absent").await;
    house.ask(cell(1)).await.expect("an answer");
    assert_eq!(runs_on(&house).as_deref(), Some("new"));
}

#[tokio::test(start_paused = true)]
async fn an_admin_has_a_cell_made_anew_at_once_and_a_failed_image_tried_again() {
    let house = with_a_healthy_cell().await;
    house.host.engine.script_next(cell(1), Script::dies_after(Duration::ZERO, 1));
    want(&house, "new");
    super::house::until(|| house.host.engine.starts_of(cell(1)) == 3).await;
    until_it_runs_on(&house, "old").await;
    let cut = house.forward(cell(1), "/stream").await.expect("a head");
    house.fleet.recreate(cell(1)).await.expect("asked");
    until_it_runs_on(&house, "new").await;
    read(cut).await.expect_err("it was in use, which an admin knows");
    assert!(house.host.engine.has_volume(cell(1)));
    house.host.assert_sound();
}

#[tokio::test(start_paused = true)]
async fn an_image_that_is_wanted_in_the_middle_of_a_start_leaves_it_what_was_written_down() {
    for turns in 0..60 {
        let house = House::with(Settings { image: image("old"), ..Settings::default() }).await;
        let asked = house.send(cell(1), "/say");
        for _ in 0..turns {
            tokio::task::yield_now().await;
        }
        want(&house, "new");
        asked.await.expect("no panic").expect("an answer");
        house.host.assert_sound();
        until_it_runs_on(&house, "new").await;
    }
}
