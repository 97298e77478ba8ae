//! The fleet: one supervised actor for each cell that is awake, and a registry above them.
//!
//! [`Fleet`] is the only door; no type of the actor framework is public. Requests come in as messages,
//! responses go out as bodies that hold a [`Lease`]: control by message, bytes by stream.

mod admin_rpc;
mod bars;
mod cell;
mod error;
mod events;
mod findings;
mod fleet;
mod held;
mod journal;
mod lease;
mod ledger;
mod mailbox;
mod meter;
mod probe;
mod registry;
mod room;
mod starts;
mod suspension;
mod taking_up;
mod upstream;
mod waking;
mod world;

pub use error::FleetError;
pub use fleet::Fleet;
pub use journal::{FleetEvent, FleetEvents, FleetMark, FleetNews, ParseFleetMarkError};
pub use lease::{Lease, LeasedBody};
pub use ledger::{Ledger, LedgerError};
pub use room::MemoryFigures;
pub use upstream::GatewayRequest;
pub use world::{FleetConfig, Ports, Tuning};

#[cfg(test)]
mod tests;
