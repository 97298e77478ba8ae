//! The audit log, for admins.

mod export;
mod filter;

use axum::{Json, extract::State};
use mosaic_api::{AUDIT_PAGE, AUDIT_PAGE_MAX, AuditEntryBody, AuditPage, AuditQuery, Code, paths};
use mosaic_storage::AuditListed;

pub(crate) use self::export::{__path_export, export};
use crate::{
    HttpState,
    auth::{Admin, AdminRead, Params},
    failure::Failure,
};

/// The audit log, the newest entries first.
#[utoipa::path(get, path = paths::AUDIT, params(AuditQuery), security(("session" = []), ("personal_token" = [])), responses(
    (status = 200, body = AuditPage),
))]
pub(crate) async fn list(
    _admin: Admin<AdminRead>,
    State(state): State<HttpState>,
    Params(query): Params<AuditQuery>,
) -> Result<Json<AuditPage>, Failure> {
    let limit = query.limit.unwrap_or(AUDIT_PAGE);
    if !(1..=AUDIT_PAGE_MAX).contains(&limit) {
        return Err(Failure::new(Code::Invalid, format!("`limit` is a number from 1 to {AUDIT_PAGE_MAX}.")));
    }
    let before = query.before;
    let filter = filter::of_page(query)?;
    // One more than is shown tells whether there are more.
    let mut entries = state.store.audit_page(&filter, before, limit + 1).await?;
    let is_last = entries.len() <= limit as usize;
    entries.truncate(limit as usize);
    let next = entries.last().map(|entry| entry.record.number).filter(|_| !is_last);
    Ok(Json(AuditPage { entries: entries.into_iter().map(entry_body).collect(), next }))
}

/// An entry as it goes over the wire and into exports.
pub fn entry_body(entry: AuditListed) -> AuditEntryBody {
    let addresses = [entry.actor_email, entry.target_email];
    AuditEntryBody::new(entry.record, &entry.previous, &entry.hash, addresses)
}
