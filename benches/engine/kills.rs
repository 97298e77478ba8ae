//! Mosaic is killed where many agents run.

use std::time::Instant;

use futures_util::future;

use crate::support::{Mosaic, Person, chat, get};

/// Running agents.
const AGENTS: usize = 50;
/// Nobody asks it: the stand-in answers by itself.
const NO_MODELS: &str = "http://standin.invalid/v1";

/// Measures how soon all of them are answered again, and whether any was started anew.
pub(crate) async fn measure(image: String) {
    let mut mosaic = Mosaic::start(image).await;
    // Their own reservations would bound how many fit.
    mosaic.set("memory_limit_mib", "256");
    let people: Vec<Person> = (0..AGENTS).map(|it| mosaic.person(&format!("p{it}"), NO_MODELS)).collect();
    let rush = Instant::now();
    all_answered(&mosaic, &people).await;
    let rush = rush.elapsed();
    let before = sorted(mosaic.containers());
    assert_eq!(before.len(), AGENTS);
    mosaic.kill();
    let began = Instant::now();
    mosaic.restart().await;
    let up = began.elapsed();
    while !running(&mosaic, &people).await {
        tokio::task::yield_now().await;
    }
    let adopted = began.elapsed();
    all_answered(&mosaic, &people).await;
    let answered = began.elapsed();
    assert_eq!(sorted(mosaic.containers()), before, "some were started anew");
    println!("{AGENTS} stand-in agents on the real engine");
    println!("  all woken at once and answered: {:.1} s", rush.as_secs_f64());
    println!(
        "  kill -9: up again {:.2} s, all adopted {:.2} s, all answered {:.2} s after; none started anew",
        up.as_secs_f64(),
        adopted.as_secs_f64(),
        answered.as_secs_f64()
    );
}

fn sorted(mut ids: Vec<String>) -> Vec<String> {
    ids.sort_unstable();
    ids
}

async fn running(mosaic: &Mosaic, people: &[Person]) -> bool {
    let url = mosaic.url("/api/cell");
    let cells = future::join_all(people.iter().map(|person| get(&url, &person.token))).await;
    cells.iter().all(|cell| cell.json()["state"] == "running")
}

async fn all_answered(mosaic: &Mosaic, people: &[Person]) {
    let answers = future::join_all(people.iter().map(|person| chat(mosaic, person, "c", "hello"))).await;
    assert!(answers.iter().all(|answer| answer.done && answer.error.is_none()), "{answers:?}");
}
