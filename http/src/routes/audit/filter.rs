//! What to look for, as it was asked.

use chrono::{DateTime, Datelike, Utc};
use mosaic_api::{AuditExportQuery, AuditOutcomeBody, AuditQuery, Code};
use mosaic_model::{AuditOutcome, UserId};
use mosaic_storage::AuditFilter;

use crate::failure::Failure;

/// No word of the log is longer. Characters.
const WORD_MAX_CHARS: usize = 200;
/// The years in which the log can have entries.
const YEARS: std::ops::RangeInclusive<i32> = 1970..=9999;

/// Of what is to be shown.
pub(super) fn of_page(query: AuditQuery) -> Result<AuditFilter, Failure> {
    Ok(AuditFilter {
        action: word("action", query.action)?,
        actor: user(query.actor_id)?,
        target: word("target", query.target)?,
        outcome: query.outcome.map(outcome),
        address: query.address,
        from: moment("from", query.from)?,
        to: moment("to", query.to)?,
    })
}

/// Of what is to be exported.
pub(super) fn of_export(query: AuditExportQuery) -> Result<AuditFilter, Failure> {
    let AuditExportQuery { format: _, action, actor_id, target, outcome, address, from, to } = query;
    of_page(AuditQuery { before: None, limit: None, action, actor_id, target, outcome, address, from, to })
}

fn word(name: &str, value: Option<String>) -> Result<Option<String>, Failure> {
    let is_odd = |text: &String| text.chars().count() > WORD_MAX_CHARS || text.contains(char::is_control);
    if value.as_ref().is_some_and(is_odd) {
        return Err(invalid(format!("`{name}` is a word of at most {WORD_MAX_CHARS} characters.")));
    }
    Ok(value)
}

fn user(id: Option<String>) -> Result<Option<UserId>, Failure> {
    let id = id.map(|id| id.parse()).transpose();
    id.ok().ok_or_else(|| invalid("`actor_id` is the id of a user.".to_owned()))
}

fn moment(name: &str, value: Option<DateTime<Utc>>) -> Result<Option<DateTime<Utc>>, Failure> {
    if value.is_some_and(|at| !YEARS.contains(&at.year())) {
        return Err(invalid(format!("`{name}` is a moment between the years 1970 and 9999.")));
    }
    Ok(value)
}

const fn outcome(outcome: AuditOutcomeBody) -> AuditOutcome {
    match outcome {
        AuditOutcomeBody::Done => AuditOutcome::Done,
        AuditOutcomeBody::Refused => AuditOutcome::Refused,
        AuditOutcomeBody::Failed => AuditOutcome::Failed,
    }
}

fn invalid(detail: String) -> Failure {
    Failure::new(Code::Invalid, detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_database_could_not_take_is_refused_before() {
        let none = AuditQuery::default;
        for odd in [
            AuditQuery { action: Some("\0".to_owned()), ..none() },
            AuditQuery { target: Some("x".repeat(WORD_MAX_CHARS + 1)), ..none() },
            AuditQuery { actor_id: Some("ann".to_owned()), ..none() },
            AuditQuery { from: Some(DateTime::<Utc>::MIN_UTC), ..none() },
            AuditQuery { to: Some(DateTime::<Utc>::MAX_UTC), ..none() },
        ] {
            let refused = of_page(odd.clone()).expect_err("odd");
            assert_eq!(refused.problem().code, Code::Invalid, "{odd:?}");
        }
        assert_eq!(of_page(none()).expect("nothing is asked for"), AuditFilter::default());
    }
}
