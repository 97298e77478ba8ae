//! Why somebody did not get in.

use mosaic_api::SignInError;
use mosaic_model::{AuditOutcome, AuditTarget, Refusal};
use mosaic_storage::{OidcRefusal, StoreError};
use openidconnect::ClaimsVerificationError;

use super::provider::ProviderError;

/// Why. What it prints is for admins and logs; a person is sent a word of [`SignInError`].
#[derive(Debug, thiserror::Error)]
pub(crate) enum LoginError {
    #[error("no OIDC provider is switched on")]
    Off,
    #[error("Mosaic does not know its own address: set `public_url`, such as https://mosaic.example.org")]
    Setup,
    #[error("the OIDC provider is of no use: {0}")]
    Provider(#[from] ProviderError),
    #[error("the sign-in cannot be brought to its end: {0}")]
    Expired(&'static str),
    #[error("the provider refused: {0:?}")]
    Declined(String),
    #[error("the provider did not take the code: {0}")]
    Exchange(String),
    #[error("the provider's word does not hold: {}", untrusted(.0))]
    Untrusted(#[from] ClaimsVerificationError),
    #[error("the provider's word does not hold: {0}")]
    Odd(&'static str),
    #[error("the provider tells nothing about the person: {0}")]
    UserInfo(String),
    #[error("not let in: {0}")]
    Refused(#[from] Refusal),
    #[error("not let in: {}", here(*.0))]
    Here(OidcRefusal),
    #[error("too many sign-ins from this address failed")]
    Busy,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl LoginError {
    /// The word that the person is sent.
    pub(crate) const fn reason(&self) -> SignInError {
        match self {
            Self::Off => SignInError::Off,
            Self::Setup => SignInError::Setup,
            Self::Provider(_) => SignInError::Unreachable,
            Self::Expired(_) => SignInError::Expired,
            Self::Declined(_) => SignInError::Declined,
            Self::Exchange(_) | Self::Untrusted(_) | Self::Odd(_) | Self::UserInfo(_) => SignInError::Failed,
            Self::Refused(Refusal::NoEmail) => SignInError::NoEmail,
            Self::Refused(Refusal::EmailUnverified | Refusal::EmailUnvouched) => SignInError::EmailUnverified,
            Self::Refused(Refusal::Domain) => SignInError::Domain,
            Self::Refused(Refusal::Group) => SignInError::Group,
            Self::Here(OidcRefusal::EmailTaken(_)) => SignInError::EmailTaken,
            Self::Here(OidcRefusal::Disabled(_)) => SignInError::Disabled,
            Self::Busy => SignInError::Busy,
            Self::Store(_) => SignInError::Internal,
        }
    }

    /// How the audit log puts it: not let in, or let down.
    pub(crate) const fn outcome(&self) -> AuditOutcome {
        match self {
            Self::Provider(_) | Self::Exchange(_) | Self::UserInfo(_) | Self::Store(_) => {
                AuditOutcome::Failed
            }
            _ => AuditOutcome::Refused,
        }
    }

    /// Whose account it is about.
    pub(crate) const fn target(&self) -> AuditTarget {
        match self {
            Self::Here(OidcRefusal::Disabled(user) | OidcRefusal::EmailTaken(user)) => {
                AuditTarget::User(*user)
            }
            _ => AuditTarget::None,
        }
    }
}

/// What is wrong with a signature is one level further down.
fn untrusted(error: &ClaimsVerificationError) -> String {
    match error {
        ClaimsVerificationError::SignatureVerification(cause) => cause.to_string(),
        other => other.to_string(),
    }
}

const fn here(refusal: OidcRefusal) -> &'static str {
    match refusal {
        OidcRefusal::Disabled(_) => "this person's account is disabled",
        OidcRefusal::EmailTaken(_) => {
            "the e-mail address is another account's, and an address is no proof of being its owner: remove that \
             account, or give it another address"
        }
    }
}
