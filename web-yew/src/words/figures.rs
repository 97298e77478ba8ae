//! The fleet's figures, for people.

use std::collections::BTreeMap;

use mosaic_api::{FleetFiguresBody, MemoryFiguresBody, WakeFiguresBody};

use super::number;

/// How long something took, to two digits or so.
pub(crate) fn took(ms: u64) -> String {
    match ms {
        0..1_000 => format!("{ms} ms"),
        1_000..10_000 => format!("{}.{} s", ms / 1_000, ms % 1_000 / 100),
        10_000..120_000 => format!("{} s", ms / 1_000),
        _ => format!("{} min", ms / 60_000),
    }
}

/// How many wakes there were and how long they took.
pub(crate) fn wakes(figures: &WakeFiguresBody) -> String {
    let count = usize::try_from(figures.count).unwrap_or(usize::MAX);
    match (count, figures.median_ms, figures.p95_ms) {
        (1, Some(median), _) => format!("1 wake took {}", took(median)),
        (2.., Some(median), Some(p95)) => {
            format!("Of {} wakes half took up to {}, 95 % up to {}", number(count), took(median), took(p95))
        }
        _ => "No agent woke".to_owned(),
    }
}

/// How many containers died, and of what; the most frequent first.
pub(crate) fn deaths<'a>(all: impl IntoIterator<Item = (&'a str, u64)>) -> String {
    let mut kinds: BTreeMap<&str, u64> = BTreeMap::new();
    for (kind, count) in all {
        *kinds.entry(kind).or_default() += count;
    }
    let total: u64 = kinds.values().sum();
    let mut kinds: Vec<_> = kinds.into_iter().collect();
    kinds.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let how_many = match total {
        0 => return "No container died".to_owned(),
        1 => "1 container died".to_owned(),
        _ => format!("{} containers died", number(usize::try_from(total).unwrap_or(usize::MAX))),
    };
    if let [(kind, _)] = kinds[..] {
        return format!("{how_many}: {}", died_of(kind));
    }
    let told: Vec<String> =
        kinds.iter().map(|(kind, count)| format!("{} ({count})", died_of(kind))).collect();
    format!("{how_many}: {}", told.join(", "))
}

/// The deaths of all parts.
pub(crate) fn all_deaths(figures: &FleetFiguresBody) -> String {
    let deaths = figures.parts.iter().flat_map(|part| &part.deaths);
    deaths_of(deaths)
}

/// The deaths of one part.
pub(crate) fn deaths_of<'a>(deaths: impl IntoIterator<Item = &'a mosaic_api::DeathFigureBody>) -> String {
    self::deaths(deaths.into_iter().map(|death| (death.kind.as_str(), death.count)))
}

/// What they died of, by the server's word for it.
fn died_of(kind: &str) -> String {
    match kind {
        "exit" => "process ended".to_owned(),
        "signal" => "ended by a signal".to_owned(),
        "out_of_memory" => "out of memory".to_owned(),
        "config_refused" => "refused its configuration".to_owned(),
        "state_directory" => "could not use its state directory".to_owned(),
        "token_refused" => "came with a wrong token".to_owned(),
        "not_ready" => "not ready in time".to_owned(),
        "unresponsive" => "stopped answering".to_owned(),
        "vanished" => "disappeared".to_owned(),
        "engine" => "refused by the container engine".to_owned(),
        "preparation" => "could not be prepared".to_owned(),
        other => other.replace('_', " "),
    }
}

/// An amount of memory.
pub(crate) fn memory(mib: u64) -> String {
    match mib {
        0..1_024 => format!("{mib} MiB"),
        _ if mib.is_multiple_of(1_024) || mib >= 10_240 => format!("{} GiB", mib / 1_024),
        _ => format!("{}.{} GiB", mib / 1_024, mib % 1_024 * 10 / 1_024),
    }
}

/// Who has memory, and how much there is.
pub(crate) fn budget(figures: &MemoryFiguresBody) -> String {
    let MemoryFiguresBody { budget_mib, each_mib, awake, frozen, waiting } = *figures;
    let given = memory((awake + frozen) * u64::from(each_mib));
    let of = budget_mib.map(|mib| format!(" of {}", memory(mib.into()))).unwrap_or_default();
    let waiting = if waiting > 0 { format!(", {waiting} waiting for memory") } else { String::new() };
    format!("{given}{of} given out: {awake} awake, {frozen} frozen{waiting}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_told_as_exactly_as_it_matters() {
        let all = [0, 999, 1_000, 9_999, 10_000, 119_999, 120_000].map(took);
        assert_eq!(all, ["0 ms", "999 ms", "1.0 s", "9.9 s", "10 s", "119 s", "2 min"]);
    }

    #[test]
    fn wakes_are_told_with_what_most_people_wait() {
        let figures = |count, median_ms, p95_ms| wakes(&WakeFiguresBody { count, median_ms, p95_ms });
        assert_eq!(figures(0, None, None), "No agent woke");
        assert_eq!(figures(1, Some(6_100), Some(6_100)), "1 wake took 6.1 s");
        assert_eq!(
            figures(1_204, Some(6_100), Some(12_000)),
            "Of 1,204 wakes half took up to 6.1 s, 95 % up to 12 s"
        );
    }

    #[test]
    fn deaths_are_told_by_what_they_were_the_most_frequent_first() {
        assert_eq!(deaths([]), "No container died");
        assert_eq!(deaths([("out_of_memory", 1)]), "1 container died: out of memory");
        assert_eq!(deaths([("exit", 3), ("exit", 1)]), "4 containers died: process ended");
        let several = deaths([("exit", 1), ("signal", 2), ("moon_was_full", 1), ("exit", 2)]);
        assert_eq!(several, "6 containers died: process ended (3), ended by a signal (2), moon was full (1)");
    }

    #[test]
    fn memory_is_told_with_and_without_a_limit() {
        assert_eq!([512, 1_024, 1_536, 20_000].map(memory), ["512 MiB", "1 GiB", "1.5 GiB", "19 GiB"]);
        let mut figures =
            MemoryFiguresBody { budget_mib: Some(8_192), each_mib: 2_048, awake: 1, frozen: 2, waiting: 3 };
        assert_eq!(budget(&figures), "6 GiB of 8 GiB given out: 1 awake, 2 frozen, 3 waiting for memory");
        (figures.budget_mib, figures.waiting) = (None, 0);
        assert_eq!(budget(&figures), "6 GiB given out: 1 awake, 2 frozen");
    }
}
