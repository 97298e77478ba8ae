//! The first set-up: which steps there are, in which order, and when it is over for good.

mod first_agent;
mod setup_code;

use serde::{Deserialize, Serialize};

pub use self::{
    first_agent::{
        FIRST_AGENT_EMOJI, FIRST_AGENT_NAME, FIRST_AGENT_SLUG, PERSONALITY_EXAMPLES, PersonalityExample,
    },
    setup_code::{SetupCode, SetupCodeHash},
};
use crate::{AgentId, ProviderId, UserId};

/// A step of the first set-up, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnboardingStep {
    /// The first administrator, who can always sign in with a password.
    Breakglass,
    /// An OIDC provider that people sign in with.
    Oidc,
    /// The administrator's account at a model provider.
    Provider,
    /// The administrator's first agent.
    Agent,
}

/// What has become of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StepState {
    /// It is still to be taken.
    Open,
    /// It was taken.
    Done,
    /// It was passed over.
    Skipped,
}

/// How far the first set-up is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Onboarding {
    /// Nobody has begun.
    #[default]
    New,
    /// Somebody is at it.
    Begun(Progress),
    /// It is over, for good.
    Complete,
}

/// What has been set up so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// The first administrator, who alone may go on.
    pub admin: UserId,
    /// What has become of the OIDC step.
    pub oidc: OidcStep,
    /// What has been made of the rest.
    pub made: Made,
}

/// What has become of the OIDC step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OidcStep {
    /// It is still to be taken.
    Open,
    /// A provider was saved.
    Saved,
    /// It was passed over.
    Skipped,
}

/// What has been made: an agent needs a provider, so there is none without.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "made", rename_all = "snake_case")]
pub enum Made {
    /// Nothing yet.
    Nothing,
    /// An account at a model provider.
    Provider {
        /// Which.
        provider: ProviderId,
    },
    /// An account and an agent that uses it.
    Agent {
        /// The account.
        provider: ProviderId,
        /// The agent.
        agent: AgentId,
    },
}

/// Something that happened during the first set-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnboardingEvent {
    /// The first administrator was made, or has changed who they are.
    AdminMade(UserId),
    /// An OIDC provider was saved.
    OidcSaved,
    /// Nobody is to sign in by OIDC for now.
    OidcSkipped,
    /// An account at a model provider was made, in place of the one before if there was one.
    ProviderMade(ProviderId),
    /// An agent was made, in place of the one before if there was one.
    AgentMade(AgentId),
    /// All is done.
    Completed,
}

/// Why a step cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OnboardingError {
    /// The first set-up is over.
    #[error("the first set-up is complete")]
    Complete,
    /// Another browser was quicker to make the administrator.
    #[error(
        "the first administrator was made already, in another browser; sign in with their password to go on, \
         or make another one on the host with `mosaic admin create`"
    )]
    AnothersTurn,
    /// An earlier step comes first.
    #[error("the step {} comes first", .0.as_str())]
    NotYet(OnboardingStep),
}

impl OnboardingStep {
    /// Every step, in order.
    pub const ALL: [Self; 4] = [Self::Breakglass, Self::Oidc, Self::Provider, Self::Agent];

    /// The word for it, which is also the last part of its address.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Breakglass => "breakglass",
            Self::Oidc => "oidc",
            Self::Provider => "provider",
            Self::Agent => "agent",
        }
    }
}

impl Onboarding {
    /// What has become of a step.
    pub const fn step(&self, step: OnboardingStep) -> StepState {
        let progress = match self {
            Self::New => return StepState::Open,
            Self::Complete => return StepState::Done,
            Self::Begun(progress) => progress,
        };
        match (step, progress.oidc, progress.made) {
            (OnboardingStep::Breakglass, ..)
            | (OnboardingStep::Oidc, OidcStep::Saved, _)
            | (OnboardingStep::Provider, _, Made::Provider { .. } | Made::Agent { .. })
            | (OnboardingStep::Agent, _, Made::Agent { .. }) => StepState::Done,
            (OnboardingStep::Oidc, OidcStep::Skipped, _) => StepState::Skipped,
            _ => StepState::Open,
        }
    }

    /// The first step that is still to be taken. None when only the completion is, or nothing.
    pub fn next(&self) -> Option<OnboardingStep> {
        OnboardingStep::ALL.into_iter().find(|step| self.step(*step) == StepState::Open)
    }

    /// Whether it is over.
    pub const fn is_complete(&self) -> bool {
        matches!(self, Self::Complete)
    }

    /// The first administrator, once there is one and until all is over.
    pub const fn admin(&self) -> Option<UserId> {
        match self {
            Self::Begun(progress) => Some(progress.admin),
            Self::New | Self::Complete => None,
        }
    }

    /// Whether a step can be taken now, for the first time or again.
    pub fn admits(&self, step: OnboardingStep) -> Result<(), OnboardingError> {
        match (self, self.next()) {
            (Self::Complete, _) => Err(OnboardingError::Complete),
            (_, Some(next)) if next < step => Err(OnboardingError::NotYet(next)),
            _ => Ok(()),
        }
    }

    /// What it is after something has happened. Each step can be taken again; nothing can after completion.
    pub fn apply(self, event: OnboardingEvent) -> Result<Self, OnboardingError> {
        self.admits(event.step())?;
        let progress = match (self, event) {
            (Self::Complete, _) => return Err(OnboardingError::Complete),
            (Self::New, OnboardingEvent::AdminMade(admin)) => {
                Progress { admin, oidc: OidcStep::Open, made: Made::Nothing }
            }
            (Self::New, _) => return Err(OnboardingError::NotYet(OnboardingStep::Breakglass)),
            (Self::Begun(progress), OnboardingEvent::AdminMade(admin)) if progress.admin == admin => progress,
            (Self::Begun(_), OnboardingEvent::AdminMade(_)) => return Err(OnboardingError::AnothersTurn),
            (Self::Begun(progress), OnboardingEvent::OidcSaved) => {
                Progress { oidc: OidcStep::Saved, ..progress }
            }
            (Self::Begun(progress), OnboardingEvent::OidcSkipped) => {
                Progress { oidc: OidcStep::Skipped, ..progress }
            }
            (Self::Begun(progress), OnboardingEvent::ProviderMade(provider)) => {
                Progress { made: Made::Provider { provider }, ..progress }
            }
            (Self::Begun(progress), OnboardingEvent::AgentMade(agent)) => match progress.made {
                Made::Nothing => return Err(OnboardingError::NotYet(OnboardingStep::Provider)),
                Made::Provider { provider } | Made::Agent { provider, agent: _ } => {
                    Progress { made: Made::Agent { provider, agent }, ..progress }
                }
            },
            (Self::Begun(_), OnboardingEvent::Completed) => {
                return self.next().map_or(Ok(Self::Complete), |next| Err(OnboardingError::NotYet(next)));
            }
        };
        Ok(Self::Begun(progress))
    }
}

impl OnboardingEvent {
    /// The step that it takes; the completion comes after the last.
    const fn step(self) -> OnboardingStep {
        match self {
            Self::AdminMade(_) => OnboardingStep::Breakglass,
            Self::OidcSaved | Self::OidcSkipped => OnboardingStep::Oidc,
            Self::ProviderMade(_) => OnboardingStep::Provider,
            Self::AgentMade(_) | Self::Completed => OnboardingStep::Agent,
        }
    }
}

#[cfg(test)]
mod tests;
