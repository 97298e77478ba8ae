//! Setting up tokens, providers and agents from the command line.

use anyhow::Context;
use mosaic_model::{
    AgentDraft, AgentSlug, ApiKind, By, Email, Emoji, ModelRef, Owner, Preset, Provider, ProviderDraft,
    ProviderModel,
};
use mosaic_storage::{NewToken, Store};

use super::{say, secret_from_stdin};
use crate::cli::{self, Agent, ProviderKind, Token};

/// Only the token goes to standard output, so that a script can take it.
pub(super) async fn token(store: &Store, command: Token) -> anyhow::Result<()> {
    let Token::Create { user, name } = command;
    let owner = owner(store, &user).await?;
    let (_, token) = store.create_token(owner, NewToken::own(&name), &By::host()).await?;
    say(token.expose());
    Ok(())
}

pub(super) async fn provider(store: &Store, command: cli::Provider) -> anyhow::Result<()> {
    let cli::Provider::Add { user, name, preset, kind, base_url, no_key, models } = command;
    let owner = owner(store, &user).await?;
    let known = preset.as_deref().map(known_preset).transpose()?;
    let kind = kind.map_or(known.map_or(ApiKind::OpenaiCompletions, |it| it.kind), api_kind);
    let base_url = base_url.or(known.map(|it| it.base_url.to_owned()).filter(|url| !url.is_empty()));
    let base_url =
        base_url.context("say where it is, with --base-url or with the --preset of a known provider")?;
    let key = if no_key { None } else { Some(secret_from_stdin("provider's key")?) };
    let models = models.into_iter().map(ProviderModel::named).collect();
    let draft = ProviderDraft { preset, name, kind, base_url, models };
    let provider = store.add_provider(owner, draft, key.as_ref(), &By::host()).await?;
    let models: Vec<&str> = provider.models.iter().map(|model| model.id.as_str()).collect();
    say(&format!("{user} has the provider {} with {}", provider.name, models.join(", ")));
    Ok(())
}

fn known_preset(word: &str) -> anyhow::Result<&'static Preset> {
    Preset::find(word).with_context(|| format!("there is no preset {word:?}; there are {}", Preset::list()))
}

const fn api_kind(kind: ProviderKind) -> ApiKind {
    match kind {
        ProviderKind::OpenaiCompletions => ApiKind::OpenaiCompletions,
        ProviderKind::OpenaiResponses => ApiKind::OpenaiResponses,
        ProviderKind::AnthropicMessages => ApiKind::AnthropicMessages,
    }
}

pub(super) async fn agent(store: &Store, command: Agent) -> anyhow::Result<()> {
    let Agent::Add { user, slug, name, personality, model, fallbacks, emoji, default } = command;
    let owner = owner(store, &user).await?;
    let providers = store.providers(owner).await?;
    let model = named_model(&providers, &user, &model)?;
    let fallbacks =
        fallbacks.iter().map(|it| named_model(&providers, &user, it)).collect::<Result<_, _>>()?;
    let emoji = emoji.as_deref().map(Emoji::parse).transpose()?;
    let draft = AgentDraft::new(AgentSlug::parse(&slug)?, name, personality, model);
    let draft = AgentDraft { fallbacks, emoji, is_default: default, ..draft };
    let agent = store.add_agent(owner, draft, &By::host()).await?;
    say(&format!("{user} has the agent {}", agent.slug));
    Ok(())
}

/// A model by its provider's name and its own id.
fn named_model(providers: &[Provider], user: &str, text: &str) -> anyhow::Result<ModelRef> {
    let (name, model) = text.split_once('/').context("a model is named provider-name/model-id")?;
    let provider = providers.iter().find(|it| it.name == name).with_context(|| {
        let names: Vec<&str> = providers.iter().map(|it| it.name.as_str()).collect();
        format!("{user} has no provider {name:?}; there is: {}", names.join(", "))
    })?;
    Ok(ModelRef { provider: provider.id, model: model.to_owned() })
}

/// Whoever has the data directory and the key on this host may act for any user.
async fn owner(store: &Store, email: &str) -> anyhow::Result<Owner> {
    let user = store.user_by_email(&Email::parse(email)?).await?;
    let user = user.with_context(|| format!("there is no user {email}"))?;
    #[expect(clippy::disallowed_methods, reason = "whoever runs this command holds the database and its key")]
    let owner = Owner::vouch(user.id);
    Ok(owner)
}
