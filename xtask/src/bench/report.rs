//! The table: medians of the rounds, beside the floor of the same run.

use std::fmt::Write as _;

use super::measure::{Plan, Results};

const MIB: f64 = 1024.0 * 1024.0;

/// The report in Markdown.
pub(crate) fn write(results: &[Results], plan: &Plan, load_before: &str) -> String {
    let mut text = format!(
        "Medians of {} rounds. {} Load average before the run: {load_before} (above 0.5 others were at work).\n\n",
        plan.rounds,
        machine(),
    );
    short(&mut text, results, plan);
    streams(&mut text, results, plan);
    text
}

fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    format!("{cores} cores, {}.", model.map_or("unknown", |(_, name)| name))
}

fn short(text: &mut String, results: &[Results], plan: &Plan) {
    let floor = &results[0].short;
    let (floor_p50, floor_p99) =
        (median(floor, |it| it.latency.p50_us), median(floor, |it| it.latency.p99_us));
    let _ = write!(
        text,
        "### Short requests, {} a second for {} s\n\n\
         | | p50 ms | added p50 ms | p99 ms | added p99 ms | CPU us a request | failed |\n\
         |---|---:|---:|---:|---:|---:|---:|\n",
        plan.rate, plan.seconds
    );
    for target in results {
        let p50 = median(&target.short, |it| it.latency.p50_us);
        let p99 = median(&target.short, |it| it.latency.p99_us);
        let cpu = median(&target.short, |it| it.cpu_ms * 1_000_000 / it.answered) / 1e3;
        let failed: u64 = target.short.iter().map(|it| it.failures).sum();
        let added = |value: f64, floor: f64| (value - floor) / 1e3;
        let _ = writeln!(
            text,
            "| {} | {:.2} | {:.2} | {:.2} | {:.2} | {cpu:.0} | {failed} |",
            target.name,
            p50 / 1e3,
            added(p50, floor_p50),
            p99 / 1e3,
            added(p99, floor_p99),
        );
    }
}

fn streams(text: &mut String, results: &[Results], plan: &Plan) {
    let floor = &results[0].streams;
    let (floor_p50, floor_p99) =
        (median(floor, |it| it.latency.p50_us), median(floor, |it| it.latency.p99_us));
    let cpu_of = |target: &Results| median(&target.streams, |it| it.cpu_ms * 1_000_000 / it.chunks) / 1e3;
    let haproxy = results.iter().find(|it| it.name == "haproxy").map_or(f64::NAN, cpu_of);
    let _ = write!(
        text,
        "\n### {} streams of {} chunks, 20 ms apart\n\n\
         | | CPU s a million chunks | to HAProxy | added p50 ms a chunk | added p99 ms a chunk | memory MiB, idle | with the streams |\n\
         |---|---:|---:|---:|---:|---:|---:|\n",
        plan.streams, plan.chunks
    );
    for target in results {
        let cpu = cpu_of(target);
        let p50 = median(&target.streams, |it| it.latency.p50_us) - floor_p50;
        let p99 = median(&target.streams, |it| it.latency.p99_us) - floor_p99;
        let idle = target.streams.first().map_or(0.0, |it| it.resident_idle_bytes as f64) / MIB;
        let busy = median(&target.streams, |it| it.resident_bytes) / MIB;
        let _ = writeln!(
            text,
            "| {} | {cpu:.1} | {:.2} | {:.2} | {:.2} | {idle:.0} | {busy:.0} |",
            target.name,
            cpu / haproxy,
            p50 / 1e3,
            p99 / 1e3,
        );
    }
}

/// The middle one of the rounds' values.
fn median<T>(rounds: &[T], value: impl Fn(&T) -> u64) -> f64 {
    let mut values: Vec<u64> = rounds.iter().map(value).collect();
    values.sort_unstable();
    values.get(values.len() / 2).copied().unwrap_or_default() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_not_moved_by_one_bad_round() {
        assert!((median(&[3, 900, 4], |value| *value) - 4.0).abs() < f64::EPSILON);
    }
}
