//! The settings: one's own, and for admins those of the installation.

mod agent;
mod agents;
mod new_agent;
mod new_provider;
mod provider;
mod providers;
mod sign_in;
mod system;
mod system_agents;

pub(crate) use agent::AgentPage;
pub(crate) use agents::AgentsPage;
pub(crate) use new_agent::NewAgentPage;
pub(crate) use new_provider::NewProviderPage;
pub(crate) use provider::ProviderPage;
pub(crate) use providers::ProvidersPage;
pub(crate) use sign_in::SignInSettingsPage;
pub(crate) use system::SystemPage;
pub(crate) use system_agents::{NewSystemAgentPage, SystemAgentPage, SystemAgentsPage};
