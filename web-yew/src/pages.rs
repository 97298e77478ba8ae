//! Pages: each owns its data and puts components together.

mod account;
mod audit;
mod chat;
mod fleet;
mod invitation;
mod lost;
mod settings;
mod setup;
mod sign_in;
mod users;

pub(crate) use account::{DevicesPage, ProfilePage, TokensPage};
pub(crate) use audit::AuditPage;
pub(crate) use chat::ChatPage;
pub(crate) use fleet::FleetPage;
pub(crate) use invitation::InvitationPage;
pub(crate) use lost::LostPage;
pub(crate) use settings::{
    AgentPage, AgentsPage, NewAgentPage, NewProviderPage, NewSystemAgentPage, ProviderPage, ProvidersPage,
    SignInSettingsPage, SystemAgentPage, SystemAgentsPage, SystemPage,
};
pub(crate) use setup::SetupPage;
pub(crate) use sign_in::{PasswordForm, SignInPage};
pub(crate) use users::{ResetDialog, UsersPage};
