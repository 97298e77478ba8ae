//! What can be read from the fleet as it is, read when somebody asks.

use std::{fmt, sync::Arc};

use mosaic_model::StateKind;
use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeMetric},
    metrics::{counter::Counter, family::Family, gauge::Gauge},
};

use super::Label;
use crate::world::World;

/// The fleet, counted.
#[derive(Debug)]
pub(crate) struct Census(pub(crate) Arc<World>);

impl Collector for Census {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        let statuses = self.0.statuses();
        let cells = Family::<[Label; 1], Gauge>::default();
        for kind in StateKind::ALL {
            cells.get_or_create(&[("state", kind.as_str())]).set(0);
        }
        let held = Gauge::<i64>::default();
        for status in &statuses {
            cells.get_or_create(&[("state", status.state.name())]).inc();
            held.inc_by(i64::from(status.waiting));
        }
        let findings = Family::<[Label; 1], Counter>::default();
        for (finding, count) in self.0.findings.counts() {
            findings.get_or_create(&[("finding", finding.name())]).inc_by(count);
        }
        let leases = Gauge::<i64>::default();
        leases.set(self.0.leases());
        let help = "Cells that are not asleep, by state";
        show(&mut encoder, "cells", help, &cells)?;
        show(&mut encoder, "leases", "Responses in flight, each of which keeps a cell awake", &leases)?;
        show(&mut encoder, "held_requests", "Requests that wait for their cell", &held)?;
        let help = "What looks at the engine and the ledger found";
        show(&mut encoder, "reconcile_findings", help, &findings)
    }
}

fn show(
    encoder: &mut DescriptorEncoder<'_>,
    name: &str,
    help: &str,
    metric: &impl EncodeMetric,
) -> fmt::Result {
    metric.encode(encoder.encode_descriptor(name, help, None, metric.metric_type())?)
}
