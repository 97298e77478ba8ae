//! An agent that is being made or changed.

use mosaic_api::{ModelChoice, ProviderBody};
use yew::prelude::*;

use super::{Field, Link, Personality, Select, Switch};
use crate::drafts::{AgentEdit, FALLBACKS_MAX, PROFILES, profile_name, writer};
use crate::route::Route;

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    pub(crate) providers: Vec<ProviderBody>,
    pub(crate) edit: AgentEdit,
    pub(crate) change: Callback<AgentEdit>,
    /// What is wrong with the name and with the model.
    pub(crate) faults: [Option<&'static str>; 2],
    /// Whether it answers by default already: that is given to another, not taken from this one.
    #[prop_or_default]
    pub(crate) is_the_default: bool,
}

#[component]
pub(crate) fn AgentFields(props: &Props) -> Html {
    let Props { edit, change, faults, .. } = props;
    let [name, emoji] = [use_node_ref(), use_node_ref()];
    let write = writer(edit, change);
    let switch = {
        let edit = edit.clone();
        change.reform(move |is_default| AgentEdit { is_default, ..edit.clone() })
    };
    let default_hint = if props.is_the_default {
        "It does. To change that, switch it on at another agent."
    } else {
        "The others answer to their names."
    };
    html! {
        <>
            <Field id="agent-name" label="Name" field={name} at_first={edit.name.clone()} maxlength="64"
                error={faults[0].map(AttrValue::from)} oninput={write(|edit, text| edit.name = text)} />
            <Field id="agent-emoji" label="Emoji" field={emoji} at_first={edit.emoji.clone()} maxlength="16"
                hint="One, to know it by. May be empty." oninput={write(|edit, text| edit.emoji = text)} />
            <Personality examples={Vec::new()} text={edit.personality.clone()} change={write(|edit, text| edit.personality = text)} />
            <Models providers={props.providers.clone()} edit={edit.clone()} change={change.clone()} error={faults[1].map(AttrValue::from)} />
            <Tools edit={edit.clone()} change={change.clone()} />
            <Switch id="agent-default" label="Answers where no agent is named" hint={default_hint} on={edit.is_default}
                disabled={props.is_the_default} onchange={switch} />
        </>
    }
}

#[derive(PartialEq, Properties)]
struct ModelsProps {
    providers: Vec<ProviderBody>,
    edit: AgentEdit,
    change: Callback<AgentEdit>,
    #[prop_or_default]
    error: Option<AttrValue>,
}

/// The model that answers, and those that stand in for it.
#[component]
fn Models(props: &ModelsProps) -> Html {
    let ModelsProps { providers, edit, change, error } = props;
    let all = choices(providers);
    let set = |at: Option<usize>| {
        let edit = edit.clone();
        change.reform(move |value: String| with_model(&edit, at, read(&value)))
    };
    let spare = {
        let edit = edit.clone();
        let next = all.first().and_then(|(value, _)| read(value));
        change.reform(move |_: MouseEvent| with_model(&edit, Some(edit.fallbacks.len()), next.clone()))
    };
    html! {
        <>
            if let Some(error) = error { <p class="error" role="alert">{ error.clone() }</p> }
            if all.is_empty() {
                <p class="notice">{ "There is no model to choose yet. " }<Link to={Route::NewProvider}>{ "Add a provider" }</Link>{ " first." }</p>
            } else {
                <Select id="agent-model" label="Model" choices={with_empty(&all, edit.model.is_none())}
                    value={edit.model.as_ref().map(written).unwrap_or_default()} onchange={set(None)} />
            }
            for (index, choice) in edit.fallbacks.iter().enumerate() {
                <div class="by-name" key={index}>
                    <Select id={format!("fallback-{index}")} label={format!("Stand-in {}", index + 1)} choices={all.clone()}
                        value={written(choice)} onchange={set(Some(index))} />
                    <button type="button" aria-label={format!("Remove stand-in {}", index + 1)} onclick={
                        let edit = edit.clone();
                        change.reform(move |_: MouseEvent| with_model(&edit, Some(index), None))
                    }>{ "Remove" }</button>
                </div>
            }
            if !all.is_empty() && edit.fallbacks.len() < FALLBACKS_MAX {
                <div>
                    <button type="button" onclick={spare}>{ "Add a stand-in" }</button>
                    <p class="quiet small">{ "Where the model does not answer, the stand-ins are asked in this order." }</p>
                </div>
            }
        </>
    }
}

