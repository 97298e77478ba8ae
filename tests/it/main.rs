//! Mosaic as a whole, on real parts: a real Postgres, a real Docker engine, the compiled program.
//!
//! Most tests run the stand-in gateway; those of `openclaw` run the real one. The contract suite keeps the
//! two alike.

#![expect(clippy::panic, clippy::print_stderr, reason = "a test's support says what is wrong and stops")]

mod rollout;
mod rotation;
mod support;

mod accounts;
mod agents;
mod applying;
mod architecture;
mod audit;
mod bootstrap;
mod changes;
mod chaos;
mod chat;
mod conversations;
mod failures;
mod fallback;
mod fleet;
mod freezing;
mod gateway_config;
mod hostile;
mod isolation;
mod metrics;
mod oidc;
mod onboarding;
mod openclaw;
mod providers;
mod settings;
mod survival;
mod system_agents;
mod two_people;
mod web;
