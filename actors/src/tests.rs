//! What the fleet guarantees, each test by its name; all under paused time and without a socket.

mod adoption;
mod by_hand;
mod configuration;
mod convergence;
mod dice;
mod dying;
mod erasing;
mod events;
mod fallback;
mod freezing;
mod gateway;
mod going_live;
mod handover;
mod health;
mod host_engine;
mod house;
mod ledger;
mod limits;
mod memory;
mod metering;
mod orders;
mod rest;
mod resting;
mod rollout;
mod rush;
mod simulation;
mod system;
mod waking;
mod wire;
mod wishes;

pub(crate) use self::house::cell;
