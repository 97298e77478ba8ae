//! A tiny gateway with OpenClaw's HTTP contract, so that a lifecycle test costs milliseconds instead of a real start.
//!
//! It calls no model: it echoes, and says how many earlier messages its session holds, which it keeps on the state
//! volume. A message that holds `/standin …` makes it misbehave ([`Order`]), and so does a provider whose address is
//! at `standin.invalid` ([`Config`]). What it shares with the real gateway is held by `tests/contract.rs`, which runs
//! against both images; what that suite does not ask, this crate does not promise.

mod clock;
mod config;
mod gateway;
mod inspect;
mod order;
mod routes;
mod sessions;
mod settings;
mod suspend;

pub use config::{Config, Refused};
pub use gateway::Gateway;
pub use order::Order;
pub use settings::Settings;
