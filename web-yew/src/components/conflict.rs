//! Two people have changed the same thing: what differs, and whose it is to be.

use yew::prelude::*;

use crate::drafts::Difference;

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    pub(crate) differences: Vec<Difference>,
    /// Saves what was typed here, upon what the other has saved.
    pub(crate) keep_mine: Callback<()>,
    /// Drops what was typed here.
    pub(crate) take_theirs: Callback<()>,
}

#[component]
pub(crate) fn Conflict(props: &Props) -> Html {
    let Props { differences, keep_mine, take_theirs } = props;
    html! {
        <div class="notice failed conflict" role="alert">
            <p>{ "Somebody else, or another window of yours, has saved this meanwhile. Nothing of yours is saved yet." }</p>
            if !differences.is_empty() {
                <table class="table" role="table">
                    <thead role="rowgroup"><tr role="row">
                        for name in ["What", "Yours", "Saved meanwhile"] { <th scope="col" role="columnheader">{ name }</th> }
                    </tr></thead>
                    <tbody role="rowgroup">
                        for it in differences {
                            <tr role="row">
                                <th scope="row" role="rowheader">{ &it.what }</th>
                                <td role="cell" data-label="Yours" class="break">{ shown(&it.mine) }</td>
                                <td role="cell" data-label="Saved" class="break">{ shown(&it.theirs) }</td>
                            </tr>
                        }
                    </tbody>
                </table>
            }
            <div class="buttons">
                <button type="button" onclick={take_theirs.reform(|_: MouseEvent| ())}>{ "Take what was saved" }</button>
                <button type="button" class="primary" onclick={keep_mine.reform(|_: MouseEvent| ())}>{ "Save mine over it" }</button>
            </div>
        </div>
    }
}

fn shown(value: &str) -> Html {
    if value.is_empty() {
        html! { <span class="quiet">{ "empty" }</span> }
    } else {
        html! { { value.to_owned() } }
    }
}
