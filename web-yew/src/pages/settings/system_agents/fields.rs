//! An agent of the fleet's own that is being declared or changed.

use mosaic_api::ModelBody;
use yew::prelude::*;

use crate::components::{Field, Personality, Select, Switch};
use crate::drafts::{SystemAgentEdit, writer};

#[derive(PartialEq, Properties)]
pub(super) struct Props {
    pub(super) edit: SystemAgentEdit,
    pub(super) change: Callback<SystemAgentEdit>,
    /// What is wrong with the name.
    pub(super) fault: Option<&'static str>,
    /// What it may think with.
    pub(super) models: Vec<ModelBody>,
}

#[component]
pub(super) fn SystemAgentFields(props: &Props) -> Html {
    let Props { edit, change, fault, models } = props;
    let name = use_node_ref();
    let write = writer(edit, change);
    let switch = {
        let edit = edit.clone();
        change.reform(move |always_on| SystemAgentEdit { always_on, ..edit.clone() })
    };
    let choices: Vec<_> = models.iter().map(|model| (model.id.clone(), model.id.clone())).collect();
    html! {
        <>
            <Field id="agent-name" label="Name" field={name} at_first={edit.name.clone()} maxlength="64"
                error={fault.map(AttrValue::from)} oninput={write(|edit, text| edit.name = text)} />
            <Personality examples={Vec::new()} text={edit.personality.clone()} change={write(|edit, text| edit.personality = text)} />
            if !choices.is_empty() {
                <Select id="agent-model" label="Model" {choices} value={edit.model_of(models).to_owned()}
                    onchange={write(|edit, model| edit.model = model)} />
            }
            <Switch id="always-on" label="Always on" on={edit.always_on} onchange={switch}
                hint="Awake without being asked anything, and never put to sleep. Otherwise a question wakes it." />
        </>
    }
}
