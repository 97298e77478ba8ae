//! What the fleet counts of itself.

use std::time::Duration;

use mosaic_docker::Script;
use prometheus_client::{encoding::prometheus_text, registry::Registry};
use tokio::time;

use super::house::{House, cell, until};

/// The fleet's series, as somebody who watches sees them.
struct Watch(Registry);

impl Watch {
    fn over(house: &House) -> Self {
        let mut registry = Registry::default();
        house.fleet.describe(&mut registry);
        Self(registry)
    }

    /// The series of that name with these labels, as they are written; nothing where there is none.
    fn read(&self, series: &str) -> Option<f64> {
        let mut text = String::new();
        prometheus_text::encode(&mut text, &self.0).expect("a string takes it");
        let line = text.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '))?;
        Some(line.parse().expect("a number"))
    }
}

#[tokio::test(start_paused = true)]
async fn a_wake_is_counted_with_the_time_that_each_of_its_phases_took() {
    let house = House::new().await;
    house.settings.send_modify(|it| it.concurrent_starts = 1);
    house.host.engine.script(Script::works().start_takes(Duration::from_secs(3)));
    let watch = Watch::over(&house);
    let (first, second) = (house.send(cell(1), "/say"), house.send(cell(2), "/say"));
    until(|| watch.read("wake_queue_cells") == Some(1.0)).await;
    assert_eq!(watch.read("cells{state=\"starting\"}"), Some(2.0));
    assert_eq!(watch.read("held_requests"), Some(2.0));
    for answer in [first, second] {
        drop(answer.await.expect("no panic").expect("an answer"));
    }
    assert_eq!(watch.read("wakes_total{from=\"asleep\",outcome=\"ready\"}"), Some(2.0));
    assert_eq!(watch.read("wake_seconds_count{from=\"asleep\"}"), Some(2.0));
    let spent = |phase| watch.read(&format!("wake_phase_seconds_sum{{phase=\"{phase}\"}}")).expect("a time");
    assert!((3.0..3.5).contains(&spent("queued")), "the second waited for the first: {}", spent("queued"));
    assert!((6.0..6.5).contains(&spent("creating")), "{}", spent("creating"));
    assert_eq!(watch.read("wake_queue_cells"), Some(0.0));
    let ok = "engine_call_seconds_count{call=\"start\",outcome=\"ok\"}";
    assert_eq!(watch.read(ok), Some(2.0));
}

#[tokio::test(start_paused = true)]
async fn a_wake_from_the_cold_is_counted_apart() {
    let house = House::new().await;
    let watch = Watch::over(&house);
    house.ask(cell(1)).await.expect("an answer");
    house.until(cell(1), "frozen").await;
    assert_eq!(watch.read("cells{state=\"frozen\"}"), Some(1.0));
    house.ask(cell(1)).await.expect("an answer");
    assert_eq!(watch.read("wakes_total{from=\"frozen\",outcome=\"ready\"}"), Some(1.0));
}

#[tokio::test(start_paused = true)]
async fn deaths_are_counted_by_what_they_were_of_and_whether_the_cell_was_given_up() {
    let house = House::new().await;
    let watch = Watch::over(&house);
    house.host.engine.script(Script::dies_after(Duration::ZERO, 3));
    house.ask(cell(1)).await.expect_err("it never starts");
    let again = house.host.engine.starts_of(cell(1)) - 1;
    let again = f64::from(u32::try_from(again).expect("a few"));
    assert_eq!(watch.read("restarts_total{reason=\"exit\"}"), Some(again));
    assert_eq!(watch.read("quarantines_total{reason=\"exit\"}"), Some(1.0));
    assert_eq!(watch.read("restarts_total{reason=\"signal\"}"), Some(0.0), "it begins at nothing");
    house.host.engine.script(Script::works());
    house.ask(cell(2)).await.expect("an answer");
    house.host.kill(cell(2), 137);
    until(|| watch.read("restarts_total{reason=\"signal\"}") == Some(1.0)).await;
}

#[tokio::test(start_paused = true)]
async fn leases_findings_and_messages_are_counted_and_nothing_stays_unread() {
    let house = House::new().await;
    let watch = Watch::over(&house);
    let streaming = house.forward(cell(1), "/stream").await.expect("a head");
    assert_eq!(watch.read("leases"), Some(1.0));
    drop(streaming);
    assert_eq!(watch.read("leases"), Some(0.0));
    let ours = watch.read("reconcile_findings_total{finding=\"ours\"}").expect("a count");
    house.fleet.reconcile();
    let more = |it: &f64| *it > ours;
    until(|| watch.read("reconcile_findings_total{finding=\"ours\"}").as_ref().is_some_and(more)).await;
    time::sleep(Duration::from_secs(1)).await;
    for actor in ["cell", "registry"] {
        let unread = format!("actor_mailbox_messages{{actor=\"{actor}\"}}");
        assert_eq!(watch.read(&unread), Some(0.0), "{actor}");
        let handled = format!("actor_handling_seconds_count{{actor=\"{actor}\"}}");
        assert!(watch.read(&handled) > Some(1.0), "{actor}");
    }
    house.fleet.close().await;
}
