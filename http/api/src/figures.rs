//! The fleet in numbers.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// The longest time that figures are told of. Hours.
pub const FIGURES_HOURS_MAX: u32 = 7 * 24;

/// Of how long figures are to be told.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct FiguresQuery {
    /// The last so many hours, 1 to 168; 24 where this is missing.
    #[serde(default)]
    pub hours: Option<u32>,
}

/// The fleet in numbers: what happened lately, as far back as the history of each cell goes, and who has memory now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct FleetFiguresBody {
    /// When the first part begins.
    pub since: DateTime<Utc>,
    /// From when on everything is counted: before that the history of some agent has forgotten what happened. Null
    /// where all of the time is counted whole.
    pub whole_since: Option<DateTime<Utc>>,
    /// How long each part is, in seconds.
    pub part_secs: u32,
    /// All wakes together.
    pub wakes: WakeFiguresBody,
    /// The time in parts of equal length, the oldest first. The last one is not over yet.
    pub parts: Vec<FigurePartBody>,
    /// The memory of this host, as it is given out at this moment.
    pub memory: MemoryFiguresBody,
}

/// How many wakes there were and how long they took: from the wish to an agent that answers, with the wait in line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct WakeFiguresBody {
    /// How many.
    pub count: u64,
    /// Half took no longer, in milliseconds; null where there were none.
    pub median_ms: Option<u64>,
    /// Nineteen of twenty took no longer, in milliseconds.
    pub p95_ms: Option<u64>,
}

/// A part of the time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct FigurePartBody {
    /// When it begins.
    pub at: DateTime<Utc>,
    /// The wakes that ended in it.
    pub wakes: WakeFiguresBody,
    /// What containers died of in it; each death is followed by a restart or by giving up.
    pub deaths: Vec<DeathFigureBody>,
}

/// How many containers died of one class of causes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct DeathFigureBody {
    /// The class, in a word for programs: a cause's `kind`. Without a container's own words a state directory that
    /// cannot be used counts as a refused configuration.
    pub kind: String,
    /// How many.
    pub count: u64,
}

/// The memory that cells may have together. Each is counted with its limit, whatever it uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct MemoryFiguresBody {
    /// How much it is, in mebibytes; null where the settings set no limit.
    pub budget_mib: Option<u32>,
    /// With how much each cell is counted, in mebibytes.
    pub each_mib: u32,
    /// How many cells have room and are not frozen.
    pub awake: u64,
    /// How many are frozen: they make room first.
    pub frozen: u64,
    /// How many wait for room.
    pub waiting: u64,
}
