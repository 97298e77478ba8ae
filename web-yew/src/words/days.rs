//! Which day something belongs to, as people count back.

use chrono::{DateTime, FixedOffset, NaiveDate, TimeDelta, Utc};

/// A stretch of days in a list that goes back in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Days {
    Today,
    Yesterday,
    Week,
    Month,
    Earlier,
}

impl Days {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Today => "Today",
            Self::Yesterday => "Yesterday",
            Self::Week => "Last 7 days",
            Self::Month => "Last 30 days",
            Self::Earlier => "Earlier",
        }
    }
}

/// The stretch that a moment belongs to, where local time is this many minutes ahead of UTC.
pub(crate) fn days(at: DateTime<Utc>, now: DateTime<Utc>, ahead_minutes: i32) -> Days {
    let passed = day(now, ahead_minutes) - day(at, ahead_minutes);
    match passed {
        passed if passed < TimeDelta::days(1) => Days::Today,
        passed if passed < TimeDelta::days(2) => Days::Yesterday,
        passed if passed < TimeDelta::days(7) => Days::Week,
        passed if passed < TimeDelta::days(30) => Days::Month,
        _ => Days::Earlier,
    }
}

fn day(at: DateTime<Utc>, ahead_minutes: i32) -> NaiveDate {
    let zone = FixedOffset::east_opt(ahead_minutes * 60);
    zone.map_or_else(|| at.date_naive(), |zone| at.with_timezone(&zone).date_naive())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_begin_at_the_readers_midnight() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().expect("a time");
        let now = at("2026-11-25T00:30:00Z");
        for (when, ahead, expected) in [
            ("2026-11-25T00:10:00Z", 0, Days::Today),
            ("2026-11-24T23:50:00Z", 0, Days::Yesterday),
            ("2026-11-24T23:50:00Z", 60, Days::Today),
            ("2026-11-24T23:50:00Z", -300, Days::Today),
            ("2026-11-19T12:00:00Z", 0, Days::Week),
            ("2026-11-18T12:00:00Z", 0, Days::Month),
            ("2026-10-20T12:00:00Z", 0, Days::Earlier),
            // A clock that is behind the server's.
            ("2026-11-26T12:00:00Z", 0, Days::Today),
        ] {
            assert_eq!(days(at(when), now, ahead), expected, "{when} {ahead}");
        }
    }
}
