//! The audit log, as an admin reads and exports it.

mod text;

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use mosaic_model::{AuditHash, AuditRecord};
use serde::{Deserialize, Serialize};

pub use self::text::CSV_HEADER;

/// The most entries in one answer.
pub const AUDIT_PAGE_MAX: u32 = 500;
/// How many entries an answer has where the caller does not say.
pub const AUDIT_PAGE: u32 = 100;

/// Declares a query with all that the log can be searched for, and more.
macro_rules! search {
    ($(#[$doc:meta])* $name:ident { $($(#[$own:meta])* $field:ident: $kind:ty,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $($(#[$own])* #[serde(default, skip_serializing_if = "Option::is_none")] pub $field: $kind,)*
            /// What was done, as the log has it: `login`, `setting.changed`, …
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub action: Option<String>,
            /// The id of the user who did it.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub actor_id: Option<String>,
            /// What it was done to, as the log has it: `user/…`, `setting/public_url`, …
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub target: Option<String>,
            /// How it ended.
            #[cfg_attr(feature = "schema", param(inline))]
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub outcome: Option<AuditOutcomeBody>,
            /// From which address.
            #[cfg_attr(feature = "schema", param(value_type = Option<String>))]
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub address: Option<IpAddr>,
            /// Not before this moment.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub from: Option<DateTime<Utc>>,
            /// Before this moment.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub to: Option<DateTime<Utc>>,
        }
    };
}

search! {
    /// What to show of the audit log.
    AuditQuery {
        /// Only entries with smaller numbers: the `next` of the page before.
        before: Option<u64>,
        /// At most so many; 100 where it is missing.
        #[cfg_attr(feature = "schema", param(minimum = 1, maximum = 500))]
        limit: Option<u32>,
    }
}

search! {
    /// What to export of the audit log.
    AuditExportQuery {
        /// In which form; `ndjson` where it is missing. Only that one can be checked with `mosaic audit verify`.
        #[cfg_attr(feature = "schema", param(inline))]
        format: Option<AuditFormat>,
    }
}

/// How an export is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AuditFormat {
    /// A JSON object a line.
    #[default]
    Ndjson,
    /// For spreadsheets. Cells that one would take for a formula begin with an apostrophe.
    Csv,
}

/// How an act ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AuditOutcomeBody {
    /// It was done.
    Done,
    /// It was not allowed.
    Refused,
    /// It was allowed and did not succeed.
    Failed,
}

/// An entry of the audit log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct AuditEntryBody {
    /// Its place, from 1 on without a gap.
    pub number: u64,
    /// When, to the microsecond.
    pub at: DateTime<Utc>,
    /// `user`, `anonymous`, `host` (a command on the host) or `mosaic` (by itself).
    pub actor: String,
    /// Which user.
    pub actor_id: Option<String>,
    /// That user's present e-mail address; gone with the user.
    pub actor_email: Option<String>,
    /// What was done.
    pub action: String,
    /// To what, as `kind/id`; empty where it is nothing in particular.
    pub target: String,
    /// The present e-mail address of the user that is the target; gone with the user.
    pub target_email: Option<String>,
    /// `done`, `refused` or `failed`.
    pub outcome: String,
    /// A few words more.
    pub detail: String,
    /// From which address; empty where no request came in.
    pub address: String,
    /// The request's id in Mosaic's logs; empty where there was none.
    pub request_id: String,
    /// The hash of the entry before, in hexadecimal digits.
    pub previous: String,
    /// SHA-256 of this entry and of `previous`. The e-mail addresses are no part of it.
    pub hash: String,
}

/// Some entries of the audit log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct AuditPage {
    /// The newest first.
    pub entries: Vec<AuditEntryBody>,
    /// What to send as `before` for the next page; null where this is the last one.
    pub next: Option<u64>,
}

/// Why an entry of an export cannot be read back.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0} is not as Mosaic writes it")]
pub struct UnreadableEntry(&'static str);

impl AuditEntryBody {
    /// An entry with the hash before it and its own, and the addresses of whom it names.
    pub fn new(
        record: AuditRecord,
        previous: &AuditHash,
        hash: &AuditHash,
        [actor_email, target_email]: [Option<String>; 2],
    ) -> Self {
        Self {
            number: record.number,
            at: record.at,
            actor: record.actor,
            actor_id: record.actor_id.map(|id| id.to_string()),
            actor_email,
            action: record.action,
            target: record.target,
            target_email,
            outcome: record.outcome,
            detail: record.detail,
            address: record.address,
            request_id: record.request_id,
            previous: hex::encode(previous),
            hash: hex::encode(hash),
        }
    }

    /// What was hashed, the hash before it and its own.
    pub fn into_record(self) -> Result<(AuditRecord, AuditHash, AuditHash), UnreadableEntry> {
        let actor_id = self.actor_id.map(|id| id.parse()).transpose();
        let (previous, hash) = (parse_hash(&self.previous), parse_hash(&self.hash));
        let record = AuditRecord {
            number: self.number,
            at: self.at,
            actor: self.actor,
            actor_id: actor_id.ok().ok_or(UnreadableEntry("actor_id"))?,
            action: self.action,
            target: self.target,
            outcome: self.outcome,
            detail: self.detail,
            address: self.address,
            request_id: self.request_id,
        };
        Ok((record, previous.ok_or(UnreadableEntry("previous"))?, hash.ok_or(UnreadableEntry("hash"))?))
    }
}

fn parse_hash(text: &str) -> Option<AuditHash> {
    let mut hash = AuditHash::default();
    hex::decode_to_slice(text, &mut hash).ok().map(|()| hash)
}
