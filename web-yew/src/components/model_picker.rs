//! Which models agents may use: of those that the provider lists, or by name. The first is the preferred one.

use mosaic_api::ModelBody;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::{Field, Kind, typed};
use crate::words;

/// From so many models on, a field to search them is worth its room.
const MANY: usize = 8;
/// More are found by typing.
const SHOWN_MAX: usize = 60;

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// What the provider lists; may be empty.
    pub(crate) listed: Vec<ModelBody>,
    pub(crate) chosen: Vec<ModelBody>,
    pub(crate) choose: Callback<Vec<ModelBody>>,
    #[prop_or_default]
    pub(crate) error: Option<AttrValue>,
}

#[component]
pub(crate) fn ModelPicker(props: &Props) -> Html {
    let search = use_state(String::new);
    let (by_name, field) = (use_node_ref(), use_node_ref());
    let all = together(&props.chosen, &props.listed);
    let found: Vec<&ModelBody> =
        all.iter().filter(|model| words::matches(&model.id, &search)).take(SHOWN_MAX).collect();
    let add = {
        let (field, choose, chosen) = (by_name.clone(), props.choose.clone(), props.chosen.clone());
        Callback::from(move |()| {
            let id = typed(&field).trim().to_owned();
            if !id.is_empty() && chosen.iter().all(|model| model.id != id) {
                let model = ModelBody { id, ..ModelBody::default() };
                choose.emit([chosen.clone(), vec![model]].concat());
                if let Some(field) = field.cast::<HtmlInputElement>() {
                    field.set_value("");
                }
            }
        })
    };
    let onkeydown = {
        let add = add.clone();
        Callback::from(move |event: KeyboardEvent| {
            // It adds the model, and does not send the form around it.
            if event.key() == "Enter" && !event.is_composing() {
                event.prevent_default();
                add.emit(());
            }
        })
    };
    let oninput = {
        let search = search.clone();
        Callback::from(move |words| search.set(words))
    };
    html! {
        <fieldset class={classes!("field", "models", props.error.is_some().then_some("invalid"))}>
            <legend>{ "Models" }</legend>
            <p class="hint quiet small">{ "What agents may use. The first is taken where none is named." }</p>
            if let Some(error) = &props.error {
                <p class="error" role="alert">{ error.clone() }</p>
            }
            if all.len() > MANY {
                <Field id="model-search" label={format!("Search {} models", all.len())} kind={Kind::Search} {field} {oninput} />
            }
            if !all.is_empty() {
                <ul class="picks">
                    for model in found { { pick(props, model) } }
                </ul>
            }
            <div class="by-name" {onkeydown}>
                <Field id="model-name" label="Another model, by its id at the provider" field={by_name} />
                <button type="button" onclick={add.reform(|_: MouseEvent| ())}>{ "Add" }</button>
            </div>
        </fieldset>
    }
}

fn pick(props: &Props, model: &ModelBody) -> Html {
    let place = props.chosen.iter().position(|it| it.id == model.id);
    let toggle = {
        let (chosen, model) = (props.chosen.clone(), model.clone());
        props.choose.reform(move |_: Event| toggled(&chosen, &model))
    };
    let prefer = {
        let (chosen, model) = (props.chosen.clone(), model.clone());
        props.choose.reform(move |_: MouseEvent| preferred(&chosen, &model))
    };
    html! {
        <li key={model.id.clone()}>
            <label>
                <input type="checkbox" name="model" checked={place.is_some()} onchange={toggle} />
                <span class="break">{ &model.id }</span>
            </label>
            if place == Some(0) { <span class="tag accent">{ "Preferred" }</span> }
            else if place.is_some() {
                <button type="button" class="plain" onclick={prefer} aria-label={format!("Prefer {}", model.id)}>{ "Prefer" }</button>
            }
        </li>
    }
}

/// The listed ones in the provider's order, whatever is chosen, so that nothing jumps; then those it does not list.
fn together(chosen: &[ModelBody], listed: &[ModelBody]) -> Vec<ModelBody> {
    let others = chosen.iter().filter(|model| listed.iter().all(|it| it.id != model.id));
    listed.iter().chain(others).cloned().collect()
}

fn toggled(chosen: &[ModelBody], model: &ModelBody) -> Vec<ModelBody> {
    let mut rest: Vec<ModelBody> = chosen.iter().filter(|it| it.id != model.id).cloned().collect();
    if rest.len() == chosen.len() {
        rest.push(model.clone());
    }
    rest
}

fn preferred(chosen: &[ModelBody], model: &ModelBody) -> Vec<ModelBody> {
    let rest = chosen.iter().filter(|it| it.id != model.id);
    std::iter::once(model).chain(rest).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(models: &[ModelBody]) -> Vec<&str> {
        models.iter().map(|model| model.id.as_str()).collect()
    }

    #[test]
    fn models_are_chosen_preferred_and_left_out_again() {
        let [a, b] = ["a", "b"].map(|id| ModelBody { id: id.to_owned(), ..ModelBody::default() });
        let both = toggled(&toggled(&[], &a), &b);
        assert_eq!(ids(&both), ["a", "b"]);
        assert_eq!(ids(&preferred(&both, &b)), ["b", "a"]);
        assert_eq!(ids(&toggled(&both, &a)), ["b"]);
        assert_eq!(ids(&together(&both, std::slice::from_ref(&b))), ["b", "a"]);
    }
}
