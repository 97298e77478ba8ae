//! Where one types: Enter sends, Shift+Enter makes a new line, and Stop takes Send's place meanwhile.

use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The agent's name.
    pub(crate) name: AttrValue,
    /// Sends the words; none while there is no agent to send them to.
    pub(crate) send: Option<Callback<String>>,
    /// Whether an answer is under way.
    pub(crate) busy: bool,
    pub(crate) stop: Callback<()>,
    /// Names what one writes on: with another one the draft stands in the field, which takes the focus.
    pub(crate) conversation: AttrValue,
    pub(crate) draft: AttrValue,
    /// Told of every change of what stands in the field.
    pub(crate) keep: Callback<String>,
}

#[component]
pub(crate) fn Composer(props: &Props) -> Html {
    let field = use_node_ref();
    let empty = use_state(|| props.draft.trim().is_empty());
    {
        let (field, empty, draft) = (field.clone(), empty.clone(), props.draft.clone());
        use_effect_with(props.conversation.clone(), move |_| {
            if let Some(field) = field.cast::<HtmlTextAreaElement>() {
                field.set_value(&draft);
                empty.set(draft.trim().is_empty());
                let _ = field.focus();
            }
        });
    }
    let submit = {
        let (field, empty) = (field.clone(), empty.clone());
        let send = props.send.clone().filter(|_| !props.busy);
        let keep = props.keep.clone();
        Callback::from(move |()| {
            let Some((field, send)) = field.cast::<HtmlTextAreaElement>().zip(send.as_ref()) else { return };
            let text = field.value().trim().to_owned();
            if !text.is_empty() {
                field.set_value("");
                empty.set(true);
                keep.emit(String::new());
                send.emit(text);
            }
        })
    };
    let onkeydown = {
        let submit = submit.clone();
        Callback::from(move |event: KeyboardEvent| {
            // While an input method composes a word, Enter belongs to it.
            if event.key() == "Enter" && !event.shift_key() && !event.is_composing() {
                event.prevent_default();
                submit.emit(());
            }
        })
    };
    let oninput = {
        let (empty, keep) = (empty.clone(), props.keep.clone());
        Callback::from(move |event: InputEvent| {
            let words = event.target_unchecked_into::<HtmlTextAreaElement>().value();
            empty.set(words.trim().is_empty());
            keep.emit(words);
        })
    };
    let onsubmit = Callback::from(move |event: SubmitEvent| {
        event.prevent_default();
        submit.emit(());
    });
    let stop = {
        let field = field.clone();
        props.stop.reform(move |_: MouseEvent| {
            // The button is about to vanish, and with it the place of the focus.
            if let Some(field) = field.cast::<HtmlTextAreaElement>() {
                let _ = field.focus();
            }
        })
    };
    html! {
        <div class="dock">
            <form class="composer column" {onsubmit}>
                <label class="for-readers" for="words">{ format!("Message to {}", props.name) }</label>
                <textarea id="words" ref={field} rows="1" placeholder="Write a message"
                    {onkeydown} {oninput} aria-describedby="keys" />
                if props.busy {
                    <button key="stop" type="button" onclick={stop}>{ "Stop" }</button>
                } else {
                    <button key="send" class="primary" type="submit" disabled={props.send.is_none() || *empty}>{ "Send" }</button>
                }
                <p id="keys" class="quiet small">{ "Enter sends, Shift+Enter makes a new line." }</p>
            </form>
        </div>
    }
}
