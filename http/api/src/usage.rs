//! What a cell uses of its host.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// What a cell's container uses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CellUsage {
    /// What it uses; null where no container runs.
    pub usage: Option<UsageBody>,
}

/// What was used in the last second.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct UsageBody {
    /// The end of that second, by the container engine's clock.
    pub at: DateTime<Utc>,
    /// Processor time, in thousandths of a core.
    pub cpu_millis: u64,
    /// Memory in use, without the files that the kernel only keeps. Bytes.
    pub memory_bytes: u64,
    /// The most memory it may use. Bytes.
    pub memory_limit_bytes: u64,
    /// What came in from its network. Bytes a second.
    pub received_per_sec: u64,
    /// What went out to its network. Bytes a second.
    pub sent_per_sec: u64,
}
