//! What a person has asked: in a quiet bubble, and there to be asked otherwise.

use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

use super::CopyButton;

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    pub(crate) text: AttrValue,
    /// Asks something else instead; none where that is not possible now.
    #[prop_or_default]
    pub(crate) edit: Option<Callback<String>>,
}

#[component]
pub(crate) fn Question(props: &Props) -> Html {
    let editing = use_state(|| false);
    let show = {
        let editing = editing.clone();
        Callback::from(move |shown: bool| editing.set(shown))
    };
    let Props { text, edit } = props;
    if let (true, Some(edit)) = (*editing, edit) {
        return html! { <Editor {text} {edit} close={show.reform(|()| false)} /> };
    }
    html! {
        <article class="message you" aria-label="You">
            <div class="words">{ text.clone() }</div>
            <div class="message-deeds">
                if edit.is_some() {
                    <button type="button" class="plain tiny" aria-label="Edit question"
                        onclick={show.reform(|_: MouseEvent| true)}>{ "Edit" }</button>
                }
                <CopyButton words={text} label="Copy question" />
            </div>
        </article>
    }
}

#[derive(PartialEq, Properties)]
struct EditorProps {
    text: AttrValue,
    edit: Callback<String>,
    close: Callback<()>,
}

#[component]
fn Editor(props: &EditorProps) -> Html {
    let field = use_node_ref();
    {
        let (field, text) = (field.clone(), props.text.clone());
        use_effect_with((), move |()| {
            if let Some(field) = field.cast::<HtmlTextAreaElement>() {
                field.set_value(&text);
                let _ = field.focus();
            }
        });
    }
    let send = {
        let (field, edit, close) = (field.clone(), props.edit.clone(), props.close.clone());
        Callback::from(move |()| {
            let words = field.cast::<HtmlTextAreaElement>().map(|field| field.value().trim().to_owned());
            if let Some(words) = words.filter(|words| !words.is_empty()) {
                edit.emit(words);
                close.emit(());
            }
        })
    };
    let onkeydown = {
        let (send, close) = (send.clone(), props.close.clone());
        Callback::from(move |event: KeyboardEvent| match event.key().as_str() {
            "Enter" if !event.shift_key() && !event.is_composing() => {
                event.prevent_default();
                send.emit(());
            }
            "Escape" => close.emit(()),
            _ => {}
        })
    };
    html! {
        <article class="message you editing" aria-label="Your question, being edited">
            <label class="for-readers" for="edited">{ "Ask instead" }</label>
            <textarea id="edited" ref={field} rows="2" {onkeydown} />
            <p class="quiet small">{ "What was said after it is replaced." }</p>
            <div class="buttons">
                <button type="button" onclick={props.close.reform(|_: MouseEvent| ())}>{ "Cancel" }</button>
                <button type="button" class="primary" onclick={send.reform(|_: MouseEvent| ())}>{ "Ask instead" }</button>
            </div>
        </article>
    }
}
