//! Who an agent is: examples to begin with, and the text itself.

use mosaic_api::PersonalityHint;
use yew::prelude::*;

use super::TextArea;

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    pub(crate) examples: Vec<PersonalityHint>,
    pub(crate) text: String,
    pub(crate) change: Callback<String>,
}

#[component]
pub(crate) fn Personality(props: &Props) -> Html {
    let Props { examples, text, change } = props;
    html! {
        <div class="stack-fields">
            <TextArea id="personality" label="Personality" value={text.clone()} oninput={change.clone()}
                hint="Who it is, in your words. It is told to it before every conversation." />
            if !examples.is_empty() {
                <div class="personalities" role="group" aria-label="Examples">
                    for example in examples {
                        <button type="button" aria-pressed={if example.text == *text { "true" } else { "false" }}
                            onclick={let text = example.text.clone(); change.reform(move |_: MouseEvent| text.clone())}>
                            { &example.title }
                        </button>
                    }
                </div>
            }
        </div>
    }
}
