//! What the fleet guarantees, each test by its name; all under paused time and without a socket.

mod adoption;
mod configuration;
mod convergence;
mod dying;
mod erasing;
mod gateway;
mod handover;
mod house;
mod ledger;
mod limits;
mod orders;
mod resting;
mod simulation;
mod waking;
