//! Many streams at a time, each chunk timed from the gateway's stamp in it to its arrival here.

use std::{sync::Arc, time::Duration};

use anyhow::{Context, ensure};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tokio::time;
use tokio_util::task::TaskTracker;

use super::{Callers, HttpClient, Options, client};
use crate::{
    procfs::{cpu_millis, resident_bytes},
    tally::{Tally, now_micros},
};

/// What every chunk of the gateway's begins with.
const STAMP: &[u8] = b"data: {\"sent\":";
/// What every whole stream ends with.
const END: &[u8] = b"data: [DONE]\n\n";

/// The processor time counts from the first request to the last byte; memory is read half-way, when every
/// stream is open.
pub(super) async fn measure(callers: &Callers, options: &Options) -> anyhow::Result<Value> {
    let (client, callers) = (client(), Arc::new(callers.clone()));
    let content: Arc<str> = format!("{} {}", options.chunks, options.pause_ms).into();
    let pause = Duration::from_millis(options.pause_ms);
    let resident_idle = resident_bytes(&options.watch);
    let before = cpu_millis(&options.watch);
    let tasks = TaskTracker::new();
    let mut streams = Vec::with_capacity(options.streams);
    for number in 0..options.streams {
        // Spread over one pause, so that the streams do not tick together.
        let start = pause.mul_f64(number as f64 / options.streams as f64);
        let (client, callers, content) = (client.clone(), Arc::clone(&callers), Arc::clone(&content));
        streams.push(tasks.spawn(async move {
            time::sleep(start).await;
            follow(&client, &callers, number, &content).await
        }));
    }
    let half = pause.mul_f64(options.chunks as f64 / 2.0);
    time::sleep(half).await;
    let resident = resident_bytes(&options.watch);
    let (mut tally, mut failures) = (Tally::default(), Vec::new());
    for stream in streams {
        match stream.await? {
            Ok(stream) => tally.merge(stream),
            Err(error) => failures.push(error.to_string()),
        }
    }
    let cpu = cpu_millis(&options.watch) - before;
    let chunks = tally.count();
    Ok(json!({
        "latency": tally.summary(), "chunks": chunks,
        "failures": failures.len(), "first_failure": failures.first(),
        "cpu_ms": cpu, "resident_idle_bytes": resident_idle, "resident_bytes": resident,
    }))
}

async fn follow(
    client: &HttpClient,
    callers: &Callers,
    number: usize,
    content: &str,
) -> anyhow::Result<Tally> {
    let answer = client.request(callers.request(number, content, true)).await?;
    ensure!(answer.status().is_success(), "{}", answer.status());
    let mut body = answer.into_body();
    let mut tally = Tally::default();
    let mut held: Vec<u8> = Vec::new();
    while let Some(frame) = body.frame().await {
        let Ok(bytes) = frame?.into_data() else { continue };
        let arrived = now_micros();
        held.extend_from_slice(&bytes);
        let whole = held.len() - held.rsplit(|byte| *byte == b'\n').next().map_or(0, <[u8]>::len);
        for line in held[..whole].split(|byte| *byte == b'\n') {
            if let Some(sent) = stamp(line) {
                tally.add(arrived.saturating_sub(sent));
            }
        }
        if held.ends_with(END) {
            return Ok(tally);
        }
        held.drain(..whole);
    }
    Err(anyhow::anyhow!("a stream ended early")).context(format!("after {} chunks", tally.count()))
}

fn stamp(line: &[u8]) -> Option<u64> {
    let digits = line.strip_prefix(STAMP)?;
    let end = digits.iter().position(|byte| *byte == b',')?;
    std::str::from_utf8(&digits[..end]).ok()?.parse().ok()
}
