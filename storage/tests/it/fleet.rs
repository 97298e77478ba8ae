//! All cells and what happened to them, as those who look after the fleet see it.

use std::time::Duration;

use mosaic_model::{
    Cause, CauseKind, CellId, Generation, Owner, State, StateKind, SystemCellId, Timestamp, Transition,
    Trigger,
};
use mosaic_storage::{
    FIGURE_PARTS, FigurePart, FleetEntry, FleetFilter, FleetOwner, FleetPlace, FleetSort, StoreError,
    WakeFigures, testing::TestDatabase,
};

use crate::seed::{RANGE, cell, step, system_cell};

const WORDS: &str = "said to nobody but its owner";

fn dead() -> State {
    let cause = Cause::Exited { code: 3, out_of_memory: false, stderr: vec![WORDS.to_owned()] };
    State::Quarantined { since: Timestamp::UNIX_EPOCH, cause }
}

/// Three users, of whom two had a container, and a cell of the fleet's own.
async fn a_fleet(db: &TestDatabase) -> ([Owner; 3], CellId) {
    let system = system_cell(db).await;
    let owners = [db.user("carl").await, db.user("ann").await, db.user("bob").await];
    for (cell, state) in [
        (cell(owners[0]), dead()),
        (system, State::Running { since: Timestamp::UNIX_EPOCH, idle_since: None }),
        (cell(owners[1]), State::Starting { since: Timestamp::UNIX_EPOCH }),
    ] {
        db.clock.advance(Duration::from_secs(1));
        db.store.begin_generation(cell, RANGE, &[]).await.unwrap();
        db.store.save_state(cell, &step(state), &[]).await.unwrap();
    }
    (owners, system)
}

async fn listed(db: &TestDatabase, filter: &FleetFilter, sort: FleetSort, page: u32) -> Vec<FleetEntry> {
    let (mut all, mut after): (Vec<FleetEntry>, Option<FleetPlace>) = (Vec::new(), None);
    loop {
        let entries = db.store.fleet_page(filter, sort, after.as_ref(), page).await.unwrap();
        let Some(last) = entries.last() else { return all };
        after = Some(last.place.clone());
        all.extend(entries);
    }
}

#[tokio::test]
async fn every_cell_is_listed_once_in_either_order_however_long_the_pages_are() {
    let db = TestDatabase::create().await;
    let (owners, system) = a_fleet(&db).await;
    let [carl, ann, bob] = owners.map(cell);
    let cells = |entries: &[FleetEntry]| entries.iter().map(|entry| entry.cell).collect::<Vec<CellId>>();
    for page in 1..5 {
        let any = FleetFilter::default();
        let by_owner = listed(&db, &any, FleetSort::Owner, page).await;
        assert_eq!(cells(&by_owner), [system, ann, bob, carl]);
        let by_change = listed(&db, &any, FleetSort::Changed, page).await;
        assert_eq!(cells(&by_change), [ann, system, carl, bob], "the last change first");
    }
    let sleeper = db.store.fleet_entry(bob).await.unwrap();
    assert_eq!((sleeper.state, sleeper.generation, sleeper.changed_at), (State::Absent, Generation(0), None));
    assert!(matches!(sleeper.owner, FleetOwner::User { email, .. } if email == "bob@example.org"));
    let own = db.store.fleet_entry(system).await.unwrap();
    assert_eq!(own.owner, FleetOwner::Fleet { name: "Concierge".to_owned() });
    let dan = db.user("dan").await.user_id();
    let nobody = CellId::System(SystemCellId::from_uuid(dan.as_uuid()));
    assert!(
        matches!(db.store.fleet_entry(nobody).await, Err(StoreError::NotFound)),
        "a user is no system cell"
    );
}

#[tokio::test]
async fn cells_are_found_by_state_and_by_their_owner() {
    let db = TestDatabase::create().await;
    let (owners, system) = a_fleet(&db).await;
    let [carl, ann, bob] = owners.map(cell);
    for (state, text, found) in [
        (Some(StateKind::Quarantined), "", vec![carl]),
        (Some(StateKind::Absent), "", vec![bob]),
        (Some(StateKind::Running), "", vec![system]),
        (None, " ANN@", vec![ann]),
        (None, "concier", vec![system]),
        (Some(StateKind::Absent), "ann", vec![]),
        (None, "%", vec![]),
    ] {
        let filter = FleetFilter { state, text: text.to_owned() };
        let entries = listed(&db, &filter, FleetSort::Owner, 10).await;
        let cells: Vec<CellId> = entries.iter().map(|entry| entry.cell).collect();
        assert_eq!(cells, found, "{filter:?}");
    }
}

/// A step of a cell at this second.
fn at(secs: i64, from: StateKind, to: State, trigger: Trigger) -> Transition {
    let cause = to.cause().cloned();
    Transition { at: Timestamp::from_timestamp(secs, 0).unwrap(), from, to, trigger, cause }
}

/// The steps of a start that takes so long and ends at this second.
fn wake(secs: i64, took: i64) -> [Transition; 2] {
    let since = Timestamp::UNIX_EPOCH;
    let starting = State::Starting { since };
    let running = State::Running { since, idle_since: None };
    [
        at(secs - took, StateKind::Absent, starting, Trigger::WakeAsked),
        at(secs, StateKind::Starting, running, Trigger::BecameReady),
    ]
}

