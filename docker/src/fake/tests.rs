use std::net::Ipv4Addr;

use ipnet::Ipv4Net;
use mosaic_model::{Generation, Nonce, UserId};
use uuid::Uuid;

use super::*;
use crate::{Condition, Limits};

const CELL: CellId = CellId::User(UserId::from_uuid(Uuid::from_u128(1)));

fn spec(generation: u64) -> CellSpec {
    CellSpec {
        cell: CELL,
        image: "image".to_owned(),
        generation: Generation(generation),
        nonce: Nonce::from_random([1; 16]),
        subnet: Ipv4Net::new_assert(Ipv4Addr::new(10, 214, 0, 16), 28),
        internal_port: 7_778,
        limits: Limits { memory_bytes: 1 << 30, cpu_millis: 1_000, pids: 100 },
    }
}

fn token() -> GatewayToken {
    GatewayToken::from_random([7; 32])
}

#[tokio::test(start_paused = true)]
async fn a_scripted_death_is_heard_and_seen() {
    let engine = FakeEngine::new();
    engine.script(Script::dies_after(Duration::from_secs(5), 78).says(&["bad config"]));
    let mut deaths = engine.deaths(None).await.unwrap();
    let seen = engine.start(&spec(1), &token()).await.unwrap();
    assert!(matches!(seen.condition, Condition::Up { .. }));
    assert_eq!(deaths.next().await.unwrap().container, seen.container);
    let condition = engine.look(CELL).await.unwrap().unwrap().condition;
    assert_eq!(condition, Condition::Down { exit_code: 78, out_of_memory: false });
    assert_eq!(engine.stderr_tail(CELL, 10).await.unwrap(), ["bad config"]);
}

#[tokio::test(start_paused = true)]
async fn an_old_containers_death_does_not_kill_its_successor() {
    let engine = FakeEngine::new();
    engine.script_next(CELL, Script::dies_after(Duration::from_secs(5), 1));
    engine.start(&spec(1), &token()).await.unwrap();
    engine.start(&spec(2), &token()).await.unwrap();
    time::sleep(Duration::from_secs(10)).await;
    assert!(matches!(engine.container(CELL).unwrap().condition, Condition::Up { .. }));
    engine.assert_sound();
}

#[tokio::test(start_paused = true)]
async fn a_fault_strikes_once_and_an_unreachable_engine_until_it_is_back() {
    let engine = FakeEngine::new();
    let mut deaths = engine.deaths(None).await.unwrap();
    engine.fail_next(|call| matches!(call, Call::List), EngineError::Refused("no".to_owned()));
    assert!(engine.list().await.is_err());
    assert!(engine.list().await.unwrap().is_empty());
    engine.set_reachable(false);
    assert!(deaths.next().await.is_none());
    assert!(engine.look(CELL).await.unwrap_err().is_transient());
    engine.set_reachable(true);
    assert_eq!(engine.look(CELL).await.unwrap(), None);
}

#[tokio::test(start_paused = true)]
async fn an_abandoned_start_leaves_nothing_and_no_longer_counts() {
    let engine = FakeEngine::new();
    engine.script(Script::works().start_takes(Duration::from_mins(1)));
    let abandoned = time::timeout(Duration::from_secs(1), engine.start(&spec(1), &token())).await;
    assert!(abandoned.is_err());
    engine.script(Script::works());
    engine.start(&spec(2), &token()).await.unwrap();
    engine.assert_sound();
    assert_eq!(engine.peak_starting(), 1);
    assert_eq!(engine.starts_of(CELL), 2);
}

#[tokio::test(start_paused = true)]
#[should_panic(expected = "a start while another is under way")]
async fn two_starts_at_once_are_unsound() {
    let engine = FakeEngine::new();
    engine.script(Script::works().start_takes(Duration::from_secs(1)));
    let (first, second, token) = (spec(1), spec(2), token());
    let _both = tokio::join!(engine.start(&first, &token), engine.start(&second, &token));
    engine.assert_sound();
}
