//! What is told of the fleet, and what is ordered by hand.

use std::time::Duration;

use mosaic_docker::Script;
use mosaic_model::{CauseKind, Next, Transition};

use super::house::{House, cell, until};
use crate::{FleetEvents, FleetNews};

/// A change in three words.
fn words(step: &Transition) -> (&'static str, &'static str, &'static str) {
    (step.from.as_str(), step.to.name(), step.trigger.as_str())
}

/// The next changes; there must be some.
async fn changed(events: &mut FleetEvents) -> Vec<Transition> {
    match events.next().await.expect("the fleet goes on") {
        FleetNews::Changed(events) => events.into_iter().map(|event| event.step).collect(),
        FleetNews::Missed => panic!("nothing was missed"),
    }
}

#[tokio::test(start_paused = true)]
async fn every_change_is_told_and_kept_with_its_reason() {
    let house = House::new().await;
    let mut events = house.fleet.events(None);
    assert_eq!(events.next().await, Some(FleetNews::Missed), "nothing is known yet");
    house.ask(cell(1)).await.expect("an answer");
    house.host.kill(cell(1), 137);
    house.until(cell(1), "running").await;
    house.until(cell(1), "absent").await;
    let mut heard = Vec::new();
    while heard.len() < 8 {
        heard.extend(changed(&mut events).await);
    }
    let expected = [
        ("absent", "starting", "wake_asked"),
        ("starting", "running", "became_ready"),
        ("running", "starting", "died"),
        ("starting", "running", "became_ready"),
        ("running", "freezing", "suspend_ready"),
        ("freezing", "frozen", "paused"),
        ("frozen", "stopping", "idle"),
        ("stopping", "absent", "stopped"),
    ];
    assert_eq!(heard.iter().map(words).collect::<Vec<_>>(), expected);
    assert_eq!(
        heard[2].cause.as_ref().map(|it| (it.kind(), it.exit_code())),
        Some((CauseKind::Signal, Some(137)))
    );
    assert!(heard.is_sorted_by_key(|step| step.at));
    until(|| house.pages.history(cell(1)) == heard).await;
}

#[tokio::test(start_paused = true)]
async fn a_reader_that_comes_back_misses_nothing_and_one_that_is_too_slow_is_told() {
    let house = House::new().await;
    let mut events = house.fleet.events(None);
    events.next().await.expect("the beginning");
    house.ask(cell(1)).await.expect("an answer");
    changed(&mut events).await;
    let mark = events.mark();
    house.fleet.stop(cell(1)).await.expect("stopped");
    let mut back = house.fleet.events(Some(mark));
    assert_eq!(back.next().await, events.next().await, "both go on from the same place");

    // Nobody reads, and nobody waits for that.
    for _ in 0..300 {
        house.ask(cell(2)).await.expect("an answer");
        house.fleet.stop(cell(2)).await.expect("stopped");
    }
    assert_eq!(back.next().await, Some(FleetNews::Missed));
    house.ask(cell(3)).await.expect("an answer");
    assert_eq!(words(&changed(&mut back).await[0]), ("absent", "starting", "wake_asked"));

    let mark = back.mark();
    let house = house.restart().await;
    assert_eq!(back.next().await, None, "the fleet it read from has closed");
    let mut anew = house.fleet.events(Some(mark));
    assert_eq!(anew.next().await, Some(FleetNews::Missed), "numbers begin anew");
}

#[tokio::test(start_paused = true)]
async fn whoever_hears_of_a_change_sees_it() {
    let house = House::new().await;
    let mut events = house.fleet.events(None);
    events.next().await.expect("the beginning");
    let asked = house.send(cell(1), "/say");
    for wanted in ["starting", "running"] {
        let step = changed(&mut events).await.remove(0);
        assert_eq!((step.to.name(), house.state(cell(1)).await), (wanted, wanted));
    }
    asked.await.expect("no panic").expect("an answer");
}

#[tokio::test(start_paused = true)]
async fn a_cell_is_started_by_hand_and_rests_again_if_nobody_uses_it() {
    let house = House::new().await;
    house.fleet.wake(cell(1)).await.expect("told");
    house.until(cell(1), "running").await;
    let (_, explained) = house.fleet.explain(cell(1)).await.expect("explained");
    assert!(matches!(explained.next, Next::FreezesIdle(at) if at > house.now()), "{explained:?}");
    house.until(cell(1), "absent").await;
    assert_eq!(house.host.engine.starts_of(cell(1)), 1);
    house.host.assert_sound();
}

#[tokio::test(start_paused = true)]
async fn a_restart_by_hand_makes_another_container_whatever_state_it_finds() {
    let house = House::new().await;
    house.ask(cell(1)).await.expect("an answer");
    for starts in 2..4 {
        house.fleet.restart(cell(1)).await.expect("told");
        until(|| house.host.engine.starts_of(cell(1)) == starts).await;
        house.until(cell(1), "running").await;
    }
    house.fleet.stop(cell(1)).await.expect("stopped");
    house.fleet.restart(cell(1)).await.expect("told");
    house.until(cell(1), "running").await;
    assert_eq!(house.host.engine.starts_of(cell(1)), 4);
    house.host.assert_sound();
}

#[tokio::test(start_paused = true)]
async fn what_was_given_up_is_started_by_hand_also_after_a_restart_of_mosaic() {
    let house = House::new().await;
    house.host.engine.script(Script::dies_after(Duration::ZERO, 78));
    house.ask(cell(1)).await.expect_err("refused");
    let (_, explained) = house.fleet.explain(cell(1)).await.expect("explained");
    assert_eq!(explained.next, Next::WaitsForSomebody);
    assert_eq!(explained.why.map(|it| it.kind()), Some(CauseKind::ConfigRefused));
    until(|| house.pages.row(cell(1)).is_some_and(|it| it.state.name() == "quarantined")).await;
    house.host.engine.script(Script::works());
    let house = house.restart().await;
    house.fleet.wake(cell(1)).await.expect("told");
    house.until(cell(1), "running").await;
}

#[tokio::test(start_paused = true)]
async fn nobody_starts_the_cell_of_somebody_who_is_shut_out() {
    let house = House::new().await;
    house.fleet.bar(cell(1));
    house.fleet.wake(cell(1)).await.expect_err("barred");
    house.fleet.restart(cell(1)).await.expect_err("barred");
    let (_, explained) = house.fleet.explain(cell(1)).await.expect("explained");
    assert_eq!(explained.next, Next::StaysShutOut);
    assert_eq!(house.host.engine.starts_of(cell(1)), 0);
}
