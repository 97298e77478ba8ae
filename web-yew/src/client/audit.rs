//! The audit log, for admins.

use mosaic_api::{AuditFormat, AuditPage, paths};

use super::{Answer, get};
use crate::route;

/// A page of what a query of the address bar asks for, the newest first.
pub(crate) fn audit(query: String, before: Option<u64>) -> Answer<AuditPage> {
    let before = before.map(|before| before.to_string()).unwrap_or_default();
    let page = route::query(&[("before", &before)]);
    get(&format!("{}{}", paths::AUDIT, route::joined(&query, &page)))
}

/// Where all of it is to be had as a file.
pub(crate) fn audit_export(query: &str, format: AuditFormat) -> String {
    let format = route::query(&[("format", format.as_str())]);
    format!("{}{}", paths::AUDIT_EXPORT, route::joined(query, &format))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_export_holds_what_the_page_was_filtered_to() {
        let export = audit_export("?outcome=refused", AuditFormat::Csv);
        assert_eq!(export, "/api/admin/audit/export?outcome=refused&format=csv");
        assert_eq!(audit_export("", AuditFormat::Ndjson), "/api/admin/audit/export?format=ndjson");
    }
}
