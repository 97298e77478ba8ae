//! Between the rules' types and the wire's.

use mosaic_api::{
    ApiKindBody, Code, InputKindBody, ModelBody, ModelEntry, NewProvider, PresetBody, ProviderBody,
    ProviderUse,
};
use mosaic_model::{
    Agent, ApiKind, InputKind, ModelFacts, ModelRef, Preset, Provider, ProviderDraft, ProviderError,
    ProviderModel,
};

use crate::failure::{Failure, sentence};

/// Which API a provider speaks, and where, as far as a request says it or a preset knows it.
pub(super) fn kind_and_url(
    preset: Option<&str>,
    asked: Option<ApiKindBody>,
    url: Option<String>,
) -> Result<(ApiKind, String), Failure> {
    let invalid = |text: String| Failure::new(Code::Invalid, text);
    let unknown = |word: &str| invalid(sentence(&ProviderError::Preset(word.to_owned())));
    let preset = preset.map(|word| Preset::find(word).ok_or_else(|| unknown(word))).transpose()?;
    let asked = asked.map(kind).or(preset.map(|preset| preset.kind));
    let asked = asked.ok_or_else(|| invalid("Say which API it speaks: send kind, or preset.".to_owned()))?;
    let known = preset.map(|preset| preset.base_url.to_owned()).filter(|url| !url.is_empty());
    let url = url.filter(|url| !url.trim().is_empty()).or(known);
    let url = url.ok_or_else(|| invalid("Say where it is: send base_url.".to_owned()))?;
    Ok((asked, url))
}

pub(crate) fn draft(new: NewProvider) -> Result<ProviderDraft, Failure> {
    let (kind, base_url) = kind_and_url(new.preset.as_deref(), new.kind, new.base_url)?;
    let models = new.models.into_iter().map(model).collect();
    Ok(ProviderDraft { preset: new.preset, name: new.name, kind, base_url, models })
}

pub(crate) fn body(provider: Provider, agents: &[Agent]) -> ProviderBody {
    let used = |agent: &Agent, model: &ModelRef| ProviderUse {
        agent_id: agent.id.to_string(),
        slug: agent.slug.to_string(),
        name: agent.name.clone(),
        model: model.model.clone(),
        is_fallback: *model != agent.model,
    };
    let uses = agents.iter().flat_map(|agent| {
        let here = agent.models().filter(|model| model.provider == provider.id);
        here.map(|model| used(agent, model)).collect::<Vec<_>>()
    });
    let used_by = uses.collect();
    ProviderBody {
        id: provider.id.to_string(),
        preset: provider.preset,
        name: provider.name,
        kind: kind_body(provider.kind),
        base_url: provider.base_url,
        models: provider.models.into_iter().map(model_body).collect(),
        enabled: provider.enabled,
        has_key: provider.has_key,
        key_hint: provider.key_hint,
        key_set_at: provider.key_set_at,
        version: provider.version,
        tested_at: provider.tested.map(|tested| tested.at),
        test_ok: provider.tested.map(|tested| tested.ok),
        created_at: provider.created_at,
        used_by,
    }
}

pub(super) fn preset_body(preset: Preset) -> PresetBody {
    PresetBody {
        id: preset.id.to_owned(),
        name: preset.name.to_owned(),
        kind: kind_body(preset.kind),
        base_url: preset.base_url.to_owned(),
        needs_key: preset.needs_key,
        hint: preset.hint.to_owned(),
    }
}

pub(super) fn model(entry: ModelEntry) -> ProviderModel {
    let ModelBody { id, name, context_window, max_tokens, input } = entry.into();
    let kind = |input: InputKindBody| match input {
        InputKindBody::Text => InputKind::Text,
        InputKindBody::Image => InputKind::Image,
    };
    let input = input.into_iter().map(kind).collect();
    ProviderModel { id, facts: ModelFacts { name, context_window, max_tokens, input } }
}

pub(crate) fn model_body(model: ProviderModel) -> ModelBody {
    let ProviderModel { id, facts: ModelFacts { name, context_window, max_tokens, input } } = model;
    let kind = |input: InputKind| match input {
        InputKind::Text => InputKindBody::Text,
        InputKind::Image => InputKindBody::Image,
    };
    ModelBody { id, name, context_window, max_tokens, input: input.into_iter().map(kind).collect() }
}

pub(super) const fn kind(kind: ApiKindBody) -> ApiKind {
    match kind {
        ApiKindBody::OpenaiCompletions => ApiKind::OpenaiCompletions,
        ApiKindBody::OpenaiResponses => ApiKind::OpenaiResponses,
        ApiKindBody::AnthropicMessages => ApiKind::AnthropicMessages,
    }
}

const fn kind_body(kind: ApiKind) -> ApiKindBody {
    match kind {
        ApiKind::OpenaiCompletions => ApiKindBody::OpenaiCompletions,
        ApiKind::OpenaiResponses => ApiKindBody::OpenaiResponses,
        ApiKind::AnthropicMessages => ApiKindBody::AnthropicMessages,
    }
}