#[tokio::test]
async fn figures_tell_how_long_wakes_took_and_what_containers_died_of_part_by_part() {
    let db = TestDatabase::create().await;
    let (owners, system) = a_fleet(&db).await;
    let (since, part) = (1_000_000, 100);
    let death = |code, out_of_memory| {
        let cause = Cause::Exited { code, out_of_memory, stderr: vec![WORDS.to_owned()] };
        State::Quarantined { since: Timestamp::UNIX_EPOCH, cause }
    };
    let died = |secs, state| at(secs, StateKind::Running, state, Trigger::Died);
    // Before the time that is asked for; begun before it; three in the first part, one of them slow.
    let mut carls = Vec::new();
    for (secs, took) in [(-50, 7), (2, 5), (20, 3), (30, 1)] {
        carls.extend(wake(since + secs, took));
    }
    carls.extend([died(since + 40, death(137, false)), died(since + 41, death(1, true))]);
    let mut anns = wake(since + 60, 50).to_vec();
    anns.push(died(since + 61, death(3, false)));
    anns.push(died(since + 62, death(4, false)));
    // In the last part, and behind it.
    let mut systems = wake(since + 2_399, 9).to_vec();
    systems.extend(wake(since + 2_410, 4));
    for (cell, steps) in [(cell(owners[0]), carls), (cell(owners[1]), anns), (system, systems)] {
        for step in steps {
            db.store.save_state(cell, &step, &[]).await.unwrap();
        }
    }
    let figures = db.store.fleet_figures(Timestamp::from_timestamp(since, 0).unwrap(), part).await.unwrap();
    let wakes = |count, median, p95| WakeFigures { count, median_ms: Some(median), p95_ms: Some(p95) };
    assert_eq!(figures.wakes, wakes(5, 5_000, 50_000));
    assert_eq!(figures.parts.len(), FIGURE_PARTS as usize);
    assert_eq!(figures.parts[0].wakes, wakes(4, 3_000, 50_000));
    let deaths = [(CauseKind::Exit, 2), (CauseKind::OutOfMemory, 1), (CauseKind::Signal, 1)];
    let mut told = figures.parts[0].deaths.clone();
    told.sort_by_key(|(kind, _)| kind.as_str());
    assert_eq!(told, deaths);
    assert!(figures.parts[1..23].iter().all(|part| *part == FigurePart::default()));
    assert_eq!(figures.parts[23].wakes, wakes(1, 9_000, 9_000));
    let quiet = Timestamp::from_timestamp(2 * since, 0).unwrap();
    let nothing = db.store.fleet_figures(quiet, part).await.unwrap();
    assert_eq!((nothing.wakes, nothing.whole_since), (WakeFigures::default(), None));
}

#[tokio::test]
async fn figures_tell_from_when_on_no_history_has_forgotten_anything() {
    let db = TestDatabase::create().await;
    let (owners, _) = a_fleet(&db).await;
    let (since, part) = (1_000_000, 100);
    let whole_since = async || {
        let figures = db.store.fleet_figures(Timestamp::from_timestamp(since, 0).unwrap(), part).await;
        figures.unwrap().whole_since.map(|at| at.timestamp() - since)
    };
    for (owner, wakes) in [(owners[1], 90), (owners[0], 120)] {
        assert_eq!(whole_since().await, None);
        for step in (0..wakes).flat_map(|number| wake(since + 10 * number, 1)) {
            db.store.save_state(cell(owner), &step, &[]).await.unwrap();
        }
    }
    // Two steps a wake, 200 of 240 kept: the first that is left is the beginning of the wake after twenty.
    assert_eq!(whole_since().await, Some(10 * 20 - 1));
}

#[tokio::test]
async fn a_containers_own_words_are_told_to_its_owner_and_to_nobody_else() {
    let db = TestDatabase::create().await;
    let ([carl, ann, _], system) = a_fleet(&db).await;
    let own = db.store.cell_events(carl, None, 10).await.unwrap();
    assert_eq!((own[0].generation, &own[0].step.to), (Generation(1), &dead()));
    assert_eq!(own[0].step.cause.as_ref().unwrap().stderr(), [WORDS]);
    let fleet = db.store.fleet_events(cell(carl), None, 10).await.unwrap();
    assert_eq!(fleet.len(), own.len());
    assert_eq!(fleet[0].step.cause.as_ref().unwrap().exit_code(), Some(3));
    let list = listed(&db, &FleetFilter::default(), FleetSort::Owner, 10).await;
    assert!(!format!("{fleet:?}{list:?}").contains(WORDS));
    assert_eq!(db.store.cell_events(ann, None, 10).await.unwrap().len(), 1, "her own only");
    assert_eq!(db.store.fleet_events(system, None, 10).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_history_is_read_page_by_page_the_newest_first() {
    let db = TestDatabase::create().await;
    let ann = db.user("ann").await;
    for _ in 0..7 {
        db.store.save_state(cell(ann), &step(State::Absent), &[]).await.unwrap();
    }
    let (mut seen, mut before) = (Vec::new(), None);
    loop {
        let page = db.store.cell_events(ann, before, 3).await.unwrap();
        assert_eq!(page, db.store.fleet_events(cell(ann), before, 3).await.unwrap());
        let Some(last) = page.last() else { break };
        before = Some(last.id);
        seen.extend(page.iter().map(|event| event.id));
    }
    assert_eq!(seen.len(), 7);
    assert!(seen.is_sorted_by(|a, b| a > b));
}
