//! The first program in an agent's container.
//!
//! A container is created knowing nothing secret. Mosaic writes the gateway token on its stdin; this program reads
//! it, fetches the agent's config from Mosaic with it, puts the config on a tmpfs and then *becomes* the gateway
//! (`exec`), so that nothing of ours keeps running beside it.
//!
//! It never prints the token or the config, never follows a redirect and never falls back to an old config. Each way
//! to fail has an exit code of its own ([`Failure::exit_code`]), because the exit code is all that Mosaic sees.

mod command;
mod failure;
mod fetch;
mod gateway;
mod place;
mod probe;
mod settings;
mod token;

pub use command::Command;
pub use failure::Failure;
pub use fetch::{Patience, fetch};
pub use gateway::become_gateway;
pub use place::write_private;
pub use probe::probe;
pub use settings::Settings;
pub use token::Token;
