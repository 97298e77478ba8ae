//! What a cell uses, by the engine's own counters.

use std::collections::HashMap;

use bollard::{
    errors::Error,
    models::{ContainerMemoryStats, ContainerStatsResponse},
    query_parameters::StatsOptionsBuilder,
};
use futures_util::{StreamExt, pin_mut};
use mosaic_model::{CellId, Reading};

use super::{
    DockerEngine,
    outcome::{CALL_TIMEOUT, bounded},
};
use crate::{EngineError, Seen};

impl DockerEngine {
    pub(super) async fn reading_of(&self, cell: CellId) -> Result<Option<Reading>, EngineError> {
        let Some(Seen { container, condition, .. }) = self.newest_of(cell).await? else { return Ok(None) };
        if !condition.is_alive() {
            return Ok(None);
        }
        let call = async {
            // In one shot: otherwise the engine takes a second to compare two readings, which the caller does.
            let options = StatsOptionsBuilder::new().stream(false).one_shot(true).build();
            let answer = self.docker.stats(&container, Some(options));
            pin_mut!(answer);
            match answer.next().await {
                Some(Err(Error::DockerResponseServerError { status_code: 404, .. })) | None => Ok(None),
                Some(stats) => stats.map(Some),
            }
        };
        let stats = bounded("read what a container uses", CALL_TIMEOUT, call).await?;
        Ok(stats.and_then(|stats| reading(container, stats)))
    }
}

/// None where the container has ended in between: then the engine gives no counters.
fn reading(container: String, stats: ContainerStatsResponse) -> Option<Reading> {
    let memory = stats.memory_stats?;
    let networks = stats.networks.unwrap_or_default();
    let sum = |of: fn(&bollard::models::ContainerNetworkStats) -> Option<u64>| {
        networks.values().filter_map(of).sum()
    };
    Some(Reading {
        container,
        at: stats.read?.parse().ok()?,
        cpu_nanos: stats.cpu_stats?.cpu_usage?.total_usage?,
        memory_bytes: in_use(&memory)?,
        memory_limit_bytes: memory.limit?,
        received_bytes: sum(|network| network.rx_bytes),
        sent_bytes: sum(|network| network.tx_bytes),
    })
}

/// Without the part of the page cache that is not in use, which the two versions of control groups name differently.
fn in_use(memory: &ContainerMemoryStats) -> Option<u64> {
    let usage = memory.usage?;
    let named = |parts: &HashMap<String, u64>| {
        ["total_inactive_file", "inactive_file"].iter().find_map(|name| parts.get(*name)).copied()
    };
    let cached = memory.stats.as_ref().and_then(named).unwrap_or_default();
    Some(usage.saturating_sub(cached))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn memory(parts: &[(&str, u64)]) -> ContainerMemoryStats {
        let stats = parts.iter().map(|(name, bytes)| ((*name).to_owned(), *bytes)).collect();
        ContainerMemoryStats { usage: Some(100), stats: Some(stats), ..ContainerMemoryStats::default() }
    }

    #[test]
    fn what_the_kernel_only_keeps_of_files_is_not_counted() {
        for (parts, expected) in [
            (&[("total_inactive_file", 30), ("inactive_file", 10)][..], 70),
            (&[("inactive_file", 30)], 70),
            (&[("inactive_file", 130)], 0),
            (&[], 100),
        ] {
            assert_eq!(in_use(&memory(parts)), Some(expected), "{parts:?}");
        }
        assert_eq!(
            reading(String::new(), ContainerStatsResponse::default()),
            None,
            "a container that has ended"
        );
    }
}
