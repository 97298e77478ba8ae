//! A good range of what the assembly can be asked for.

use mosaic_model::{
    Agent, AgentDraft, AgentId, AgentSlug, ApiKind, AssemblyInput, Emoji, InputKind, ModelFacts, ModelRef,
    Preset, Provider, ProviderCredential, ProviderId, ProviderModel, Secret, SkillName, Timestamp, ToolName,
    ToolPolicy, ToolProfile, assemble, revive,
};
use serde_json::Value;

/// Texts in which the gateway could find something to fill in, to run or to trip over.
const ODD: [&str; 8] = [
    "${HOME} and $${HOME} and ${MOSAIC_NO_SUCH_VARIABLE}",
    "$ {A} ${ ${} ${a} $${",
    "\"quotes\", 'single', `ticks` and \\ back\\slashes\\u0041",
    "// no comment /* nor this */ { json5: true, }",
    "line\nbreaks\r\n\ttabs",
    "emoji 🦀, right to left \u{202e}abc\u{202c}, zero\u{200d}width, ünïcödé",
    "{{template}} <tag attr=\"x\"> %s %(name)s #{ruby}",
    "true",
];

/// What the assembly makes of each, by name. The first is the plain one.
pub(super) fn documents() -> Vec<(&'static str, Value)> {
    let all = [
        ("one agent", plain()),
        ("every preset, with and without a key", every_preset()),
        ("every interface", every_kind()),
        ("odd texts", odd_texts()),
        ("many agents and models", many()),
        ("all that is known of models", known_models()),
        ("all that an agent may have", equipped_agents()),
    ];
    let recorded = assemble(&references(equipped_agents())).expect("complete");
    let mut less = equipped_agents();
    less.providers.remove(0);
    let revived = revive(recorded, &less).expect("something is left");
    let assembled = all.into_iter().map(|(name, input)| (name, assemble(&input).expect(name)));
    assembled.chain([("an earlier one that stands in", revived)]).collect()
}

fn plain() -> AssemblyInput {
    let models = provider(1, ApiKind::OpenaiCompletions, "http://models.example:8080/v1");
    AssemblyInput { agents: vec![agent("main", &models)], providers: vec![(models, key())] }
}

fn every_preset() -> AssemblyInput {
    let mut input = AssemblyInput::default();
    for (seed, preset) in (1..).zip(Preset::ALL) {
        let url = if preset.base_url.is_empty() { "http://10.0.0.1:8000/v1" } else { preset.base_url };
        let mut made = provider(seed, preset.kind, url);
        made.preset = Some(preset.id.to_owned());
        made.has_key = preset.needs_key;
        input.agents.push(agent(preset.id, &made));
        input.providers.push((made, if preset.needs_key { key() } else { ProviderCredential::None }));
    }
    input
}

fn every_kind() -> AssemblyInput {
    let mut input = AssemblyInput::default();
    for (seed, kind) in (1..).zip(ApiKind::ALL) {
        let made = provider(seed, kind, "https://models.example/api");
        input.agents.push(agent(kind.as_str(), &made));
        input.providers.push((made, key()));
    }
    input
}

fn odd_texts() -> AssemblyInput {
    let mut models = provider(1, ApiKind::OpenaiCompletions, "http://models.example/$%7BHOME%7D/v1");
    models.models =
        ODD.iter().map(|text| ProviderModel::from(text.lines().next().unwrap_or_default())).collect();
    let mut input = AssemblyInput::default();
    for (number, text) in ODD.iter().enumerate() {
        let mut odd = agent(&format!("odd-{number}"), &models);
        text.lines().next().unwrap_or_default().clone_into(&mut odd.name);
        odd.personality = format!("{text}\n{}", text.repeat(20));
        odd.model.model.clone_from(&models.models[number].id);
        input.agents.push(odd);
    }
    input.providers.push((models, ProviderCredential::Key(Secret::new(ODD[0].to_owned()))));
    input
}

fn many() -> AssemblyInput {
    let mut models = provider(1, ApiKind::OpenaiCompletions, "http://models.example/v1");
    models.models =
        (0..200).map(|number| ProviderModel::from(format!("vendor/model:{number}").as_str())).collect();
    let agents = (0..20).map(|number| {
        let mut one = agent(&format!("agent-{number}"), &models);
        one.personality = "x".repeat(20_000);
        one.model.model.clone_from(&models.models[number].id);
        one
    });
    AssemblyInput { agents: agents.collect(), providers: vec![(models, key())] }
}

fn known_models() -> AssemblyInput {
    let mut input = every_kind();
    for (provider, _) in &mut input.providers {
        provider.models[0].facts = ModelFacts {
            name: Some("A model with \"everything\" ${HOME}".to_owned()),
            context_window: Some(1_000_000),
            max_tokens: Some(1),
            input: vec![InputKind::Text, InputKind::Image],
        };
    }
    input
}

/// An agent for each set of tools, with alternatives at every provider, a picture and skills of its own.
fn equipped_agents() -> AssemblyInput {
    let mut input = every_kind();
    let models: Vec<ModelRef> = input.agents.iter().map(|agent| agent.model.clone()).collect();
    let tool = |name| ToolName::parse(name).expect("plain");
    let profiles = [ToolProfile::Minimal, ToolProfile::Coding, ToolProfile::Messaging, ToolProfile::Full];
    for (number, profile) in profiles.into_iter().enumerate() {
        let mut one = agent(&format!("equipped-{number}"), &input.providers[2].0);
        one.emoji = Some(Emoji::parse("🧩").expect("one"));
        one.fallbacks.clone_from(&models);
        one.is_default = number == 1;
        one.tools =
            ToolPolicy { profile, allow: vec![tool("image"), tool("group:web")], deny: vec![tool("exec")] };
        one.skills = vec![
            SkillName::parse("weather").expect("plain"),
            SkillName::parse("no-such-skill").expect("plain"),
        ];
        input.agents.push(one);
    }
    input
}

/// As it is recorded: with references in place of keys.
fn references(mut input: AssemblyInput) -> AssemblyInput {
    for (_, credential) in &mut input.providers {
        *credential = ProviderCredential::Version(1);
    }
    input
}

fn key() -> ProviderCredential {
    ProviderCredential::Key(Secret::new("sk-test-${NOT_A_VARIABLE}".to_owned()))
}

fn provider(seed: u8, kind: ApiKind, base_url: &str) -> Provider {
    Provider {
        id: ProviderId::new(Timestamp::UNIX_EPOCH, [seed; 10]),
        preset: None,
        name: format!("provider {seed}"),
        kind,
        base_url: base_url.to_owned(),
        models: vec!["small".into(), "org/large:latest".into()],
        enabled: true,
        has_key: true,
        key_hint: "1234".to_owned(),
        key_set_at: None,
        version: 1,
        tested: None,
        created_at: Timestamp::UNIX_EPOCH,
    }
}

fn agent(slug: &str, provider: &Provider) -> Agent {
    let model = ModelRef { provider: provider.id, model: "small".to_owned() };
    let slug = AgentSlug::parse(slug).expect("plain");
    let draft = AgentDraft::new(slug, "Ada".to_owned(), "Dry wit.".to_owned(), model);
    draft.into_agent(AgentId::new(Timestamp::UNIX_EPOCH, [1; 10]), Timestamp::UNIX_EPOCH)
}
