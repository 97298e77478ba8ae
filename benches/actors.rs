//! Asking a cell's actor, beside a bare channel and its answer: what the fleet's door and the actor cost.

#[path = "support/fleet.rs"]
mod support;

use criterion::{Criterion, criterion_group, criterion_main};
use mosaic_actors::Fleet;
use tokio::{
    runtime::Runtime,
    sync::{mpsc, oneshot},
};
use tokio_util::task::TaskTracker;

use self::support::{cell, fleet, gateway, question};

fn round_trips(criterion: &mut Criterion) {
    let runtime = Runtime::new().expect("a runtime");
    let fleet = runtime.block_on(awake());
    let echo = {
        let _inside = runtime.enter();
        echo()
    };
    let mut group = criterion.benchmark_group("actor");
    group.bench_function("floor: a channel and its answer", |bencher| {
        bencher.to_async(&runtime).iter(async || {
            let (reply, answer) = oneshot::channel();
            echo.send(reply).expect("it listens");
            answer.await
        });
    });
    group.bench_function("a message and its answer", |bencher| {
        bencher.to_async(&runtime).iter(|| fleet.retry(cell(1)));
    });
    group.bench_function("the state of a cell that is awake", |bencher| {
        bencher.to_async(&runtime).iter(|| fleet.status(cell(1)));
    });
    // Another cell each time: for a moment after an answer the same one is still known.
    let mut sleeper = 1;
    group.bench_function("the state of a cell that sleeps", |bencher| {
        bencher.to_async(&runtime).iter(|| {
            sleeper += 1;
            fleet.status(cell(sleeper))
        });
    });
    group.finish();
    runtime.block_on(fleet.close());
}

/// A fleet in which the first cell is awake.
async fn awake() -> Fleet {
    let fleet = fleet(gateway().await, 0).await;
    fleet.forward(cell(1), question()).await.expect("the gateway says yes");
    fleet
}

/// A task that answers and does nothing else.
fn echo() -> mpsc::UnboundedSender<oneshot::Sender<()>> {
    let (sender, mut asked) = mpsc::unbounded_channel::<oneshot::Sender<()>>();
    TaskTracker::new().spawn(async move {
        while let Some(reply) = asked.recv().await {
            let _ = reply.send(());
        }
    });
    sender
}

criterion_group!(benches, round_trips);
criterion_main!(benches);
