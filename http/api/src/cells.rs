//! A cell, as its owner sees it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Where a cell is in its life.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum CellStateBody {
    /// Asleep; the next request wakes it.
    Absent,
    /// On its way up.
    Starting {
        /// Since when.
        since: DateTime<Utc>,
    },
    /// Ready.
    Running {
        /// Since when.
        since: DateTime<Utc>,
        /// Since when nobody uses it.
        idle_since: Option<DateTime<Utc>>,
    },
    /// On its way down.
    Stopping {
        /// Since when.
        since: DateTime<Utc>,
    },
    /// It died, and is tried again.
    Failed {
        /// Since when.
        since: DateTime<Utc>,
        /// Why.
        cause: CauseBody,
        /// When it is tried again.
        retry_at: DateTime<Utc>,
    },
    /// It keeps dying, and is not tried again until somebody acts.
    Quarantined {
        /// Since when.
        since: DateTime<Utc>,
        /// Why.
        cause: CauseBody,
    },
}

/// Why a cell died.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CauseBody {
    /// What class of death it was, in a word for programs.
    #[serde(default)]
    pub kind: String,
    /// In a sentence.
    pub summary: String,
    /// The exit code, where its process ended.
    pub exit_code: Option<i64>,
    /// The last lines it wrote to standard error; only its owner is told them.
    pub stderr: Vec<String>,
}

/// The caller's cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CellBody {
    /// Its id.
    pub id: String,
    /// Where it is in its life.
    #[serde(flatten)]
    pub state: CellStateBody,
    /// Responses in flight.
    pub leases: u32,
    /// Requests waiting for it.
    pub waiting: u32,
}

/// Which part of a history.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct HistoryQuery {
    /// How many at most, 1 to 200; 50 where this is missing.
    #[serde(default)]
    pub limit: Option<u32>,
    /// Where the last page ended: its `next`.
    #[serde(default)]
    pub before: Option<i64>,
}

/// Something that happened to a cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CellEventBody {
    /// Its place in the history: later ones have greater numbers.
    pub id: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// From which state.
    pub from: String,
    /// To which.
    pub to: String,
    /// What moved it.
    pub trigger: String,
    /// What it died of, where it died.
    pub cause: Option<CauseBody>,
    /// Which of its containers it happened to.
    pub generation: u64,
}

/// A page of a cell's history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CellEventPage {
    /// What happened, the newest first.
    pub events: Vec<CellEventBody>,
    /// For the page of what happened before, if there is one.
    pub next: Option<i64>,
}
