//! Many who wake their cells at once.

use std::time::Duration;

use bytes::Bytes;
use mosaic_docker::Script;
use mosaic_model::{Settings, WakePhase, WakePlace, Waking};
use tokio::time;

use super::house::{House, cell, read, request, until};
use crate::{FleetError, GatewayRequest, MemoryFigures};

const STARTS: u32 = 8;

#[tokio::test(start_paused = true)]
async fn a_thousand_users_at_once_get_a_thousand_answers() {
    let house = House::with(Settings { concurrent_starts: STARTS, ..Settings::default() }).await;
    house.host.engine.script(Script::works().start_takes(Duration::from_secs(2)));
    let asked: Vec<_> = (1..=1_000).map(|number| (cell(number), house.send(cell(number), "/say"))).collect();
    for (cell, answer) in asked {
        let answer = answer.await.expect("no panic").expect("an answer");
        assert_eq!(read(answer).await.expect("whole"), "hello");
        assert_eq!(house.host.engine.starts_of(cell), 1);
    }
    assert_eq!(house.host.heard().len(), 1_000, "each is sent once");
    assert_eq!(house.host.engine.peak_starting(), STARTS as usize);
    assert_eq!(house.fleet.world.held.requests(), 0);
    house.host.assert_sound();
}

#[tokio::test(start_paused = true)]
async fn whoever_waits_sees_their_place_and_how_long_it_takes() {
    let house = House::with(Settings { concurrent_starts: 1, ..Settings::default() }).await;
    house.host.engine.script(Script::works().start_takes(Duration::from_secs(4)));
    let waking = |number| house.fleet.known(cell(number)).and_then(|status| status.waking);
    house.ask(cell(9)).await.expect("an answer, and something to learn from");
    let mut asked = Vec::new();
    for number in 1..=3 {
        asked.push(house.send(cell(number), "/say"));
        until(|| waking(number).is_some()).await;
    }
    assert_eq!(waking(1).map(|it| it.phase), Some(WakePhase::Creating));
    let Some(Waking { phase: WakePhase::Queued(WakePlace { number: 2, of: 2 }), left: Some(left) }) =
        waking(3)
    else {
        panic!("{:?}", waking(3))
    };
    assert!(left >= Duration::from_secs(8), "two are ahead: {left:?}");
    until(|| waking(3).is_some_and(|it| it.phase == WakePhase::Queued(WakePlace { number: 1, of: 1 }))).await;
    for answer in asked {
        answer.await.expect("no panic").expect("an answer");
    }
    house.until(cell(3), "running").await;
    assert_eq!(waking(3), None);
}

#[tokio::test(start_paused = true)]
async fn a_cell_that_keeps_dying_does_not_hold_up_others_first_starts() {
    let house = House::with(Settings { concurrent_starts: 1, ..Settings::default() }).await;
    house.host.engine.script(Script::works().start_takes(Duration::from_secs(2)));
    house
        .host
        .engine
        .script_next(cell(1), Script::dies_after(Duration::ZERO, 1).start_takes(Duration::from_secs(2)));
    let dying = house.send(cell(1), "/say");
    until(|| house.host.engine.starts_of(cell(1)) == 1).await;
    let others: Vec<_> = (2..=4).map(|number| house.send(cell(number), "/say")).collect();
    for answer in others {
        answer.await.expect("no panic").expect("an answer");
        assert_eq!(house.host.engine.starts_of(cell(1)), 1, "it is tried again when nobody else waits");
    }
    dying.await.expect("no panic").expect("an answer, too");
}

#[tokio::test(start_paused = true)]
async fn more_than_can_be_held_are_asked_to_come_back_and_whoever_leaves_makes_room() {
    let settings = Settings { held_requests: 3, held_memory_mib: 4, ..Settings::default() };
    let house = House::with(settings).await;
    house.host.engine.script(Script::works().start_takes(Duration::from_secs(9)));
    let mut held: Vec<_> = (1..=3).map(|number| house.send(cell(number), "/say")).collect();
    until(|| house.fleet.world.held.requests() == 3).await;
    let Err(FleetError::Crowded { retry_after }) = house.ask(cell(4)).await else { panic!("let in") };
    assert!(retry_after > Duration::ZERO);
    let leaver = held.remove(0);
    leaver.abort();
    until(|| house.fleet.world.held.requests() == 2).await;
    let large = GatewayRequest { body: Bytes::from(vec![0; 900 * 1024]), ..request("/say") };
    let first = house.fleet.forward(cell(2), large.clone());
    let second = async {
        time::sleep(Duration::from_millis(10)).await;
        house.settings.send_modify(|it| it.held_requests = 10);
        house.fleet.forward(cell(2), large.clone()).await
    };
    let (first, second) = tokio::join!(first, second);
    first.expect("an answer");
    assert!(matches!(second, Err(FleetError::TooMany { .. })), "a quarter of the memory is one user's");
    for answer in held {
        answer.await.expect("no panic").expect("an answer");
    }
    house.host.assert_sound();
}

