//! The store on a real Postgres: a database per test.

#![expect(clippy::unwrap_used, reason = "a test's helpers are tests as well")]

mod abandoned;
mod access;
mod accounts;
mod agents;
mod audit;
mod audit_search;
mod cells;
mod configs;
mod conversations;
mod embedded;
mod fates;
mod fence;
mod fleet;
mod hostile;
mod invitations;
mod news;
mod oidc;
mod onboarding;
mod opening;
mod providers;
mod rotation;
mod seed;
mod settings;
mod system_agents;
mod tokens;
mod users;
mod walls;
