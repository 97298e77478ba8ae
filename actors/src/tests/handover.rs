//! Messages that meet an actor which is just ending: none is lost between it and its successor.

use std::{sync::Arc, time::Duration};

use futures_util::future;
use tokio::{sync::oneshot, task, time};

use super::house::{House, cell, until};
use crate::{FleetError, cell::CellMsg};

/// Enough rounds for every place in an actor's end to be met.
const ROUNDS: usize = 1_500;

/// Lets the others go on for a while that differs from round to round.
async fn give_way(round: usize) {
    for _ in 0..round % 37 {
        task::yield_now().await;
    }
}

#[tokio::test(start_paused = true)]
async fn no_request_is_refused_however_fast_a_cell_wakes_and_sleeps() {
    let house = House::new().await;
    house.pages.answer_at_once();
    for round in 0..ROUNDS {
        let (one, two) = future::join(house.ask(cell(1)), async {
            give_way(round).await;
            house.ask(cell(1)).await
        })
        .await;
        assert_eq!((one.as_deref(), two.as_deref()), (Ok("hello"), Ok("hello")), "round {round}");
        house.fleet.stop(cell(1)).await.expect("stopped");
        give_way(round / 3).await;
    }
    house.host.assert_sound();
    until(|| !house.fleet.world.has_actor(cell(1))).await;
}

#[tokio::test(start_paused = true)]
async fn whoever_asks_about_a_sleeping_cell_is_answered_by_an_actor_that_ends_at_once() {
    let house = House::new().await;
    house.pages.answer_at_once();
    for round in 0..ROUNDS {
        let status = house.fleet.status(cell(1));
        let stop = async {
            give_way(round).await;
            house.fleet.stop(cell(1)).await
        };
        let retry = async {
            give_way(round / 37).await;
            house.fleet.retry(cell(1)).await
        };
        let (status, stopped, retried) = future::join3(status, stop, retry).await;
        assert_eq!(status.map(|it| it.state.name()), Ok("absent"), "round {round}");
        assert_eq!((stopped, retried), (Ok(()), Ok(())), "round {round}");
    }
    assert_eq!(house.host.engine.starts_of(cell(1)), 0);
}

/// On several threads, where an end and a message can truly be simultaneous; and without the fleet's
/// door, which asks again where an actor died: the message itself is never lost.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_message_that_meets_the_end_of_an_actor_is_answered_by_its_successor() {
    const ASKERS: usize = 8;
    let house = House::new().await;
    house.pages.answer_at_once();
    let askers = (0..ASKERS).map(|asker| {
        let world = Arc::clone(&house.fleet.world);
        house.fleet.world.tasks.spawn(async move {
            for round in 0..ROUNDS {
                give_way(round + asker).await;
                let (reply, answer) = oneshot::channel();
                world.deliver(cell(1), CellMsg::Report { reply });
                let state = answer.await.map(|it| it.state.name());
                assert_eq!(state, Ok("absent"), "asker {asker}, round {round}");
            }
        })
    });
    let rounds = future::join_all(askers.collect::<Vec<_>>());
    let rounds = time::timeout(Duration::from_mins(5), rounds).await.expect("every message is answered");
    assert!(rounds.into_iter().all(|asker| asker.is_ok()), "a message was lost");
}

#[tokio::test(start_paused = true)]
async fn a_closed_fleet_says_so_to_whoever_asks() {
    let house = House::new().await;
    house.ask(cell(1)).await.expect("an answer");
    house.fleet.close().await;
    for number in [1, 2] {
        assert_eq!(house.ask(cell(number)).await, Err(FleetError::ShuttingDown));
        assert_eq!(house.fleet.stop(cell(number)).await, Err(FleetError::ShuttingDown));
    }
}
