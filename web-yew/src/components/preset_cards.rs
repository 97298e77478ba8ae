//! The providers that are known by name, to pick one of.

use mosaic_api::PresetBody;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    pub(crate) presets: Vec<PresetBody>,
    /// The word of the one that is picked; empty for none.
    pub(crate) picked: String,
    pub(crate) pick: Callback<PresetBody>,
    #[prop_or_default]
    pub(crate) error: Option<AttrValue>,
}

#[component]
pub(crate) fn PresetCards(props: &Props) -> Html {
    html! {
        <fieldset class={classes!("field", props.error.is_some().then_some("invalid"))}>
            <legend>{ "Provider" }</legend>
            if let Some(error) = &props.error {
                <p class="error" role="alert">{ error.clone() }</p>
            }
            <div class="cards">
                for preset in &props.presets {
                    <label key={preset.id.clone()} class="card">
                        <input type="radio" name="preset" value={preset.id.clone()} checked={props.picked == preset.id}
                            onchange={let preset = preset.clone(); props.pick.reform(move |_: Event| preset.clone())} />
                        <span class="monogram" aria-hidden="true">{ monogram(&preset.name) }</span>
                        <span>{ &preset.name }</span>
                    </label>
                }
            </div>
        </fieldset>
    }
}

/// The first letters of a name's first two words.
fn monogram(name: &str) -> String {
    let first = |word: &str| word.chars().find(|letter| letter.is_alphanumeric());
    name.split([' ', '.']).filter_map(first).take(2).flat_map(char::to_uppercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_monogram_is_made_of_first_letters() {
        assert_eq!(["OpenAI", "Z.ai coding plan", "Google Gemini"].map(monogram), ["O", "ZA", "GG"]);
    }
}
