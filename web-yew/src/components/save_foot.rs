//! The foot of a form that changes what somebody else may change too: whose it is to be, what went wrong, and the button.

use yew::prelude::*;

use super::{Conflict, Notice, Submit};
use crate::drafts::Difference;
use crate::remote::Failure;

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The version that somebody else has saved meanwhile, and where it differs.
    pub(crate) conflict: Option<(i64, Vec<Difference>)>,
    /// Drops what was typed here.
    pub(crate) take_theirs: Callback<()>,
    /// Saves what was typed here, upon this version.
    pub(crate) save: Callback<i64>,
    pub(crate) failure: Option<Failure>,
    pub(crate) busy: bool,
    /// Whether there is nothing to save.
    pub(crate) is_unchanged: bool,
}

#[component]
pub(crate) fn SaveFoot(props: &Props) -> Html {
    let Props { conflict, take_theirs, save, failure, busy, is_unchanged } = props;
    html! {
        <>
            if let Some((version, differences)) = conflict {
                <Conflict differences={differences.clone()} take_theirs={take_theirs.clone()}
                    keep_mine={let version = *version; save.reform(move |()| version)} />
            }
            if let Some(failure) = failure { <Notice failure={failure.clone()} /> }
            <div class="buttons">
                <Submit words="Save" busy_words="Saving…" busy={*busy} disabled={*is_unchanged} />
            </div>
        </>
    }
}
