//! The audit log: entries are added in the transaction of the act they tell of, and chained.
//!
//! The head of the chain is kept sealed beside the log: whoever can write the database but has no key cannot
//! rewrite or shorten the log unseen. A copy of the whole database from an earlier day would pass; only an
//! export kept elsewhere tells.

mod chain;
mod record;
mod search;
mod verify;

pub(crate) use self::chain::begin_head;
pub use self::{
    search::{AuditFilter, AuditListed},
    verify::{AuditCheck, AuditComparison},
};
