//! Containers: the only crate that knows Docker.
//!
//! [`Engine`] is what the fleet asks for; [`DockerEngine`] is the real one, hardened in one place
//! (`spec`); [`FakeEngine`] is a scripted one for tests under paused time. [`Firewall`] closes what a
//! bridge alone leaves open.

mod bollard;
mod engine;
mod fake;
mod firewall;
mod host;
mod names;
mod spec;

pub use self::bollard::{DEFAULT_SOCKET, DockerEngine, Reach};
pub use engine::{Capabilities, CellSpec, Condition, Death, Engine, EngineError, Limits, Moment, Seen};
pub use fake::{Call, FakeEngine, Script};
pub use firewall::{AllowedEgress, Firewall, FirewallError, FirewallPlan, Protection};
pub use host::{host_networks, nameservers};
pub use spec::{GATEWAY_PORT, fingerprint};
