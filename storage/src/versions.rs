//! Things with a version: whoever says which one they saw never undoes another's change unseen.

use std::collections::BTreeMap;

use crate::StoreError;

/// Refuses what was made for another version than the present one: [`StoreError::Stale`], which names the fields that
/// were changed since, in the order of `fields`. `changed_at` has the version in which each was changed last.
pub(crate) fn check_version(
    version: i64,
    expected: Option<i64>,
    changed_at: &BTreeMap<String, i64>,
    fields: impl IntoIterator<Item = &'static str>,
) -> Result<(), StoreError> {
    let Some(seen) = expected.filter(|seen| *seen != version) else { return Ok(()) };
    let newer = |field: &&'static str| changed_at.get(*field).is_some_and(|at| *at > seen);
    Err(StoreError::Stale { version, changed: fields.into_iter().filter(newer).collect() })
}
