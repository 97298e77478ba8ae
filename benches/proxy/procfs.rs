//! What the kernel says a process has used.

use std::fs;

/// The kernel's clock tick: 100 a second on every Linux that Rust runs on.
const TICKS_PER_SECOND: u64 = 100;
const PAGE_BYTES: u64 = 4096;

/// Processor time of these processes so far, user and system. Milliseconds.
pub(crate) fn cpu_millis(pids: &[u32]) -> u64 {
    pids.iter().filter_map(|pid| ticks(*pid)).sum::<u64>() * 1000 / TICKS_PER_SECOND
}

/// Resident memory of these processes. Bytes; pages they share count for each.
pub(crate) fn resident_bytes(pids: &[u32]) -> u64 {
    pids.iter().filter_map(|pid| resident_pages(*pid)).sum::<u64>() * PAGE_BYTES
}

fn ticks(pid: u32) -> Option<u64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name, in parentheses, may hold spaces; the fields behind it do not.
    let (_, fields) = stat.rsplit_once(") ")?;
    let mut times = fields.split(' ').skip(11).map_while(|field| field.parse::<u64>().ok());
    Some(times.next()? + times.next()?)
}

fn resident_pages(pid: u32) -> Option<u64> {
    let statm = fs::read_to_string(format!("/proc/{pid}/statm")).ok()?;
    statm.split(' ').nth(1)?.parse().ok()
}
