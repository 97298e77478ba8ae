//! Setting up tokens, providers and agents from the command line.

use anyhow::Context;
use mosaic_model::{AgentDraft, AgentSlug, ApiKind, By, Email, ModelRef, Owner, ProviderDraft};
use mosaic_storage::{NewToken, Store};

use super::{say, secret_from_stdin};
use crate::cli::{Agent, Provider, ProviderKind, Token};

/// Only the token goes to standard output, so that a script can take it.
pub(super) async fn token(store: &Store, command: Token) -> anyhow::Result<()> {
    let Token::Create { user, name } = command;
    let owner = owner(store, &user).await?;
    let (_, token) = store.create_token(owner, NewToken::own(&name), &By::host()).await?;
    say(token.expose());
    Ok(())
}

pub(super) async fn provider(store: &Store, command: Provider) -> anyhow::Result<()> {
    let Provider::Add { user, name, kind, base_url, models } = command;
    let owner = owner(store, &user).await?;
    let kind = match kind {
        ProviderKind::OpenaiCompletions => ApiKind::OpenaiCompletions,
        ProviderKind::OpenaiResponses => ApiKind::OpenaiResponses,
        ProviderKind::AnthropicMessages => ApiKind::AnthropicMessages,
    };
    let key = secret_from_stdin("provider's key")?;
    let provider =
        store.add_provider(owner, ProviderDraft { name, kind, base_url, models }, &key, &By::host()).await?;
    say(&format!("{user} has the provider {} with {}", provider.name, provider.models.join(", ")));
    Ok(())
}

pub(super) async fn agent(store: &Store, command: Agent) -> anyhow::Result<()> {
    let Agent::Add { user, slug, name, personality, model } = command;
    let owner = owner(store, &user).await?;
    let (provider, model) = model.split_once('/').context("--model takes provider-name/model-id")?;
    let providers = store.providers(owner).await?;
    let provider = providers.iter().find(|it| it.name == provider).with_context(|| {
        let names: Vec<&str> = providers.iter().map(|it| it.name.as_str()).collect();
        format!("{user} has no provider {provider:?}; there is: {}", names.join(", "))
    })?;
    let model = ModelRef { provider: provider.id, model: model.to_owned() };
    let draft = AgentDraft { slug: AgentSlug::parse(&slug)?, name, personality, model };
    let agent = store.add_agent(owner, draft, &By::host()).await?;
    say(&format!("{user} has the agent {}", agent.slug));
    Ok(())
}

/// Whoever has the data directory and the key on this host may act for any user.
async fn owner(store: &Store, email: &str) -> anyhow::Result<Owner> {
    let user = store.user_by_email(&Email::parse(email)?).await?;
    let user = user.with_context(|| format!("there is no user {email}"))?;
    #[expect(clippy::disallowed_methods, reason = "whoever runs this command holds the database and its key")]
    let owner = Owner::vouch(user.id);
    Ok(owner)
}
