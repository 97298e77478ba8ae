//! Many at once: a morning's rush, a fleet that is found running, and questions about states meanwhile.
//!
//! No criterion: each is done once, as it happens. Every figure stands beside a floor from the same process: the
//! same requests sent to the gateway without a fleet.
#![expect(clippy::print_stdout, reason = "the result")]

#[path = "support/fleet.rs"]
mod support;

use std::{
    net::SocketAddr,
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

use futures_util::{StreamExt, future, stream};
use http_body_util::{BodyExt, Empty};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use mosaic_actors::Fleet;

use self::support::{cell, fleet, gateway, question};

/// Users who come at the same moment.
const RUSH: u128 = 1_000;
/// Agents that run when a Mosaic begins.
const FOUND: u128 = 10_000;
/// How long states are asked for.
const ASKING: Duration = Duration::from_secs(3);
/// How many requests the floor sends side by side: as many as a fleet asks its new gateways at once.
const AT_ONCE: usize = 256;

#[tokio::main]
async fn main() {
    let gateway = gateway().await;
    rush(gateway).await;
    adoption(gateway).await;
    look_ups(gateway).await;
}

/// Everybody wakes their agent at once, and is answered.
async fn rush(gateway: SocketAddr) {
    let fleet = fleet(gateway, 0).await;
    let began = Instant::now();
    future::join_all((1..=RUSH).map(|user| answered(&fleet, user))).await;
    let rush = began.elapsed();
    // To see that a gateway is ready, and the question itself.
    let floor = asked_directly(gateway, 2 * RUSH).await;
    println!("a rush: {RUSH} users at once, all answered in {:.0} ms", millis(rush));
    println!("a wake: {:.0} us; floor, its two requests: {:.0} us", micros(rush, RUSH), micros(floor, RUSH));
    fleet.close().await;
}

/// A Mosaic begins where very many agents run.
async fn adoption(gateway: SocketAddr) {
    let began = Instant::now();
    let fleet = fleet(gateway, FOUND).await;
    while running(&fleet) < FOUND {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let adopted = began.elapsed();
    let floor = asked_directly(gateway, FOUND).await;
    println!("adoption: {FOUND} running agents taken over in {:.0} ms", millis(adopted));
    println!(
        "one: {:.0} us; floor, its health check: {:.0} us",
        micros(adopted, FOUND),
        micros(floor, FOUND)
    );
    fleet.close().await;
}

fn running(fleet: &Fleet) -> u128 {
    let running = |status: &&mosaic_model::CellStatus| status.state.name() == "running";
    fleet.statuses().iter().filter(running).count() as u128
}

/// States are asked for while leases come and go.
async fn look_ups(gateway: SocketAddr) {
    let fleet = fleet(gateway, 0).await;
    future::join_all((1..=RUSH).map(|user| answered(&fleet, user))).await;
    let over = AtomicBool::new(false);
    let writers = stream::iter((1..=RUSH).cycle())
        .take_while(|_| future::ready(!over.load(Ordering::Relaxed)))
        .map(|user| answered(&fleet, user))
        .buffer_unordered(64)
        .fold(0_u64, async |count, ()| count + 1);
    let readers = async {
        let (began, mut count) = (Instant::now(), 0_u64);
        while began.elapsed() < ASKING {
            for user in 1..=RUSH {
                fleet.status(cell(user)).await.expect("it is awake");
                count += 1;
            }
            tokio::task::yield_now().await;
        }
        over.store(true, Ordering::Relaxed);
        count as f64 / began.elapsed().as_secs_f64()
    };
    let (written, read) = future::join(writers, readers).await;
    let written = written as f64 / ASKING.as_secs_f64();
    println!("look-ups: {read:.0} a second, beside {written:.0} chats a second");
    fleet.close().await;
}

async fn answered(fleet: &Fleet, user: u128) {
    let answer = fleet.forward(cell(user), question()).await.expect("the gateway says yes");
    answer.into_body().collect().await.expect("a whole answer");
}

/// How long so many requests take that nothing stands before.
async fn asked_directly(gateway: SocketAddr, count: u128) -> Duration {
    let client: Client<HttpConnector, Empty<bytes::Bytes>> =
        Client::builder(TokioExecutor::new()).build_http();
    let address: http::Uri = format!("http://{gateway}/startupz").parse().expect("an address");
    let began = Instant::now();
    stream::iter(0..count)
        .for_each_concurrent(AT_ONCE, async |_| {
            let answer = client.get(address.clone()).await.expect("the gateway says yes");
            answer.into_body().collect().await.expect("a whole answer");
        })
        .await;
    began.elapsed()
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn micros(time: Duration, count: u128) -> f64 {
    time.as_secs_f64() * 1e6 / count as f64
}
