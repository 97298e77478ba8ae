//! How long ago, and how long yet.

use chrono::{DateTime, TimeDelta, Utc};

/// How long ago something was; none where only the date says it well.
pub(crate) fn ago(at: DateTime<Utc>, now: DateTime<Utc>) -> Option<String> {
    let passed = now - at;
    Some(match passed {
        passed if passed < TimeDelta::minutes(1) => "just now".to_owned(),
        passed if passed < TimeDelta::hours(1) => counted(passed.num_minutes(), "minute") + " ago",
        passed if passed < TimeDelta::days(1) => counted(passed.num_hours(), "hour") + " ago",
        passed if passed < TimeDelta::days(30) => counted(passed.num_days(), "day") + " ago",
        _ => return None,
    })
}

/// How long until something is; none where it has been, or where only the date says it well.
pub(crate) fn until(at: DateTime<Utc>, now: DateTime<Utc>) -> Option<String> {
    let left = at - now;
    Some(match left {
        left if left <= TimeDelta::zero() => return None,
        left if left < TimeDelta::hours(1) => {
            "in ".to_owned() + &counted(left.num_minutes().max(1), "minute")
        }
        left if left < TimeDelta::days(1) => "in ".to_owned() + &counted(left.num_hours(), "hour"),
        left if left < TimeDelta::days(30) => "in ".to_owned() + &counted(left.num_days(), "day"),
        _ => return None,
    })
}

/// A wait that somebody sits through, such as "12 s" or "3 min 5 s".
pub(crate) fn wait(secs: u32) -> String {
    match (secs / 60, secs % 60) {
        (0, secs) => format!("{secs} s"),
        (minutes, 0) => format!("{minutes} min"),
        (minutes, secs) => format!("{minutes} min {secs} s"),
    }
}

fn counted(number: i64, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_700_000_000, 0).expect("a time")
    }

    #[test]
    fn the_past_is_told_in_the_largest_fitting_unit() {
        let told = |secs| ago(now() - TimeDelta::seconds(secs), now());
        assert_eq!(told(5).as_deref(), Some("just now"));
        assert_eq!(told(60).as_deref(), Some("1 minute ago"));
        assert_eq!(told(7_300).as_deref(), Some("2 hours ago"));
        assert_eq!(told(86_400 * 29).as_deref(), Some("29 days ago"));
        assert_eq!(told(86_400 * 31), None);
        // A clock that is behind the server's makes no "in the future" of the past.
        assert_eq!(told(-90).as_deref(), Some("just now"));
    }

    #[test]
    fn the_future_is_told_until_it_is_there() {
        let told = |secs| until(now() + TimeDelta::seconds(secs), now());
        assert_eq!(told(30).as_deref(), Some("in 1 minute"));
        assert_eq!(told(86_400 * 7).as_deref(), Some("in 7 days"));
        assert_eq!((told(0), told(86_400 * 90)), (None, None));
    }

    #[test]
    fn a_wait_is_told_in_minutes_and_seconds() {
        assert_eq!([0, 59, 60, 185].map(wait), ["0 s", "59 s", "1 min", "3 min 5 s"]);
    }
}
