//! Everything one can do from anywhere, found by typing.

use web_sys::{HtmlDialogElement, HtmlInputElement};
use yew::prelude::*;

use crate::hooks::use_commands;
use crate::words;

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    pub(crate) close: Callback<()>,
}

#[component]
pub(crate) fn Palette(props: &Props) -> Html {
    let dialog = use_node_ref();
    let typed = use_state(String::new);
    let at = use_state(|| 0_usize);
    {
        let dialog = dialog.clone();
        use_effect_with((), move |()| {
            if let Some(dialog) = dialog.cast::<HtmlDialogElement>() {
                let _ = dialog.show_modal();
            }
        });
    }
    let found: Vec<_> =
        use_commands().into_iter().filter(|command| words::matches(&command.name, &typed)).collect();
    let at_now = (*at).min(found.len().saturating_sub(1));
    let run = {
        let (close, found) = (props.close.clone(), found.clone());
        Callback::from(move |index: usize| {
            close.emit(());
            if let Some(command) = found.get(index) {
                command.run.emit(());
            }
        })
    };
    let oninput = {
        let (typed, at) = (typed.clone(), at.clone());
        Callback::from(move |event: InputEvent| {
            typed.set(event.target_unchecked_into::<HtmlInputElement>().value());
            at.set(0);
        })
    };
    let onkeydown = {
        let (run, count) = (run.clone(), found.len().max(1));
        Callback::from(move |event: KeyboardEvent| {
            match event.key().as_str() {
                "ArrowDown" => at.set((at_now + 1) % count),
                "ArrowUp" => at.set((at_now + count - 1) % count),
                "Enter" if !event.is_composing() => run.emit(at_now),
                _ => return,
            }
            event.prevent_default();
        })
    };
    html! {
        <dialog ref={dialog} class="palette" aria-label="Go to" closedby="any"
            onclose={props.close.reform(|_: Event| ())}>
            <input type="text" role="combobox" aria-label="What to do" placeholder="Type where to go or what to do"
                autocomplete="off" spellcheck="false" aria-expanded="true" aria-controls="commands"
                aria-activedescendant={(!found.is_empty()).then(|| format!("command-{at_now}"))} {oninput} {onkeydown} />
            <ul id="commands" role="listbox" aria-label="What there is">
                for (index, command) in found.iter().enumerate() {
                    <li key={command.name.clone()} id={format!("command-{index}")} role="option"
                        aria-selected={if index == at_now { "true" } else { "false" }}
                        onclick={run.reform(move |_: MouseEvent| index)}>{ &command.name }</li>
                }
            </ul>
            if found.is_empty() {
                <p class="nothing quiet" role="status">{ "There is nothing like this." }</p>
            }
        </dialog>
    }
}
