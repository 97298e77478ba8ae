//! One suite for both engines, so that the scripted one stays honest.

use async_trait::async_trait;
use futures_util::StreamExt;
use mosaic_docker::{CellSpec, Condition, Engine, FakeEngine, Limits, Script, Seen};
use mosaic_model::{CellId, Generation, Nonce, Usage, UserId};
use std::{sync::Arc, time::Duration};
use tokio::time::timeout;
use uuid::Uuid;

use crate::harness::{GRACE, Image, Installation, random, token};

/// An engine, and what its port cannot do: break things.
#[async_trait]
trait Bench: Sync {
    fn engine(&self) -> &dyn Engine;
    /// A spec of a new cell whose container writes two lines and ends with 78, or serves.
    fn spec(&self, serves: bool) -> CellSpec;
    /// Kills a running container as an operator does.
    async fn kill(&self, seen: &Seen);
}

struct Real(Installation);

#[async_trait]
impl Bench for Real {
    fn engine(&self) -> &dyn Engine {
        &self.0.engine
    }

    fn spec(&self, serves: bool) -> CellSpec {
        self.0.spec(if serves { Image::Serves } else { Image::Exits(78) })
    }

    async fn kill(&self, seen: &Seen) {
        self.0.docker.kill_container(&seen.container, None).await.unwrap();
    }
}

struct Scripted(Arc<FakeEngine>);

#[async_trait]
impl Bench for Scripted {
    fn engine(&self) -> &dyn Engine {
        &*self.0
    }

    fn spec(&self, serves: bool) -> CellSpec {
        let cell = CellId::User(UserId::from_uuid(Uuid::from_bytes(random())));
        if !serves {
            self.0
                .script_for(cell, Script::dies_after(Duration::ZERO, 78).says(&["first line", "last words"]));
        }
        CellSpec {
            cell,
            image: "image".to_owned(),
            generation: Generation(1),
            nonce: Nonce::from_random(random()),
            subnet: "10.214.0.16/28".parse().unwrap(),
            internal_port: 7_778,
            limits: Limits { memory_bytes: 1, cpu_millis: 1, pids: 1 },
        }
    }

    async fn kill(&self, seen: &Seen) {
        self.0.kill(seen.cell, 137);
    }
}

async fn what_is_started_is_seen_until_it_is_stopped(bench: &impl Bench) {
    let (engine, spec) = (bench.engine(), bench.spec(true));
    assert_eq!(engine.look(spec.cell).await.unwrap(), None);

    let seen = engine.start(&spec, &token()).await.unwrap();
    assert_eq!((seen.cell, seen.generation, &seen.nonce), (spec.cell, spec.generation, &spec.nonce));
    assert_eq!(seen.spec, mosaic_docker::fingerprint(&spec));
    let Condition::Up { address } = seen.condition else { panic!("{seen:?}") };
    assert!(spec.subnet.contains(&match address.ip() {
        std::net::IpAddr::V4(ip) => ip,
        std::net::IpAddr::V6(ip) => panic!("{ip}"),
    }));
    assert_eq!(engine.look(spec.cell).await.unwrap().as_ref(), Some(&seen));
    assert_eq!(engine.list().await.unwrap(), [seen]);

    engine.stop(spec.cell, GRACE).await.unwrap();
    assert_eq!(engine.look(spec.cell).await.unwrap(), None);
    assert!(engine.list().await.unwrap().is_empty());
}

async fn what_is_paused_is_seen_so_until_it_goes_on_in_the_same_container(bench: &impl Bench) {
    let (engine, spec) = (bench.engine(), bench.spec(true));
    assert!(engine.capabilities().freezes);
    assert!(engine.pause(spec.cell).await.is_err() && engine.unpause(spec.cell).await.is_err());
    let seen = engine.start(&spec, &token()).await.unwrap();
    let Condition::Up { address } = seen.condition else { panic!("{seen:?}") };
    let paused = Seen { condition: Condition::Paused { address }, ..seen.clone() };
    for _ in 0..2 {
        engine.pause(spec.cell).await.unwrap();
        assert_eq!(engine.look(spec.cell).await.unwrap().as_ref(), Some(&paused));
    }
    assert_eq!(engine.list().await.unwrap(), [paused]);
    for _ in 0..2 {
        engine.unpause(spec.cell).await.unwrap();
        assert_eq!(engine.look(spec.cell).await.unwrap().as_ref(), Some(&seen));
    }
}

async fn what_is_paused_is_stopped_politely_or_dies_and_is_heard(bench: &impl Bench) {
    let (engine, spec) = (bench.engine(), bench.spec(true));
    engine.start(&spec, &token()).await.unwrap();
    engine.pause(spec.cell).await.unwrap();
    engine.stop(spec.cell, GRACE).await.unwrap();
    assert_eq!(engine.look(spec.cell).await.unwrap(), None);

    let spec = CellSpec { generation: Generation(2), ..spec };
    let seen = engine.start(&spec, &token()).await.unwrap();
    engine.pause(spec.cell).await.unwrap();
    let mut deaths = engine.deaths(None).await.unwrap();
    bench.kill(&seen).await;
    let death = timeout(GRACE, deaths.next()).await.expect("it is heard").expect("the stream goes on");
    assert_eq!(death.container, seen.container);
    let down = Condition::Down { exit_code: 137, out_of_memory: false };
    assert_eq!(engine.look(spec.cell).await.unwrap().unwrap().condition, down);
}

