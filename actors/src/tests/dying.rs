//! Containers that die, hang or vanish, and engines that go away.

use std::time::Duration;

use mosaic_docker::{Call, EngineError, Script};
use mosaic_model::{Cause, RestartPolicy, State};
use tokio::time::{self, Instant};

use super::{
    gateway::{Door, Manner},
    house::{House, cell, until},
};
use crate::{FleetError, cell::CellMsg};

#[tokio::test(start_paused = true)]
async fn a_container_that_dies_at_every_start_is_given_up_with_its_last_words_and_refused_at_once() {
    let house = House::new().await;
    house.host.engine.script(Script::dies_after(Duration::ZERO, 3).says(&["no such file", "good bye"]));
    let refused = house.ask(cell(1)).await.expect_err("it never starts");
    let FleetError::Quarantined { cause } = refused else { panic!("{refused}") };
    assert_eq!(cause.exit_code(), Some(3));
    assert_eq!(cause.stderr(), ["no such file", "good bye"]);
    let attempts = RestartPolicy::default().attempts as usize + 1;
    assert_eq!(house.host.engine.starts_of(cell(1)), attempts);
    let asked = Instant::now();
    assert_eq!(house.ask(cell(1)).await, Err(FleetError::Quarantined { cause }));
    assert_eq!(asked.elapsed(), Duration::ZERO);
    time::sleep(Duration::from_hours(2)).await;
    assert_eq!(house.host.engine.starts_of(cell(1)), attempts);
    house.host.assert_sound();
}

#[tokio::test(start_paused = true)]
async fn a_refused_configuration_is_not_tried_again_until_it_changes() {
    let house = House::new().await;
    house.host.engine.script(Script::dies_after(Duration::from_millis(200), 78));
    house.ask(cell(1)).await.map(|_| ()).unwrap_or_default();
    house.until(cell(1), "quarantined").await;
    assert_eq!(house.host.engine.starts_of(cell(1)), 1);
    house.host.engine.script(Script::works());
    house.change_config(cell(1));
    house.ask(cell(1)).await.expect("an answer, at once");
}

#[tokio::test(start_paused = true)]
async fn inside_its_backoff_a_failed_cell_refuses_at_once_with_the_time_of_the_next_try() {
    let house = House::new().await;
    house.host.engine.script(Script::dies_after(Duration::ZERO, 1));
    let first = house.send(cell(1), "/say");
    let State::Failed { retry_at: due, .. } = house.until(cell(1), "failed").await else { unreachable!() };
    let asked = Instant::now();
    let refused = house.ask(cell(1)).await.expect_err("refused");
    assert_eq!(asked.elapsed(), Duration::ZERO);
    assert!(matches!(refused, FleetError::Failed { retry_at, .. } if retry_at == due && due > house.now()));
    house.host.engine.script(Script::works());
    first.await.expect("no panic").expect("who came first waited and is answered");
}

#[tokio::test(start_paused = true)]
async fn a_failed_cell_keeps_its_appointment_across_a_restart_of_mosaic() {
    let house = House::new().await;
    house.host.engine.script(Script::dies_after(Duration::ZERO, 1));
    let first = house.send(cell(1), "/say");
    house.until(cell(1), "failed").await;
    until(|| house.pages.row(cell(1)).is_some_and(|it| it.state.name() == "failed")).await;
    first.abort();
    house.host.engine.script(Script::works());
    let house = house.restart().await;
    assert_eq!(house.state(cell(1)).await, "failed");
    house.until(cell(1), "running").await;
}

#[tokio::test(start_paused = true)]
async fn a_killed_container_is_noticed_and_the_next_request_is_answered() {
    let house = House::new().await;
    house.ask(cell(1)).await.expect("an answer");
    house.host.kill(cell(1), 137);
    let killed = Instant::now();
    until(|| house.host.engine.starts_of(cell(1)) == 2).await;
    assert!(killed.elapsed() < Duration::from_secs(1));
    house.ask(cell(1)).await.expect("an answer");
}

