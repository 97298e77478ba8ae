//! What a cell's container uses of its host.

use crate::Timestamp;

/// A container's counters at one moment. Those that only grow begin again with every container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// Of which container: the engine's id.
    pub container: String,
    /// When, by the engine's clock.
    pub at: Timestamp,
    /// Processor time since its start, of all cores together. Nanoseconds.
    pub cpu_nanos: u64,
    /// Memory in use, without what the kernel only keeps of files and gives back at once. Bytes.
    pub memory_bytes: u64,
    /// The most memory it may use. Bytes.
    pub memory_limit_bytes: u64,
    /// What came in from its network since its start. Bytes.
    pub received_bytes: u64,
    /// What went out to its network since its start. Bytes.
    pub sent_bytes: u64,
}

/// What a container used between two readings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Usage {
    /// When the second reading was taken.
    pub at: Timestamp,
    /// Processor time in each second. Thousandths of a core.
    pub cpu_millis: u64,
    /// Memory in use at the end. Bytes.
    pub memory_bytes: u64,
    /// The most memory it may use. Bytes.
    pub memory_limit_bytes: u64,
    /// What came in from its network. Bytes a second.
    pub received_per_sec: u64,
    /// What went out to its network. Bytes a second.
    pub sent_per_sec: u64,
}

impl Usage {
    /// What was used in between; none where no time has passed, another container took the place of the first, or a
    /// counter went back.
    pub fn between(before: &Reading, after: &Reading) -> Option<Self> {
        if before.container != after.container {
            return None;
        }
        let nanos =
            u64::try_from((after.at - before.at).num_nanoseconds()?).ok().filter(|nanos| *nanos > 0)?;
        let per_sec = |before: u64, after: u64| {
            let grown = u128::from(after.checked_sub(before)?);
            u64::try_from(grown * NANOS_PER_SEC / u128::from(nanos)).ok()
        };
        Some(Self {
            at: after.at,
            cpu_millis: per_sec(before.cpu_nanos, after.cpu_nanos)? / NANOS_PER_MILLI,
            memory_bytes: after.memory_bytes,
            memory_limit_bytes: after.memory_limit_bytes,
            received_per_sec: per_sec(before.received_bytes, after.received_bytes)?,
            sent_per_sec: per_sec(before.sent_bytes, after.sent_bytes)?,
        })
    }
}

const NANOS_PER_SEC: u128 = 1_000_000_000;
/// Of a second's nanoseconds, how many a thousandth of a core has.
const NANOS_PER_MILLI: u64 = 1_000_000;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn reading(millis: i64, cpu_nanos: u64, received_bytes: u64, sent_bytes: u64) -> Reading {
        let at = Timestamp::from_timestamp_millis(millis).expect("in range");
        let (memory_bytes, memory_limit_bytes) = (300, 1_000);
        let container = "c".to_owned();
        Reading { container, at, cpu_nanos, memory_bytes, memory_limit_bytes, received_bytes, sent_bytes }
    }

    #[test]
    fn what_was_used_in_between_is_told_by_the_second() {
        let used = Usage::between(&reading(0, 5_000, 10, 20), &reading(500, 750_005_000, 2_010, 20));
        let used = used.expect("time has passed");
        assert_eq!((used.cpu_millis, used.received_per_sec, used.sent_per_sec), (1_500, 4_000, 0));
        assert_eq!((used.memory_bytes, used.memory_limit_bytes), (300, 1_000));
    }

    #[test]
    fn what_cannot_be_told_is_not_made_up() {
        let first = reading(1_000, 10, 10, 10);
        let another = Reading { container: "d".to_owned(), ..reading(2_000, 20, 20, 20) };
        for other in
            [reading(1_000, 10, 10, 10), reading(500, 20, 20, 20), reading(2_000, 9, 20, 20), another]
        {
            assert_eq!(Usage::between(&first, &other), None, "{other:?}");
        }
    }

    proptest! {
        #[test]
        fn the_whole_is_the_sum_of_its_seconds(secs in 1_i64..10_000, cores in 0_u64..64, per_sec in 0_u64..1 << 30) {
            let secs_u = secs.cast_unsigned();
            let after = reading(secs * 1_000, cores * 1_000_000_000 * secs_u, per_sec * secs_u, 0);
            let used = Usage::between(&reading(0, 0, 0, 0), &after).expect("time has passed");
            prop_assert_eq!((used.cpu_millis, used.received_per_sec), (cores * 1_000, per_sec));
        }
    }
}
