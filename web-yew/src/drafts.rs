//! What somebody is about to send, half typed: kept while they go back and forth. Pure: no network, no screen.

mod agent;
mod config;
mod difference;
mod oidc;
mod provider;
mod provider_edit;
mod setup;
mod system_agent;
mod writer;

pub(crate) use agent::{AgentEdit, FALLBACKS_MAX, PROFILES, profile_name};
pub(crate) use config::{ConfigEdit, Patch};
pub(crate) use difference::Difference;
pub(crate) use oidc::OidcDraft;
pub(crate) use provider::{ProviderDraft, ProviderFaults};
pub(crate) use provider_edit::ProviderEdit;
pub(crate) use setup::{AgentDraft, SetupDraft};
pub(crate) use system_agent::SystemAgentEdit;
pub(crate) use writer::writer;