/// Every model of every provider that may be used, as a select has them.
fn choices(providers: &[ProviderBody]) -> Vec<(String, String)> {
    let usable = providers.iter().filter(|provider| provider.enabled);
    let models = usable.flat_map(|provider| {
        provider.models.iter().map(|model| {
            let choice = ModelChoice { provider_id: provider.id.clone(), model: model.id.clone() };
            (written(&choice), format!("{} · {}", model.id, provider.name))
        })
    });
    models.collect()
}

/// With the choice of none, while none is made.
fn with_empty(all: &[(String, String)], empty: bool) -> Vec<(String, String)> {
    let none = empty.then(|| (String::new(), "Choose a model".to_owned()));
    none.into_iter().chain(all.iter().cloned()).collect()
}

fn written(choice: &ModelChoice) -> String {
    format!("{} {}", choice.provider_id, choice.model)
}

fn read(value: &str) -> Option<ModelChoice> {
    let (provider_id, model) = value.split_once(' ')?;
    Some(ModelChoice { provider_id: provider_id.to_owned(), model: model.to_owned() })
}

/// With another model at a place: of the stand-ins, or the one that answers. None takes a stand-in away.
fn with_model(edit: &AgentEdit, at: Option<usize>, choice: Option<ModelChoice>) -> AgentEdit {
    let mut edit = edit.clone();
    match (at, choice) {
        (None, choice) => edit.model = choice,
        (Some(at), None) => {
            edit.fallbacks.remove(at);
        }
        (Some(at), Some(choice)) if at < edit.fallbacks.len() => edit.fallbacks[at] = choice,
        (Some(_), Some(choice)) => edit.fallbacks.push(choice),
    }
    edit
}

#[derive(PartialEq, Properties)]
struct ToolsProps {
    edit: AgentEdit,
    change: Callback<AgentEdit>,
}

/// What it may do besides talking.
#[component]
fn Tools(props: &ToolsProps) -> Html {
    let ToolsProps { edit, change } = props;
    let [allow, deny, skills] = [use_node_ref(), use_node_ref(), use_node_ref()];
    let write = writer(edit, change);
    let pick = {
        let edit = edit.clone();
        change.reform(move |name: String| {
            let profile = PROFILES.into_iter().find(|it| profile_name(*it) == name).unwrap_or_default();
            AgentEdit { profile, ..edit.clone() }
        })
    };
    let profiles = PROFILES.map(|it| (profile_name(it).to_owned(), profile_name(it).to_owned())).to_vec();
    html! {
        <>
            <Select id="agent-tools" label="Tools" choices={profiles} value={profile_name(edit.profile)} onchange={pick} />
            <details class="more">
                <summary>{ "Single tools and skills" }</summary>
                <div class="stack-fields">
                    <Field id="agent-allow" label="Tools besides" field={allow} at_first={edit.allow.clone()}
                        hint="Such as web_fetch or group:fs, separated by commas." oninput={write(|edit, text| edit.allow = text)} />
                    <Field id="agent-deny" label="Tools without" field={deny} at_first={edit.deny.clone()}
                        hint="It may not use these, whatever else is said." oninput={write(|edit, text| edit.deny = text)} />
                    <Field id="agent-skills" label="Skills" field={skills} at_first={edit.skills.clone()}
                        hint="Skills of the image that it may use, by name." oninput={write(|edit, text| edit.skills = text)} />
                </div>
            </details>
        </>
    }
}
