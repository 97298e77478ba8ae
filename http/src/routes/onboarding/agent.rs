//! The fourth step: the administrator's first agent.

use axum::{Json, extract::State};
use mosaic_api::{AgentBody, OnboardAgent, paths};
use mosaic_model::{
    AgentDraft, AgentSlug, Emoji, FIRST_AGENT_EMOJI, FIRST_AGENT_NAME, FIRST_AGENT_SLUG, PERSONALITY_EXAMPLES,
};

use crate::{
    HttpState,
    auth::{Body, FirstAdmin},
    failure::Failure,
    routes::agents,
};

/// Adds the administrator's first agent, in place of the one that this step added before.
#[utoipa::path(post, path = paths::ONBOARDING_AGENT, security(("session" = [])), request_body = OnboardAgent, responses(
    (status = 200, body = AgentBody),
    (status = 404),
    (status = 409),
))]
pub(crate) async fn agent(
    admin: FirstAdmin,
    State(state): State<HttpState>,
    Body(sent): Body<OnboardAgent>,
) -> Result<Json<AgentBody>, Failure> {
    let OnboardAgent { name, personality, model } = sent;
    let slug = AgentSlug::parse(FIRST_AGENT_SLUG).expect("a short name of ours");
    let emoji = Emoji::parse(FIRST_AGENT_EMOJI).expect("an emoji of ours");
    let name = name.unwrap_or_else(|| FIRST_AGENT_NAME.to_owned());
    let personality = personality.unwrap_or_else(|| PERSONALITY_EXAMPLES[0].text.to_owned());
    let draft = |model| AgentDraft { emoji: Some(emoji), ..AgentDraft::new(slug, name, personality, model) };
    let agent = state.store.onboard_agent(admin.owner, draft, model, &admin.by).await?;
    state.forget_profile(admin.owner);
    Ok(Json(agents::body(agent)))
}
