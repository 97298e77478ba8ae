//! Containers: the only crate that knows Docker.
//!
//! [`Engine`] is what the fleet asks for; [`DockerEngine`] is the real one, hardened in one place
//! (`spec`); [`FakeEngine`] is a scripted one for tests under paused time.

mod engine;

pub use engine::{CellSpec, Condition, Death, Engine, EngineError, Limits, Seen};