async fn a_cell_without_anything_is_stopped_and_silent(bench: &impl Bench) {
    let (engine, cell) = (bench.engine(), bench.spec(true).cell);
    engine.stop(cell, GRACE).await.unwrap();
    engine.erase(cell).await.unwrap();
    assert!(engine.stderr_tail(cell, 10).await.unwrap().is_empty());
}

async fn a_start_replaces_what_the_cell_had(bench: &impl Bench) {
    let (engine, spec) = (bench.engine(), bench.spec(true));
    let first = engine.start(&spec, &token()).await.unwrap();
    let spec = CellSpec { generation: Generation(2), ..spec };
    let second = engine.start(&spec, &token()).await.unwrap();
    assert_ne!(first.container, second.container);
    assert_eq!(first.spec, second.spec);
    assert_eq!(engine.list().await.unwrap(), [second]);
}

async fn a_death_is_heard_and_its_cause_is_there_to_see(bench: &impl Bench) {
    let (engine, spec) = (bench.engine(), bench.spec(true));
    let seen = engine.start(&spec, &token()).await.unwrap();
    let mut deaths = engine.deaths(None).await.unwrap();
    bench.kill(&seen).await;
    let death = timeout(GRACE, deaths.next()).await.expect("it is heard").expect("the stream goes on");
    assert_eq!((death.cell, &death.container), (spec.cell, &seen.container));
    let down = Condition::Down { exit_code: 137, out_of_memory: false };
    assert_eq!(engine.look(spec.cell).await.unwrap().unwrap().condition, down);

    let spec = CellSpec { generation: Generation(2), ..spec };
    let again = engine.start(&spec, &token()).await.unwrap();
    assert!(matches!(again.condition, Condition::Up { .. }));
}

async fn a_container_that_ends_at_once_leaves_its_code_and_its_words(bench: &impl Bench) {
    let (engine, spec) = (bench.engine(), bench.spec(false));
    let mut deaths = engine.deaths(None).await.unwrap();
    let seen = engine.start(&spec, &token()).await.unwrap();
    let death = timeout(GRACE, deaths.next()).await.expect("it is heard").expect("the stream goes on");
    assert_eq!(death.container, seen.container);
    let seen = engine.look(spec.cell).await.unwrap().unwrap();
    assert_eq!(seen.condition, Condition::Down { exit_code: 78, out_of_memory: false });
    assert_eq!(engine.stderr_tail(spec.cell, 10).await.unwrap(), ["first line", "last words"]);
    assert_eq!(engine.stderr_tail(spec.cell, 1).await.unwrap(), ["last words"]);
    assert!(engine.stderr_tail(spec.cell, 0).await.unwrap().is_empty());
}

async fn a_stream_that_broke_is_resumed_without_missing_a_death(bench: &impl Bench) {
    let (engine, first, second) = (bench.engine(), bench.spec(true), bench.spec(true));
    let first = engine.start(&first, &token()).await.unwrap();
    let second = engine.start(&second, &token()).await.unwrap();
    let mut deaths = engine.deaths(None).await.unwrap();
    bench.kill(&first).await;
    let heard = timeout(GRACE, deaths.next()).await.expect("it is heard").expect("the stream goes on");
    drop(deaths);
    bench.kill(&second).await;
    let mut deaths = engine.deaths(Some(heard.at)).await.unwrap();
    // What was heard last may be heard again.
    let next =
        async { while deaths.next().await.expect("the stream goes on").container != second.container {} };
    timeout(GRACE, next).await.expect("what died while nobody listened is heard");
}

/// Each guarantee, for each engine.
macro_rules! guarantees {
    ($($name:ident)*) => {
        mod docker {
            $(#[tokio::test]
            async fn $name() {
                super::$name(&super::Real(super::Installation::new().await)).await;
            })*
        }

        mod fake {
            $(#[tokio::test(start_paused = true)]
            async fn $name() {
                let engine = super::FakeEngine::new();
                super::$name(&super::Scripted(std::sync::Arc::clone(&engine))).await;
                engine.assert_sound();
            })*
        }
    };
}

guarantees! {
    what_is_started_is_seen_until_it_is_stopped
    what_is_paused_is_seen_so_until_it_goes_on_in_the_same_container
    what_is_paused_is_stopped_politely_or_dies_and_is_heard
    a_cell_without_anything_is_stopped_and_silent
    a_start_replaces_what_the_cell_had
    a_death_is_heard_and_its_cause_is_there_to_see
    a_container_that_ends_at_once_leaves_its_code_and_its_words
    a_stream_that_broke_is_resumed_without_missing_a_death
}

/// The scripted engine has nothing that could use anything.
#[tokio::test]
async fn what_a_container_uses_is_read_also_while_it_is_paused() {
    let bench = Real(Installation::new().await);
    let (engine, spec) = (bench.engine(), &bench.spec(true));
    let read = async || engine.read(spec.cell).await.unwrap();
    assert_eq!(read().await, None);
    let seen = engine.start(spec, &token()).await.unwrap();
    let before = read().await.expect("it runs");
    assert_eq!(before.container, seen.container);
    assert!(before.cpu_nanos > 0 && before.memory_bytes > 0, "{before:?}");
    assert_eq!(before.memory_limit_bytes, spec.limits.memory_bytes);
    engine.pause(spec.cell).await.unwrap();
    let first = read().await.expect("it is there");
    let second = read().await.expect("it is there");
    let used = Usage::between(&first, &second).expect("time has passed");
    assert_eq!(used.cpu_millis, 0, "{first:?} {second:?}");
    assert!(first.cpu_nanos >= before.cpu_nanos && second.memory_bytes > 0);
    engine.stop(spec.cell, GRACE).await.unwrap();
    assert_eq!(read().await, None);
}
