//! A provider and an agent for tests: whole, and plain in all that a test does not say.

use crate::{Agent, AgentDraft, AgentId, AgentSlug, ApiKind, ModelRef, Provider, ProviderId, Timestamp};

/// A provider with a key and two models; the seed makes its id and its name.
pub(crate) fn provider(seed: u8) -> Provider {
    Provider {
        id: ProviderId::new(Timestamp::UNIX_EPOCH, [seed; 10]),
        preset: None,
        name: format!("provider {seed}"),
        kind: ApiKind::OpenaiCompletions,
        base_url: "http://models.example:8080/v1".to_owned(),
        models: vec!["small".into(), "large".into()],
        enabled: true,
        has_key: true,
        key_hint: "1234".to_owned(),
        key_set_at: None,
        version: 1,
        tested: None,
        created_at: Timestamp::UNIX_EPOCH,
    }
}

/// An agent on the provider's small model.
pub(crate) fn agent(slug: &str, name: String, personality: String, provider: &Provider) -> Agent {
    let model = ModelRef { provider: provider.id, model: "small".to_owned() };
    let draft = AgentDraft::new(AgentSlug::parse(slug).expect("plain"), name, personality, model);
    draft.into_agent(AgentId::new(Timestamp::UNIX_EPOCH, [1; 10]), Timestamp::UNIX_EPOCH)
}
