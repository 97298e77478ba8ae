use chrono::{DateTime, TimeDelta, Utc};
use mosaic_api::{
    CellStateBody, FleetCellBody, FleetDelta, FleetNewcomer, FleetOwnerBody, FleetSnapshot, FleetStreamData,
    LiveCell,
};

use super::*;

fn at(secs: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000, 0).expect("a time") + TimeDelta::seconds(secs)
}

fn running(secs: i64) -> CellStateBody {
    CellStateBody::Running { since: at(secs), idle_since: None }
}

fn live(id: &str, state: CellStateBody) -> LiveCell {
    LiveCell { id: id.to_owned(), state, leases: 0, waiting: 0, waits_for_memory: false, waking: None }
}

fn listed(id: &str, state: CellStateBody) -> FleetCellBody {
    let owner =
        FleetOwnerBody::User { id: id.to_owned(), email: format!("{id}@Example.org"), disabled: false };
    FleetCellBody { live: live(id, state), owner, generation: 1, changed_at: None }
}

fn snapshot(cells: Vec<LiveCell>) -> FleetStreamData {
    FleetStreamData::Snapshot(FleetSnapshot { cells })
}

fn delta(id: &str, secs: i64, to: CellStateBody) -> FleetStreamData {
    FleetStreamData::Delta(Box::new(FleetDelta {
        number: 1,
        id: id.to_owned(),
        at: at(secs),
        from: "absent".to_owned(),
        to,
        trigger: "wake_asked".to_owned(),
        cause: None,
    }))
}

fn shown<'a>(fleet: &'a Fleet, view: &View) -> Vec<&'a str> {
    fleet.places(view).into_iter().filter_map(|place| Some(fleet.agent(place)?.id.as_str())).collect()
}

#[test]
fn what_the_stream_told_is_newer_than_a_page_that_was_on_its_way() {
    let mut fleet = Fleet::default();
    fleet.hear(snapshot(vec![]));
    fleet.hear(delta("ann", 3, running(3)));
    fleet.list(vec![listed("ann", CellStateBody::Absent), listed("bob", running(1))]);
    assert_eq!(fleet.find("ann").map(|it| &it.state), Some(&running(3)));
    assert_eq!(fleet.find("bob").map(|it| &it.state), Some(&running(1)));
}

#[test]
fn who_is_not_in_a_snapshot_sleeps() {
    let mut fleet = Fleet::default();
    fleet.list(vec![listed("ann", running(1)), listed("bob", running(1))]);
    fleet.hear(delta("bob", 2, running(2)));
    fleet.hear(snapshot(vec![live("ann", running(1))]));
    assert_eq!(fleet.find("ann").map(|it| &it.state), Some(&running(1)));
    assert_eq!(fleet.find("bob").map(|it| &it.state), Some(&CellStateBody::Absent));
    fleet.list(vec![listed("bob", CellStateBody::Absent)]);
    assert_eq!((fleet.len(), fleet.counts().iter().sum::<usize>()), (2, 2), "nobody is there twice");
}

#[test]
fn somebody_new_is_noticed_until_they_are_in_the_list() {
    let mut fleet = Fleet::default();
    fleet.hear(delta("new", 1, running(1)));
    assert_eq!(fleet.strangers(), ["new"]);
    fleet.list(vec![listed("new", CellStateBody::Absent)]);
    assert!(fleet.strangers().is_empty());
    assert_eq!(fleet.find("new").map(|it| &it.state), Some(&running(1)));
    fleet.hear(FleetStreamData::Newcomer(FleetNewcomer { newcomer: "later".to_owned() }));
    assert_eq!(fleet.strangers(), ["later"]);
    fleet.list(vec![listed("later", CellStateBody::Absent)]);
    assert!(fleet.strangers().is_empty());
}

#[test]
fn what_the_stream_tells_is_told_apart() {
    for (text, newcomer) in [(r#"{"newcomer":"a"}"#, true), (r#"{"cells":[]}"#, false)] {
        let told: FleetStreamData = serde_json::from_str(text).expect("one of them");
        assert_eq!(matches!(told, FleetStreamData::Newcomer(_)), newcomer, "{text}");
    }
}

#[test]
fn the_list_is_searched_narrowed_and_ordered() {
    let mut fleet = Fleet::default();
    let stopping = CellStateBody::Stopping { since: at(0) };
    fleet.list(vec![listed("bob", CellStateBody::Absent), listed("cy", stopping), listed("ann", running(1))]);
    let by = |query| View::from_query(query);
    assert_eq!(shown(&fleet, &by("")), ["ann", "bob", "cy"]);
    assert_eq!(shown(&fleet, &by("?text=NN%40ex")), ["ann"]);
    assert_eq!(shown(&fleet, &by("?state=running")), ["ann"]);
    assert_eq!(shown(&fleet, &by("?sort=state")), ["cy", "ann", "bob"]);
    assert_eq!(shown(&fleet, &by("?sort=state&order=reversed")), ["bob", "ann", "cy"]);
    fleet.hear(delta("bob", 9, running(9)));
    assert_eq!(shown(&fleet, &by("?sort=changed"))[0], "bob");
    assert_eq!(fleet.counts(), [0, 0, 1, 2, 0, 0]);
}

#[test]
fn a_view_survives_the_address_bar() {
    for standing in Standing::ALL.map(Some).into_iter().chain([None]) {
        for sort in [Sort::Owner, Sort::State, Sort::Changed] {
            for (reversed, span) in [(false, Span::Day), (true, Span::Hour), (false, Span::Week)] {
                let view = View { text: "ann & co".to_owned(), standing, sort, reversed, span };
                assert_eq!(View::from_query(&view.query()), view);
            }
        }
    }
}

#[test]
fn ordering_by_the_same_again_turns_it_around_and_by_another_does_not() {
    let by_state = View::default().sorted(Sort::State);
    assert!(!by_state.reversed);
    assert!(by_state.sorted(Sort::State).reversed);
    assert!(!by_state.sorted(Sort::State).sorted(Sort::Changed).reversed);
}
