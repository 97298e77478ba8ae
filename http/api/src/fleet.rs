//! The fleet as those who look after it see it: every cell, no secrets, nothing that was said in a chat or that a
//! container wrote.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{CauseBody, CellEventBody, CellStateBody, LiveCell};

/// The most cells of one [`FleetActions`].
pub const FLEET_ACTIONS_MAX: usize = 100;

/// A state's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CellStateName {
    /// Asleep.
    Absent,
    /// On its way up.
    Starting,
    /// Ready.
    Running,
    /// Ending what it does, and taking nothing new.
    Draining,
    /// On its way into the cold.
    Freezing,
    /// Paused, with all its memory.
    Frozen,
    /// On its way back from the cold.
    Thawing,
    /// On its way down.
    Stopping,
    /// Dead; tried again soon.
    Failed,
    /// Dead; not tried again until somebody acts.
    Quarantined,
}

/// In which order cells are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FleetSortBody {
    /// By the owner's e-mail address.
    #[default]
    Owner,
    /// Those that changed last come first.
    Changed,
}

/// Which cells to list.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct FleetQuery {
    /// Only those in this state.
    #[serde(default)]
    #[cfg_attr(feature = "schema", param(inline))]
    pub state: Option<CellStateName>,
    /// A part of the owner's e-mail address or id.
    #[serde(default)]
    pub text: Option<String>,
    /// In which order.
    #[serde(default)]
    #[cfg_attr(feature = "schema", param(inline))]
    pub sort: Option<FleetSortBody>,
    /// How many at most, 1 to 200; 50 where this is missing.
    #[serde(default)]
    pub limit: Option<u32>,
    /// Where the last page ended: its `next`.
    #[serde(default)]
    pub cursor: Option<String>,
}

/// Whether to go on with what happens later.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct FollowQuery {
    /// `false` to get what there is now and no more; otherwise the stream goes on.
    #[serde(default)]
    pub follow: Option<bool>,
}

/// Whose cell it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum FleetOwnerBody {
    /// A user.
    User {
        /// The user's id.
        id: String,
        /// Their e-mail address.
        email: String,
        /// Whether they are shut out.
        disabled: bool,
    },
    /// The fleet itself.
    Fleet {
        /// What its agent is called.
        name: String,
    },
}

impl FleetOwnerBody {
    /// What the cell goes by: its user's e-mail address, or its agent's name.
    pub fn name(&self) -> &str {
        match self {
            Self::User { email, .. } => email,
            Self::Fleet { name } => name,
        }
    }

    /// Whether its user is shut out.
    pub const fn is_shut_out(&self) -> bool {
        matches!(self, Self::User { disabled: true, .. })
    }
}

/// A cell in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct FleetCellBody {
    /// The cell.
    #[serde(flatten)]
    pub live: LiveCell,
    /// Whose it is.
    pub owner: FleetOwnerBody,
    /// How many containers it has had.
    pub generation: u64,
    /// When it last changed.
    pub changed_at: Option<DateTime<Utc>>,
}

/// A page of cells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct FleetPage {
    /// The cells, those that sleep too.
    pub cells: Vec<FleetCellBody>,
    /// The cursor of the next page, if there is one.
    pub next: Option<String>,
}

/// Why a cell is where it is, and what happens next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ExplanationBody {
    /// Since when it is in its state.
    pub since: Option<DateTime<Utc>>,
    /// Why it is dead, where it is.
    pub why: Option<CauseBody>,
    /// What happens next, in a word for programs.
    pub next: String,
    /// When, where that is known.
    pub next_at: Option<DateTime<Utc>>,
    /// What happens next, in a sentence.
    pub summary: String,
    /// How many more deaths within the window would be answered by another try.
    pub restarts_left: u32,
    /// How many deaths within the window are.
    pub restarts_allowed: u32,
    /// The window, in seconds.
    pub restart_window_secs: u64,
}

/// A cell, explained.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct FleetCellDetail {
    /// The cell.
    #[serde(flatten)]
    pub cell: FleetCellBody,
    /// Why it is where it is.
    pub explanation: ExplanationBody,
    /// The image that its next container is made from.
    pub next_image: String,
    /// What happened to it last, the newest first.
    pub events: Vec<CellEventBody>,
}

/// What is ordered of a cell by hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FleetActionName {
    /// Start it; one that failed or was given up is tried again.
    Start,
    /// Stop it; its memory stays.
    Stop,
    /// Stop it and start it again, in a new container of the image that is set now.
    Restart,
    /// Have it end what it does and take nothing new, and then stop it.
    Drain,
    /// Freeze it, if nobody uses it and its gateway promises that nothing runs in it.
    Freeze,
    /// Bring it back from being frozen.
    Thaw,
    /// Make its container anew at once, of the image that is set now even if that failed before; whatever waits goes on
    /// waiting.
    Recreate,
}

/// One order for several cells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct FleetActions {
    /// What to do.
    pub action: FleetActionName,
    /// To which cells, 1 to 100.
    #[cfg_attr(feature = "schema", schema(min_items = 1, max_items = 100))]
    pub cells: Vec<String>,
}

/// What became of an order for one cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FleetActionOutcome {
    /// It is being done.
    Accepted,
    /// There is no such cell.
    NotFound,
    /// Its owner is shut out: nothing wakes it.
    ShutOut,
    /// It cannot be done in the state that the cell is in; the detail says why.
    Refused,
    /// It could not be ordered; the detail says why.
    Failed,
}

/// What became of an order for one cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct FleetActionResult {
    /// The cell, as it was named.
    pub cell: String,
    /// What became of it.
    pub outcome: FleetActionOutcome,
    /// In a sentence.
    pub detail: String,
}

/// What became of an order, for each cell in the order they were named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct FleetActionResults {
    /// One for each cell.
    pub results: Vec<FleetActionResult>,
}

/// All cells that are not asleep: the first event of a stream, and again whenever something was missed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct FleetSnapshot {
    /// The cells; one that is not among them sleeps.
    pub cells: Vec<LiveCell>,
}

/// A change of one cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct FleetDelta {
    /// Its place among all changes of this life of Mosaic: each has the next number.
    pub number: u64,
    /// The cell.
    pub id: String,
    /// When.
    pub at: DateTime<Utc>,
    /// From which state.
    pub from: String,
    /// To which.
    pub to: CellStateBody,
    /// What moved it.
    pub trigger: String,
    /// What it died of, where it died.
    pub cause: Option<CauseBody>,
}

/// A cell that is new, and sleeps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct FleetNewcomer {
    /// Its id.
    pub newcomer: String,
}

/// The data of an event of the fleet's stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(untagged)]
pub enum FleetStreamData {
    /// Of an event `snapshot`.
    Snapshot(FleetSnapshot),
    /// Of an event `delta`.
    Delta(Box<FleetDelta>),
    /// Of an event `newcomer`.
    Newcomer(FleetNewcomer),
}
