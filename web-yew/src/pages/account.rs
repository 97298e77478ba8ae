//! What belongs to the person at the page: profile and password, devices, tokens.

mod devices;
mod new_token;
mod password;
mod profile;
mod tokens;

pub(crate) use devices::DevicesPage;
pub(crate) use profile::ProfilePage;
pub(crate) use tokens::TokensPage;
