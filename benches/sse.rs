//! Finding the frames of an answer, beside copying its bytes: what whole frames cost.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use mosaic_api::sse::{Splitter, ends_frame, last_frame_end};

const FRAMES: usize = 1_000;
/// How an answer arrives: a frame at a time, cut anywhere, or many at once. Bytes; 0 is frame by frame.
const CUTS: [(&str, usize); 3] =
    [("a frame a chunk", 0), ("cut at 100 bytes", 100), ("chunks of 8 KiB", 8_192)];

fn frames(criterion: &mut Criterion) {
    let frame = |number: usize| {
        format!(
            "data: {{\"id\":\"chatcmpl-bench\",\"object\":\"chat.completion.chunk\",\"created\":0,\"choices\":\
             [{{\"index\":0,\"delta\":{{\"content\":\"word {number} \"}},\"finish_reason\":null}}]}}\n\n"
        )
    };
    let answer: Vec<String> = (0..FRAMES).map(frame).collect();
    let whole = answer.concat().into_bytes();
    let mut group = criterion.benchmark_group("sse");
    group.throughput(Throughput::Bytes(whole.len() as u64));
    for (name, cut) in CUTS {
        let chunks: Vec<&[u8]> = match cut {
            0 => answer.iter().map(String::as_bytes).collect(),
            cut => whole.chunks(cut).collect(),
        };
        group.bench_with_input(BenchmarkId::new("floor: copy", name), &chunks, |bencher, chunks| {
            bencher.iter(|| chunks.iter().map(|chunk| black_box(chunk.to_vec()).len()).sum::<usize>());
        });
        group.bench_with_input(
            BenchmarkId::new("boundaries, as a chat passes", name),
            &chunks,
            |bencher, chunks| {
                bencher.iter(|| chunks.iter().filter_map(|chunk| boundary(chunk)).sum::<usize>());
            },
        );
        group.bench_with_input(BenchmarkId::new("split and read", name), &chunks, |bencher, chunks| {
            bencher.iter(|| {
                let mut splitter = Splitter::default();
                let read = chunks.iter().map(|chunk| splitter.push(chunk).expect("short frames").len());
                read.sum::<usize>()
            });
        });
    }
    group.finish();
}

/// What the relay asks of each chunk.
fn boundary(chunk: &[u8]) -> Option<usize> {
    if ends_frame(black_box(chunk)) { Some(chunk.len()) } else { last_frame_end(chunk) }
}

criterion_group!(benches, frames);
criterion_main!(benches);