#[tokio::test(start_paused = true)]
async fn a_death_that_is_reported_again_and_again_counts_once() {
    let house = House::new().await;
    house.ask(cell(1)).await.expect("an answer");
    let container = house.host.engine.container(cell(1)).expect("it runs").container;
    let actor = house.fleet.world.actor(cell(1)).expect("it lives");
    house.host.kill(cell(1), 1);
    for _ in 0..10 {
        let _ = actor.cast(CellMsg::DeathSeen { container: container.clone() });
    }
    until(|| house.host.engine.starts_of(cell(1)) == 2).await;
    house.until(cell(1), "running").await;
    time::sleep(Duration::from_secs(5)).await;
    assert_eq!(house.host.engine.starts_of(cell(1)), 2);
    assert_eq!(house.pages.row(cell(1)).expect("a row").deaths.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_death_while_nobody_listened_is_found_when_listening_begins_again() {
    let house = House::new().await;
    house.ask(cell(1)).await.expect("an answer");
    house.host.engine.break_events();
    house.host.kill(cell(1), 137);
    until(|| house.host.engine.starts_of(cell(1)) == 2).await;
    house.host.engine.break_events();
    house.host.engine.remove_behind_our_back(cell(1));
    until(|| house.host.engine.starts_of(cell(1)) == 3).await;
    house.until(cell(1), "running").await;
}

#[tokio::test(start_paused = true)]
async fn a_hung_gateway_is_stopped_and_started_again() {
    let house = House::new().await;
    house.ask(cell(1)).await.expect("an answer");
    house.host.behave(cell(1), Manner { alive: false, ..Manner::GOOD });
    until(|| house.host.engine.starts_of(cell(1)) == 2).await;
    house.host.behave(cell(1), Manner::GOOD);
    house.ask(cell(1)).await.expect("an answer");
    house.host.assert_sound();
}

#[tokio::test(start_paused = true)]
async fn a_gateway_that_is_never_ready_fails_in_time() {
    let house = House::new().await;
    house.settings.send_modify(|it| it.start_timeout_secs = 5);
    house.host.engine.script(Script::works().says(&["still loading"]));
    house.host.behave(cell(1), Manner { ready: false, ..Manner::GOOD });
    let refused = house.ask(cell(1)).await.expect_err("it is never ready");
    let FleetError::Quarantined { cause: Cause::NotReady { after_secs: 5, stderr } } = refused else {
        panic!("{refused}")
    };
    assert_eq!(stderr, ["still loading"]);
    assert!(!house.has_container(cell(1)));
}

#[tokio::test(start_paused = true)]
async fn an_engine_that_was_away_for_a_minute_costs_a_request_only_that_minute() {
    let house = House::new().await;
    house.ask(cell(2)).await.expect("an answer");
    house.host.engine.set_reachable(false);
    let waiting = house.send(cell(1), "/say");
    time::sleep(Duration::from_mins(1)).await;
    house.ask(cell(2)).await.expect("what runs is served meanwhile");
    assert!(!waiting.is_finished());
    house.host.engine.set_reachable(true);
    waiting.await.expect("no panic").expect("an answer");
    house.host.kill(cell(2), 1);
    house.ask(cell(2)).await.expect("deaths are heard again");
}

#[tokio::test(start_paused = true)]
async fn an_engine_that_goes_away_in_the_middle_of_starts_gives_no_cell_up() {
    let house = House::new().await;
    let away = || EngineError::Unreachable("scripted".to_owned());
    for _ in 0..10 {
        house.host.engine.fail_next(|call| matches!(call, Call::Start { .. }), away());
    }
    house.ask(cell(1)).await.expect("an answer");
}

#[tokio::test(start_paused = true)]
async fn a_ledger_that_was_away_during_a_start_costs_a_request_only_that_while_and_is_nobodys_death() {
    let house = House::new().await;
    house.settings.send_modify(|it| it.concurrent_starts = 1);
    house.host.engine.script_next(cell(1), Script::works().start_takes(Duration::from_secs(1)));
    let first = house.send(cell(1), "/say");
    until(|| house.host.engine.starts_of(cell(1)) == 1).await;
    let second = house.send(cell(2), "/say");
    house.until(cell(2), "starting").await;
    house.pages.set_reachable(false);
    first.await.expect("no panic").expect("its start was prepared before");
    time::sleep(Duration::from_secs(90)).await;
    assert_eq!(house.state(cell(2)).await, "starting");
    assert!(!second.is_finished());
    house.pages.set_reachable(true);
    second.await.expect("no panic").expect("an answer");
    let row = house.pages.row(cell(2)).expect("a row");
    assert!(row.deaths.is_empty(), "{:?}", row.deaths);
    assert_eq!(house.host.engine.starts_of(cell(2)), 1);
}

#[tokio::test(start_paused = true)]
async fn a_ledger_that_stays_away_fails_a_start_when_its_time_is_up() {
    let house = House::new().await;
    house.settings.send_modify(|it| it.start_timeout_secs = 5);
    house.settings.send_modify(|it| it.concurrent_starts = 1);
    house.host.engine.script_next(cell(1), Script::works().start_takes(Duration::from_secs(1)));
    let first = house.send(cell(1), "/say");
    until(|| house.host.engine.starts_of(cell(1)) == 1).await;
    let began = Instant::now();
    let second = house.send(cell(2), "/say");
    house.until(cell(2), "starting").await;
    house.pages.set_reachable(false);
    first.await.expect("no panic").expect("an answer");
    let refused = second.await.expect("no panic").map(|_| ());
    let Err(FleetError::Quarantined { cause: Cause::Preparation { message } }) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(message, "it is away");
    assert!(began.elapsed() < Duration::from_mins(2));
}

#[tokio::test(start_paused = true)]
async fn where_a_network_is_taken_another_is_chosen() {
    let house = House::new().await;
    let first = house.settings.borrow().cell_range.subnets(28).expect("wider").next().expect("one");
    house.host.engine.fail_next(|call| matches!(call, Call::Start { .. }), EngineError::SubnetTaken(first));
    house.ask(cell(1)).await.expect("an answer");
    assert_ne!(house.host.engine.spec_of(cell(1)).expect("it runs").subnet, first);
    assert!(house.pages.row(cell(1)).expect("a row").deaths.is_empty(), "that was nobody's death");
}

#[tokio::test(start_paused = true)]
async fn a_start_that_the_engine_refuses_keeps_no_network_from_others() {
    let house = House::new().await;
    house.host.engine.script(Script::fails(EngineError::Refused("no such image".to_owned())));
    house.ask(cell(1)).await.expect_err("refused");
    house.until(cell(1), "quarantined").await;
    assert_eq!(house.pages.row(cell(1)).expect("a row").subnet, None);
}

#[tokio::test(start_paused = true)]
async fn a_gateway_nobody_listens_behind_is_looked_at_and_the_request_is_not_lost() {
    let house = House::new().await;
    house.ask(cell(1)).await.expect("an answer");
    time::sleep(Duration::from_secs(5)).await;
    house.host.behave(cell(1), Manner { door: Door::Shut, ..Manner::GOOD });
    let waiting = house.send(cell(1), "/say");
    time::sleep(Duration::from_millis(150)).await;
    house.host.behave(cell(1), Manner::GOOD);
    waiting.await.expect("no panic").expect("an answer");
}

#[tokio::test(start_paused = true)]
async fn a_network_that_a_ledger_did_not_take_back_is_given_back_when_it_does_unless_it_is_in_use_again() {
    for is_asked_again in [false, true] {
        let house = House::new().await;
        house.ask(cell(1)).await.expect("an answer");
        house.pages.set_reachable(false);
        house.fleet.stop(cell(1)).await.expect("stopped");
        house.pages.set_reachable(true);
        let subnet = || house.pages.row(cell(1)).expect("a row").subnet;
        assert!(subnet().is_some(), "nobody took it");
        let streaming = if is_asked_again { Some(house.forward(cell(1), "/stream").await) } else { None };
        time::sleep(Duration::from_mins(2)).await;
        assert_eq!(subnet().is_some(), is_asked_again);
        drop(streaming);
        house.fleet.close().await;
        assert!(house.fleet.world.tasks.is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn a_network_that_was_not_taken_back_is_given_back_also_of_a_cell_that_was_given_up() {
    let house = House::new().await;
    house.pages.set_taking_networks(false);
    house.host.engine.script(Script::dies_after(Duration::ZERO, 1));
    house.ask(cell(1)).await.expect_err("it never starts");
    house.until(cell(1), "quarantined").await;
    house.pages.set_taking_networks(true);
    until(|| house.pages.row(cell(1)).is_some_and(|row| row.subnet.is_none())).await;
    house.until(cell(1), "quarantined").await;
}

#[tokio::test(start_paused = true)]
async fn readiness_counts_only_while_the_container_is_there_since_another_may_have_its_address() {
    let house = House::new().await;
    let address = "10.9.9.9:18789".parse().expect("an address");
    house.host.engine.script(Script::works().at(address));
    house.host.behave(cell(1), Manner { ready: false, ..Manner::GOOD });
    let waiting = house.send(cell(1), "/say");
    house.until(cell(1), "starting").await;
    until(|| house.has_container(cell(1))).await;
    // It ends, which nobody is told of; and what has its address since is ready.
    house.host.engine.script_for(cell(1), Script::works());
    house.host.engine.break_events();
    house.host.engine.remove_behind_our_back(cell(1));
    house.ask(cell(2)).await.expect("an answer");
    house.host.behave(cell(1), Manner::GOOD);
    waiting.await.expect("no panic").expect("an answer");
    house.host.assert_sound();
    assert_eq!(house.host.engine.starts_of(cell(1)), 2);
}
