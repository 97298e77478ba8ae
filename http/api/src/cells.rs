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
    /// Ending what it does, and taking nothing new: it is stopped then.
    Draining {
        /// Since when.
        since: DateTime<Utc>,
    },
    /// About to be frozen.
    Freezing {
        /// Since when.
        since: DateTime<Utc>,
    },
    /// Paused, with all it has in memory; the next request has it back within a second.
    Frozen {
        /// Since when.
        since: DateTime<Utc>,
        /// Since when nobody uses it.
        idle_since: DateTime<Utc>,
    },
    /// On its way back from being frozen.
    Thawing {
        /// Since when.
        since: DateTime<Utc>,
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
    /// The signal that ended its process, where one did.
    pub signal: Option<i64>,
    /// Whether it was ended for want of memory.
    pub out_of_memory: bool,
    /// The last lines it wrote to standard error; only its owner is told them.
    pub stderr: Vec<String>,
}

/// Whether what the caller set up is what their cell runs with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ConfigState {
    /// It is, or will be when the cell starts next.
    Applied,
    /// Not yet.
    Pending,
    /// Not yet: it was tried, and `reason` says what came in between. The cell goes on with what it has, what was set
    /// up is kept, and it is tried again.
    Failed,
}

/// How a change reaches a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ConfigHow {
    /// While it runs, without cutting an answer.
    Live,
    /// By a restart, as soon as no answer is on its way. `POST /api/cell/apply` makes it at once.
    Restart,
}

/// How what the caller set up stands with their cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CellConfigBody {
    /// Whether it is what the cell runs with.
    pub state: ConfigState,
    /// How it will reach the cell; absent where it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub how: Option<ConfigHow>,
    /// Why it has not, if that was tried.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Something that an agent is busy with by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct BlockerBody {
    /// What kind of work, in the gateway's own word.
    pub kind: String,
    /// How many of it.
    pub count: u32,
    /// In a sentence.
    pub message: String,
}

/// How far a cell is on its way up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct WakingBody {
    /// What is being done.
    pub phase: WakePhaseName,
    /// Its place among those who wait for memory or for their turn, from 1 on.
    pub place: Option<u64>,
    /// How many wait.
    pub of: Option<u64>,
    /// How long it will take until it is ready, by what starts took before. Seconds; null where nobody can know.
    pub left_secs: Option<u64>,
}

/// What is being done to get a cell up, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum WakePhaseName {
    /// It waits until this host has memory for it.
    WaitingForMemory,
    /// It waits for its turn to start.
    Queued,
    /// Its container is being made.
    Creating,
    /// Its gateway is getting ready.
    Starting,
}

/// A cell at this moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct LiveCell {
    /// Its id.
    pub id: String,
    /// Where it is in its life.
    #[serde(flatten)]
    pub state: CellStateBody,
    /// Responses in flight.
    pub leases: u32,
    /// Requests waiting for it.
    pub waiting: u32,
    /// It is to start, and waits until this host has memory for it.
    #[serde(default)]
    pub waits_for_memory: bool,
    /// How far it is on its way up, while it is.
    #[serde(default)]
    pub waking: Option<WakingBody>,
}

/// The caller's cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CellBody {
    /// Where it is in its life.
    #[serde(flatten)]
    pub live: LiveCell,
    /// What keeps it running though nobody uses it: work of its own.
    #[serde(default)]
    pub busy_with: Vec<BlockerBody>,
    /// It is to be neither frozen nor stopped, however long nobody uses it.
    #[serde(default)]
    pub keep_awake: bool,
    /// Its owner's own idle timeout, in seconds; null where the installation's holds.
    #[serde(default)]
    pub idle_timeout_secs: Option<u32>,
    /// Whether what the caller set up is what it runs with.
    pub config: CellConfigBody,
    /// The revision of its configuration that its present or last container was started with.
    pub revision: Option<i64>,
    /// Why that is not the one that is wanted.
    pub fallback: Option<FallbackBody>,
    /// Why its container is not made of the image that is wanted.
    pub image_fallback: Option<ImageFallbackBody>,
}

/// A configuration was refused by the gateway, and the last one that was healthy stands in for it until something is
/// changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct FallbackBody {
    /// In a sentence.
    pub summary: String,
    /// The revision that stands in.
    pub revision: i64,
    /// The revision that was refused.
    pub refused: i64,
    /// When it was.
    pub since: DateTime<Utc>,
    /// The last lines of the gateway that refused it.
    pub stderr: Vec<String>,
    /// What the refused one has otherwise, by places in `openclaw.json`; at most fifty.
    pub difference: Vec<DifferenceBody>,
}

/// The cell was not well with an image, and the last one that it was well with stands in for it until another one is
/// wanted, or somebody has it tried again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ImageFallbackBody {
    /// In a sentence.
    pub summary: String,
    /// The image that stands in.
    pub image: String,
    /// The image that it was not well with.
    pub failed: String,
    /// When that was found.
    pub since: DateTime<Utc>,
}

/// A place in which two configurations differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct DifferenceBody {
    /// The keys that lead there.
    pub path: String,
    /// What the refused configuration did to it.
    pub kind: DifferenceName,
}

/// What happened to a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DifferenceName {
    /// It is new.
    Added,
    /// It is not there any more.
    Removed,
    /// Something else stands there.
    Changed,
}

/// What to change of a cell's rest; what is missing stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CellPatch {
    /// Whether it is kept awake.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keep_awake: Option<bool>,
    /// The owner's own idle timeout, in seconds, at most the installation's; 0 gives the installation's back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(maximum = 604_800))]
    pub idle_timeout_secs: Option<u32>,
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
