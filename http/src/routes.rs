//! The endpoints: one noun a file, each handler extract, act, answer.

pub(crate) mod admin;
pub(crate) mod agents;
pub(crate) mod audit;
pub(crate) mod cell;
pub(crate) mod chat_completions;
pub(crate) mod config;
pub(crate) mod conversations;
pub(crate) mod health;
pub(crate) mod internal_config;
pub(crate) mod invitation;
pub(crate) mod login;
pub(crate) mod me;
pub(crate) mod metrics;
pub(crate) mod models;
pub(crate) mod oidc;
pub(crate) mod oidc_admin;
pub(crate) mod oidc_try;
pub(crate) mod onboarding;
pub(crate) mod openapi_document;
pub(crate) mod page;
pub(crate) mod password;
pub(crate) mod providers;
pub(crate) mod sessions;
pub(crate) mod sign_in_methods;
pub(crate) mod tokens;

pub use self::{admin::invitation_link, audit::entry_body as audit_entry_body};
