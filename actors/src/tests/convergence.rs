//! Whatever an earlier Mosaic, an engine or somebody else left: one look brings it together.

use std::{sync::Arc, time::Duration};

use chrono::TimeDelta;
use mosaic_docker::{Call, Condition, GATEWAY_PORT, Seen, fingerprint};
use mosaic_model::{Cause, CellId, Finding, Generation, Nonce, Settings, State, Timestamp};
use mosaic_storage::CellRecord;
use proptest::prelude::*;
use tokio::{runtime, time};

use super::house::{House, cell, until};
use crate::cell::rollout;

/// Longer than any retry or look takes, and shorter than a cell may be idle.
const LONG_ENOUGH: Duration = Duration::from_mins(20);

/// What the ledger says of a cell.
#[derive(Debug, Clone, Copy)]
enum Row {
    /// Nothing: its owner is gone, or never was.
    None,
    Absent,
    Starting,
    Running,
    Stopping,
    Failed,
    Quarantined,
}

/// What the engine has of a cell.
#[derive(Debug, Clone, Copy)]
enum There {
    Nothing,
    Ours,
    /// Made as an earlier Mosaic made them.
    OursOtherwise,
    OursFrozen,
    OursDead,
    FromBefore,
    WithAnotherNonce,
}

fn row() -> impl Strategy<Value = Row> {
    use Row as R;
    let all = [R::None, R::Absent, R::Starting, R::Running, R::Stopping, R::Failed, R::Quarantined];
    prop::sample::select(all.to_vec())
}

fn there() -> impl Strategy<Value = There> {
    use There as T;
    let ours = [T::Ours, T::OursOtherwise, T::OursFrozen, T::OursDead];
    let all = [&ours[..], &[T::Nothing, T::FromBefore, T::WithAnotherNonce]].concat();
    prop::sample::select(all)
}

fn state(row: Row, now: Timestamp) -> State {
    let cause = Cause::Exited { code: 1, out_of_memory: false, stderr: Vec::new() };
    match row {
        Row::None | Row::Absent => State::Absent,
        Row::Starting => State::Starting { since: now },
        Row::Running => State::Running { since: now, idle_since: Some(now) },
        Row::Stopping => State::Stopping { since: now },
        Row::Failed => State::Failed { since: now, cause, retry_at: now + TimeDelta::minutes(1) },
        Row::Quarantined => State::Quarantined { since: now, cause },
    }
}

fn container(house: &House, there: There, row: &CellRecord) -> Option<Seen> {
    let before = Generation(row.generation.0 - 1);
    let host = row.subnet.and_then(|subnet| subnet.hosts().nth(1)).expect("a network of its own");
    let address = (host, GATEWAY_PORT).into();
    let ours = Seen {
        container: format!("found-{}", row.cell),
        cell: row.cell,
        generation: row.generation,
        nonce: row.nonce.clone(),
        spec: fingerprint(&rollout::spec(&house.fleet.world, row).expect("a network")),
        condition: Condition::Up { address },
    };
    let frozen = Condition::Paused { address };
    let dead = Condition::Down { exit_code: 1, out_of_memory: false };
    match there {
        There::Nothing => None,
        There::Ours => Some(ours),
        There::OursOtherwise => Some(Seen { spec: "other walls".to_owned(), ..ours }),
        There::OursFrozen => Some(Seen { condition: frozen, ..ours }),
        There::OursDead => Some(Seen { condition: dead, ..ours }),
        There::FromBefore => Some(Seen { generation: before, ..ours }),
        There::WithAnotherNonce => Some(Seen { nonce: Nonce::from_random([0xee; 16]), ..ours }),
    }
}

