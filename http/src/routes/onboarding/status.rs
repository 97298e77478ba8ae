//! How far the first set-up is.

use axum::{Json, extract::State};
use mosaic_api::{
    FirstAgentHint, OnboardingStatus, OnboardingStepBody, OnboardingStepName, OnboardingStepState,
    PersonalityHint, paths,
};
use mosaic_model::{
    FIRST_AGENT_NAME, Onboarding, OnboardingStep, PERSONALITY_EXAMPLES, PersonalityExample, StepState,
};

use crate::{HttpState, auth::MaybeFirstAdmin, failure::Failure};

/// How far the first set-up is. Always readable.
#[utoipa::path(get, path = paths::ONBOARDING_STATUS, responses((status = 200, body = OnboardingStatus)))]
pub(crate) async fn status(
    MaybeFirstAdmin(admin): MaybeFirstAdmin,
    State(state): State<HttpState>,
) -> Result<Json<OnboardingStatus>, Failure> {
    Ok(Json(body(&state.store.onboarding().await?, admin.is_some())))
}

fn body(onboarding: &Onboarding, signed_in: bool) -> OnboardingStatus {
    let step = |step| OnboardingStepBody {
        step: name(step),
        state: match onboarding.step(step) {
            StepState::Open => OnboardingStepState::Open,
            StepState::Done => OnboardingStepState::Done,
            StepState::Skipped => OnboardingStepState::Skipped,
        },
    };
    let personality = |example: PersonalityExample| PersonalityHint {
        title: example.title.to_owned(),
        text: example.text.to_owned(),
    };
    let first_agent = FirstAgentHint {
        name: FIRST_AGENT_NAME.to_owned(),
        personalities: PERSONALITY_EXAMPLES.into_iter().map(personality).collect(),
    };
    OnboardingStatus {
        completed: onboarding.is_complete(),
        steps: OnboardingStep::ALL.into_iter().map(step).collect(),
        next: onboarding.next().map(name),
        signed_in,
        first_agent: (!onboarding.is_complete()).then_some(first_agent),
    }
}

const fn name(step: OnboardingStep) -> OnboardingStepName {
    match step {
        OnboardingStep::Breakglass => OnboardingStepName::Breakglass,
        OnboardingStep::Oidc => OnboardingStepName::Oidc,
        OnboardingStep::Provider => OnboardingStepName::Provider,
        OnboardingStep::Agent => OnboardingStepName::Agent,
    }
}