#[tokio::test(start_paused = true)]
async fn whoever_has_an_awake_agent_is_served_however_many_wait_for_others() {
    let house = House::with(Settings { held_requests: 1, ..Settings::default() }).await;
    house.ask(cell(1)).await.expect("an answer");
    house.host.engine.script(Script::works().start_takes(Duration::from_secs(9)));
    let waiting = house.send(cell(2), "/say");
    until(|| house.fleet.world.held.requests() == 1).await;
    assert!(matches!(house.ask(cell(3)).await, Err(FleetError::Crowded { .. })));
    house.ask(cell(1)).await.expect("an answer at once");
    assert_eq!(house.fleet.world.held.requests(), 1, "the other still waits");
    waiting.await.expect("no panic").expect("an answer");
}

#[tokio::test(start_paused = true)]
async fn whoever_waits_for_memory_is_told_so_and_stands_behind_those_who_have_it() {
    let limit = 2_048;
    let settings = Settings {
        concurrent_starts: 1,
        memory_limit_mib: limit,
        host_memory_mib: 3 * limit,
        ..Settings::default()
    };
    let house = House::with(settings).await;
    house.host.engine.script(Script::works().start_takes(Duration::from_secs(4)));
    let waking = |number| house.fleet.known(cell(number)).and_then(|status| status.waking);
    let mut asked = Vec::new();
    for number in 1..=5 {
        asked.push(house.send(cell(number), "/stream"));
        until(|| waking(number).is_some()).await;
    }
    let phases: Vec<_> = (2..=5).map(|number| waking(number).map(|it| it.phase)).collect();
    let place = |number| WakePlace { number, of: 4 };
    let expected = [
        WakePhase::Queued(place(1)),
        WakePhase::Queued(place(2)),
        WakePhase::WaitingForMemory(place(3)),
        WakePhase::WaitingForMemory(place(4)),
    ];
    assert_eq!(phases, expected.map(Some));
    assert!(waking(4).is_some_and(|it| it.left.is_none()), "nobody knows when others leave");
    let figures =
        MemoryFigures { budget_mib: Some(3 * limit), each_mib: limit, awake: 3, frozen: 0, waiting: 2 };
    assert_eq!(house.fleet.memory(), figures);
    let mut streams = Vec::new();
    for answer in asked.drain(..3) {
        streams.push(answer.await.expect("no panic").expect("a head"));
    }
    let place = WakePlace { number: 1, of: 2 };
    assert_eq!(waking(4).map(|it| it.phase), Some(WakePhase::WaitingForMemory(place)));
    streams.clear();
    for answer in asked {
        drop(answer.await.expect("no panic").expect("a head"));
    }
}

#[tokio::test(start_paused = true)]
async fn one_user_with_many_requests_has_one_place_and_the_others_keep_theirs() {
    let house = House::with(Settings { concurrent_starts: 1, ..Settings::default() }).await;
    house.host.engine.script(Script::works().start_takes(Duration::from_secs(2)));
    let first = house.send(cell(9), "/say");
    until(|| house.host.engine.starts_of(cell(9)) == 1).await;
    let many: Vec<_> = (0..100).map(|_| house.send(cell(1), "/say")).collect();
    until(|| house.fleet.world.starts.waiting() == 1).await;
    let other = house.send(cell(2), "/say");
    until(|| house.fleet.world.starts.waiting() == 2).await;
    let phase = house.fleet.known(cell(2)).and_then(|it| it.waking).map(|it| it.phase);
    assert_eq!(phase, Some(WakePhase::Queued(WakePlace { number: 2, of: 2 })));
    for answer in many.into_iter().chain([first, other]) {
        answer.await.expect("no panic").expect("an answer");
    }
}
