//! What a user costs who has chatted once and sleeps, and what one costs who is awake: memory and time.
//!
//! No criterion: growth of a process is measured once. The floor is the actor of an awake, idle cell, which
//! a design that keeps an actor for each user would pay for each of them.
#![expect(clippy::print_stdout, reason = "the result")]

#[path = "support/fleet.rs"]
mod support;

use std::fs;

use futures_util::stream::{self, StreamExt};
use http_body_util::BodyExt;
use mosaic_actors::Fleet;

use self::support::{cell, fleet, gateway, question};

/// How many are there before anything is counted: what the process keeps for itself is then there too.
const FIRST: u128 = 5_000;
const SLEEPERS: u128 = 100_000;
const AWAKE: u128 = 10_000;
/// How many chat at the same time.
const AT_ONCE: usize = 64;
const PAGE_BYTES: f64 = 4096.0;

#[tokio::main]
async fn main() {
    let fleet = fleet(gateway().await, 0).await;
    chat_and_sleep(&fleet, 0, FIRST).await;

    let (before, spent) = (resident_bytes(), cpu_seconds());
    chat_and_sleep(&fleet, FIRST, SLEEPERS).await;
    let sleeping = (resident_bytes() - before) / SLEEPERS as f64;
    let micros = (cpu_seconds() - spent) * 1e6 / SLEEPERS as f64;
    assert!(fleet.statuses().is_empty(), "all sleep");

    let before = resident_bytes();
    chat(&fleet, FIRST + SLEEPERS, AWAKE).await;
    let awake = (resident_bytes() - before) / AWAKE as f64;

    println!("sleepers: {SLEEPERS}, chatted once each");
    println!("bytes a sleeping user: {sleeping:.0}");
    println!("bytes an awake, idle user (floor; {AWAKE} of them): {awake:.0}");
    println!("sleeping to awake: {:.4}", sleeping / awake);
    println!("processor time to wake a user, answer and stop: {micros:.0} us");
    fleet.close().await;
}

async fn chat_and_sleep(fleet: &Fleet, first: u128, count: u128) {
    let users = stream::iter(first..first + count);
    users
        .for_each_concurrent(AT_ONCE, async |user| {
            chat_once(fleet, user).await;
            fleet.stop(cell(user)).await.expect("it stops");
        })
        .await;
}

async fn chat(fleet: &Fleet, first: u128, count: u128) {
    stream::iter(first..first + count).for_each_concurrent(AT_ONCE, |user| chat_once(fleet, user)).await;
}

async fn chat_once(fleet: &Fleet, user: u128) {
    let answer = fleet.forward(cell(user), question()).await.expect("the gateway says yes");
    answer.into_body().collect().await.expect("a whole answer");
}

/// The processor time this process has used, in the kernel's ticks of 10 ms.
fn cpu_seconds() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").expect("Linux");
    let (_, fields) = stat.rsplit_once(") ").expect("the name ends");
    let ticks = fields.split(' ').skip(11).take(2).map(|field| field.parse::<f64>().expect("a number"));
    ticks.sum::<f64>() / 100.0
}

/// The resident memory of this process.
fn resident_bytes() -> f64 {
    let statm = fs::read_to_string("/proc/self/statm").expect("Linux");
    let pages: f64 = statm.split(' ').nth(1).and_then(|field| field.parse().ok()).expect("a number of pages");
    pages * PAGE_BYTES
}
