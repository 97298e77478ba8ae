//! Settings in words: what a number counts, and from when on a change holds.

use mosaic_api::ConfigEffect;

pub(crate) const fn effect(effect: ConfigEffect) -> &'static str {
    match effect {
        ConfigEffect::AtOnce => "Holds at once.",
        ConfigEffect::NextAgentStart => "Holds for an agent from its next start on.",
        ConfigEffect::WhenIdle => "Reaches an agent that runs as soon as nobody uses it.",
        ConfigEffect::NextSignIn => "Holds for browsers that sign in from then on.",
    }
}

/// A number of seconds, as people say it, where that is shorter: "30 min".
pub(crate) fn spelled(unit: Option<&str>, number: &str) -> Option<String> {
    let number: u64 = number.trim().parse().ok()?;
    let (size, name) = match unit? {
        "seconds" => [(86_400, "d"), (3_600, "h"), (60, "min")]
            .into_iter()
            .find(|(size, _)| number >= *size && number.is_multiple_of(*size))?,
        "mebibytes" if number >= 1_024 && number.is_multiple_of(1_024) => (1_024, "GiB"),
        "millicores" if number >= 1_000 && number.is_multiple_of(1_000) => (1_000, "cores"),
        _ => return None,
    };
    Some(format!("= {} {name}", number / size))
}

pub(crate) fn unit(unit: &str) -> &str {
    match unit {
        "mebibytes" => "MiB",
        "millicores" => "thousandths of a core",
        "count" => "",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_numbers_are_spelled_out() {
        assert_eq!(spelled(Some("seconds"), "1800").as_deref(), Some("= 30 min"));
        assert_eq!(spelled(Some("seconds"), "172800").as_deref(), Some("= 2 d"));
        assert_eq!(spelled(Some("mebibytes"), "2048").as_deref(), Some("= 2 GiB"));
        assert_eq!((spelled(Some("seconds"), "45"), spelled(Some("count"), "4000")), (None, None));
    }
}
