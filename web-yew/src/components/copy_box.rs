//! Something to take away: shown whole, and copied with a press.

use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

use crate::browser;

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    pub(crate) id: AttrValue,
    pub(crate) label: AttrValue,
    pub(crate) value: AttrValue,
}

#[component]
pub(crate) fn CopyBox(props: &Props) -> Html {
    let field = use_node_ref();
    let words = use_state(|| "");
    let onclick = {
        let (field, value, words) = (field.clone(), props.value.clone(), words.clone());
        Callback::from(move |_: MouseEvent| {
            let (field, value, words) = (field.clone(), value.clone(), words.clone());
            wasm_bindgen_futures::spawn_local(async move {
                if let Some(field) = field.cast::<HtmlTextAreaElement>() {
                    field.select();
                }
                let copied = browser::copy(&value).await;
                words.set(if copied { "Copied" } else { "Selected: press Ctrl+C or ⌘C" });
            });
        })
    };
    html! {
        <div class="field copy-box">
            <label for={props.id.clone()}>{ props.label.clone() }</label>
            <div class="row">
                <textarea ref={field} id={props.id.clone()} rows="1" readonly=true value={props.value.clone()} />
                <button type="button" {onclick}>{ "Copy" }</button>
            </div>
            <p class="quiet small" role="status">{ *words }</p>
        </div>
    }
}
