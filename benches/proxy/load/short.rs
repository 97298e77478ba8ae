//! Short requests: one whole answer each.

use std::{sync::Arc, time::Duration};

use anyhow::ensure;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tokio::{
    sync::mpsc,
    time::{self, Instant, MissedTickBehavior},
};
use tokio_util::task::TaskTracker;

use super::{Callers, HttpClient, Options, client};
use crate::{
    procfs::{cpu_millis, resident_bytes},
    tally::Tally,
};

/// Mosaic always has the gateway stream (ADR 6): to it this question says one chunk, at once.
const QUESTION: &str = "1 1";
/// Before anything is counted, the connections are made and the caches filled at the same rate.
const SETTLING: Duration = Duration::from_secs(1);

pub(super) async fn warm(callers: &Callers) -> anyhow::Result<Value> {
    let client = client();
    for number in 0..callers.tokens.len() {
        ask(&client, callers, number).await?;
    }
    Ok(json!({ "warmed": callers.tokens.len() }))
}

/// Sends at a constant rate, however slow the answers are: a slow target gets no mercy. A latency counts
/// from the moment its request was really sent, not from when it was due: the timer's own unsteadiness is
/// the client's, not the target's.
pub(super) async fn measure(callers: &Callers, options: &Options) -> anyhow::Result<Value> {
    let client = client();
    let callers = Arc::new(callers.clone());
    paced(&client, &callers, options.rate, SETTLING).await;
    let before = cpu_millis(&options.watch);
    let (tally, failures) =
        paced(&client, &callers, options.rate, Duration::from_secs(options.seconds.into())).await;
    let cpu = cpu_millis(&options.watch) - before;
    let (answered, resident) = (tally.count(), resident_bytes(&options.watch));
    Ok(json!({
        "latency": tally.summary(), "answered": answered, "failures": failures,
        "cpu_ms": cpu, "resident_bytes": resident,
    }))
}

async fn paced(client: &HttpClient, callers: &Arc<Callers>, rate: u32, length: Duration) -> (Tally, usize) {
    let (report, mut reports) = mpsc::unbounded_channel();
    let tasks = TaskTracker::new();
    let mut ticks = time::interval(Duration::from_secs(1) / rate);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let end = Instant::now() + length;
    let mut number = 0;
    while Instant::now() < end {
        ticks.tick().await;
        number += 1;
        let (client, callers, report) = (client.clone(), Arc::clone(callers), report.clone());
        tasks.spawn(async move {
            let sent = Instant::now();
            let answered = ask(&client, &callers, number).await;
            let micros = u64::try_from(sent.elapsed().as_micros()).unwrap_or(u64::MAX);
            let _ = report.send(answered.map(|()| micros));
        });
    }
    drop(report);
    let (mut tally, mut failures) = (Tally::default(), 0);
    while let Some(outcome) = reports.recv().await {
        match outcome {
            Ok(micros) => tally.add(micros),
            Err(_) => failures += 1,
        }
    }
    (tally, failures)
}

async fn ask(client: &HttpClient, callers: &Callers, number: usize) -> anyhow::Result<()> {
    let answer = client.request(callers.request(number, QUESTION, false)).await?;
    let status = answer.status();
    let body = answer.into_body().collect().await?.to_bytes();
    ensure!(status.is_success(), "{status}: {}", String::from_utf8_lossy(&body));
    Ok(())
}
