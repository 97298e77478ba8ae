//! The OIDC provider: how it is configured, and who may come in through it.

mod admission;
mod config;
mod identity;
mod issuer;
mod local_path;

pub use self::{
    admission::{Admission, Refusal},
    config::{OidcConfig, OidcConfigError, OidcDraft},
    identity::{Identity, groups_in},
    issuer::Issuer,
    local_path::LocalPath,
};
