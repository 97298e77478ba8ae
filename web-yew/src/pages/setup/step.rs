//! The steps of the set-up, and which of them can be gone to.

use mosaic_api::{OnboardingStatus, OnboardingStepName, OnboardingStepState};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    Administrator,
    SignIn,
    Model,
    Agent,
    Chat,
}

impl Step {
    pub(super) const ALL: [Self; 5] =
        [Self::Administrator, Self::SignIn, Self::Model, Self::Agent, Self::Chat];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Administrator => "You",
            Self::SignIn => "Sign-in",
            Self::Model => "Model",
            Self::Agent => "Agent",
            Self::Chat => "Chat",
        }
    }

    /// The furthest that can be gone to.
    pub(super) fn reached(status: &OnboardingStatus) -> Self {
        match status.next {
            Some(OnboardingStepName::Breakglass) => Self::Administrator,
            Some(OnboardingStepName::Oidc) => Self::SignIn,
            Some(OnboardingStepName::Provider) => Self::Model,
            // Taking the last step again is what ends it all.
            Some(OnboardingStepName::Agent) | None => Self::Agent,
        }
    }

    /// Whether it was taken, and not passed over.
    pub(super) fn is_done(self, status: &OnboardingStatus) -> bool {
        let name = match self {
            Self::Administrator => OnboardingStepName::Breakglass,
            Self::SignIn => OnboardingStepName::Oidc,
            Self::Model => OnboardingStepName::Provider,
            Self::Agent => OnboardingStepName::Agent,
            Self::Chat => return status.completed,
        };
        status.steps.iter().any(|step| step.step == name && step.state == OnboardingStepState::Done)
    }
}

#[cfg(test)]
mod tests {
    use mosaic_api::OnboardingStepBody;

    use super::*;

    fn status(next: Option<OnboardingStepName>) -> OnboardingStatus {
        let step = OnboardingStepName::Oidc;
        let steps = vec![OnboardingStepBody { step, state: OnboardingStepState::Skipped }];
        OnboardingStatus { completed: false, steps, next, signed_in: true, first_agent: None }
    }

    #[test]
    fn it_goes_on_at_the_first_step_that_is_not_taken() {
        assert_eq!(Step::reached(&status(Some(OnboardingStepName::Breakglass))), Step::Administrator);
        assert_eq!(Step::reached(&status(Some(OnboardingStepName::Provider))), Step::Model);
        assert_eq!(Step::reached(&status(None)), Step::Agent);
        assert!(!Step::SignIn.is_done(&status(None)), "passed over is not done");
    }
}