/// A fleet begins on what is there, and has time.
async fn converge(mix: Vec<(Row, There)>) {
    let house = House::with(Settings { freeze_after_secs: 0, ..Settings::default() }).await;
    house.fleet.close().await;
    let cells: Vec<CellId> = (1..=mix.len()).map(|number| cell(number as u128)).collect();
    for ((row, there), cell) in mix.iter().zip(&cells) {
        let range = Settings::default().cell_range;
        house.pages.begin(*cell, range, &[]).expect("a network");
        let begun = house.pages.begin(*cell, range, &[]).expect("a network");
        house.pages.put(CellRecord { state: state(*row, house.now()), ..begun.clone() });
        if let Some(seen) = container(&house, *there, &begun) {
            house.host.put(seen);
        }
        if matches!(row, Row::None) {
            house.pages.take(*cell);
        }
    }
    let house = house.restart().await;
    time::sleep(LONG_ENOUGH).await;
    for ((row, there), cell) in mix.iter().zip(&cells) {
        check(&house, *cell, *row, *there);
    }
    let orders = |house: &House| {
        let ordered =
            |call: &&Call| matches!(call, Call::Start { .. } | Call::Stop { .. } | Call::Erase { .. });
        house.host.engine.calls().iter().filter(ordered).count()
    };
    let before = orders(&house);
    house.fleet.reconcile();
    time::sleep(Duration::from_mins(3)).await;
    assert_eq!(orders(&house), before, "a second look finds something to do");
    house.host.assert_sound();
    house.fleet.close().await;
}

fn check(house: &House, cell: CellId, row: Row, there: There) {
    let seen = house.host.engine.container(cell);
    let written = house.pages.row(cell);
    let story = format!("{row:?} and {there:?}: {seen:?}, {written:?}");
    match (&seen, written.as_ref().map(|row| &row.state)) {
        (Some(seen), Some(State::Running { .. })) => {
            let written = written.as_ref().expect("just matched");
            assert_eq!((seen.generation, &seen.nonce), (written.generation, &written.nonce), "{story}");
            assert!(matches!(seen.condition, Condition::Up { .. }), "{story}");
        }
        (Some(seen), Some(State::Frozen { .. })) => {
            assert!(
                matches!((there, &seen.condition), (There::OursFrozen, Condition::Paused { .. })),
                "{story}"
            );
        }
        (None, None | Some(State::Absent | State::Quarantined { .. })) => {}
        _ => panic!("nothing has come of {story}"),
    }
    let kept = house.host.engine.has_volume(cell);
    assert!(kept || seen.is_none() && matches!(there, There::Nothing), "a volume is gone: {story}");
    let adopted = seen.as_ref().is_some_and(|seen| seen.container.starts_with("found-"));
    let may_be =
        matches!(there, There::Ours | There::OursFrozen) && !matches!(row, Row::None | Row::Quarantined);
    assert_eq!(adopted, may_be, "{story}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn from_any_mix_of_rows_and_containers_one_look_brings_all_together(
        mix in prop::collection::vec((row(), there()), 1..8),
    ) {
        let paused = runtime::Builder::new_current_thread().enable_all().start_paused(true).build();
        paused.expect("a runtime").block_on(converge(mix));
    }
}

#[tokio::test(start_paused = true)]
async fn each_finding_is_told() {
    let house = House::new().await;
    for number in 1..=5 {
        house.ask(cell(number)).await.expect("an answer");
    }
    house.fleet.close().await;
    let engine = Arc::clone(&house.host.engine);
    let found = |number| engine.container(cell(number)).expect("it runs");
    house.pages.take(cell(2));
    house.host.put(Seen { nonce: Nonce::from_random([0xee; 16]), ..found(3) });
    house.host.put(Seen { generation: Generation(0), ..found(4) });
    engine.remove_behind_our_back(cell(5));
    let house = house.restart().await;
    house.until(cell(1), "running").await;
    for number in 2..=5 {
        house.until(cell(number), "absent").await;
    }
    let told: Vec<Finding> =
        house.fleet.findings().filter(|(_, count)| *count > 0).map(|(finding, _)| finding).collect();
    assert!(
        [Finding::Ours, Finding::Orphan, Finding::Leftover, Finding::Imposter, Finding::Lost]
            .iter()
            .all(|finding| told.contains(finding)),
        "{told:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_broken_event_stream_is_resumed_where_it_broke() {
    let house = House::new().await;
    house.ask(cell(1)).await.expect("an answer");
    house.host.kill(cell(1), 1);
    until(|| house.host.engine.starts_of(cell(1)) == 2).await;
    house.host.engine.break_events();
    let resumed = |call: &Call| matches!(call, Call::Deaths { since: Some(_) });
    house.host.engine.until(|calls| calls.iter().any(resumed)).await;
}
