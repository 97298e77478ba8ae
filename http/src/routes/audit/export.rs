//! The audit log as a file: a page at a time, however long it is.

use axum::{
    body::Body,
    extract::State,
    response::{AppendHeaders, IntoResponse},
};
use futures_util::{Stream, stream};
use http::{HeaderName, header};
use mosaic_api::{AUDIT_PAGE_MAX, AuditExportQuery, AuditFormat, paths};
use mosaic_model::{AuditAction, AuditEntry, AuditTarget};
use mosaic_storage::{AuditFilter, Store, StoreError};

use super::{entry_body, filter};
use crate::{
    HttpState,
    auth::{Admin, AdminRead, Params},
    failure::Failure,
};

/// Everything of the audit log that matches, the oldest entry first, with what it takes to check it elsewhere.
#[utoipa::path(get, path = paths::AUDIT_EXPORT, params(AuditExportQuery), security(("session" = []), ("personal_token" = [])), responses(
    (status = 200, description = "A line an entry", content(
        (String = "application/x-ndjson"),
        (String = "text/csv"),
    )),
))]
pub(crate) async fn export(
    admin: Admin<AdminRead>,
    State(state): State<HttpState>,
    Params(query): Params<AuditExportQuery>,
) -> Result<impl IntoResponse, Failure> {
    let format = query.format.unwrap_or_default();
    let filter = filter::of_export(query)?;
    let entry = AuditEntry::done(&admin.by, AuditAction::AuditExported, AuditTarget::None);
    state.store.audit(&entry.detailed(format.as_str())).await?;
    // What is added from here on is not in it: an export ends.
    let last = state.store.last_audit_number().await?;
    let body = Body::from_stream(lines(state.store.clone(), filter, format, last));
    Ok((headers(format), body))
}

fn headers(format: AuditFormat) -> AppendHeaders<[(HeaderName, String); 2]> {
    let file = format!("attachment; filename=\"mosaic-audit.{}\"", format.as_str());
    AppendHeaders([
        (header::CONTENT_TYPE, format.media_type().to_owned()),
        (header::CONTENT_DISPOSITION, file),
    ])
}

/// How far an export is.
struct Progress {
    store: Store,
    filter: AuditFilter,
    after: u64,
    text: String,
}

/// The text, a page in each piece. A page is read when the client has taken the one before; where one cannot be
/// read the stream breaks off, and does not look complete.
fn lines(
    store: Store,
    filter: AuditFilter,
    format: AuditFormat,
    last: u64,
) -> impl Stream<Item = Result<String, StoreError>> + Send + 'static {
    let start = Progress { store, filter, after: 0, text: format.head().to_owned() };
    stream::try_unfold(start, move |mut progress| async move {
        let Progress { store, filter, after, text } = &mut progress;
        let entries = store.audit_after(filter, *after, last, AUDIT_PAGE_MAX).await;
        let entries = entries.inspect_err(|error| tracing::error!(%error, "an export was cut short"))?;
        *after = entries.last().map_or(last, |entry| entry.record.number);
        for entry in entries {
            format.write(&entry_body(entry), text);
        }
        let text = std::mem::take(text);
        Ok((!text.is_empty()).then_some((text, progress)))
    })
}
