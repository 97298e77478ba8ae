//! The fourth step: the first agent. With it the set-up is over.

use mosaic_api::{AgentBody, FirstAgentHint};
use yew::prelude::*;

use super::frame::Onward;
use super::step::Step;
use crate::client;
use crate::components::{Field, Notice, Personality, Select};
use crate::drafts::{AgentDraft, SetupDraft, writer};
use crate::hooks::use_act;

#[derive(PartialEq, Properties)]
pub(super) struct Props {
    /// What Mosaic proposes.
    pub(super) hint: Option<FirstAgentHint>,
    pub(super) draft: SetupDraft,
    pub(super) change: Callback<SetupDraft>,
    pub(super) go: Callback<Step>,
    pub(super) made: Callback<AgentBody>,
}

#[component]
pub(super) fn AgentStep(props: &Props) -> Html {
    let name = use_node_ref();
    let make = use_act(client::onboard_agent, props.made.clone());
    let draft = &props.draft.agent;
    let onsubmit = {
        let (run, draft) = (make.run.clone(), draft.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            run.emit(draft.to_body());
        })
    };
    let change = {
        let draft = props.draft.clone();
        props.change.reform(move |agent: AgentDraft| SetupDraft { agent, ..draft.clone() })
    };
    let edit = writer(draft, &change);
    let proposed = props.hint.as_ref().map(|hint| hint.name.clone()).unwrap_or_default();
    let examples = props.hint.as_ref().map(|hint| hint.personalities.clone()).unwrap_or_default();
    let first = examples.first().map(|example| example.text.clone()).unwrap_or_default();
    let models: Vec<(String, String)> =
        props.draft.provider.chosen.iter().map(|model| (model.id.clone(), model.id.clone())).collect();
    html! {
        <form {onsubmit} novalidate=true>
            <Field id="agent-name" label="Name" field={name} at_first={draft.name.clone()} maxlength="64"
                hint={format!("Empty: {proposed}.")} oninput={edit(|agent, text| agent.name = text)} />
            <Personality {examples} text={draft.personality.clone().unwrap_or(first)}
                change={edit(|agent, text| agent.personality = Some(text))} />
            if models.len() > 1 {
                <Select id="agent-model" label="Model" choices={models} value={draft.model.clone()}
                    onchange={edit(|agent, text| agent.model = text)} />
            } else if let Some((model, _)) = models.first() {
                <dl class="facts"><dt>{ "Model" }</dt><dd>{ model }</dd></dl>
            }
            if let Some(failure) = &make.failure {
                <Notice failure={failure.clone()} />
            }
            <Onward back={props.go.reform(|()| Step::Model)} words="Start talking" busy_words="Finishing…" busy={make.busy} />
        </form>
    }
}
