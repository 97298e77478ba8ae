//! The engine against real containers, and the fake engine against the same guarantees.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that meets what it does not expect has failed"
)]

mod hardening;
mod harness;
mod instances;
mod lifecycle;
mod volumes;
mod walls;
