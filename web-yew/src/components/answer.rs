//! An agent's answer, as plain text on the page: on its way, arriving, whole, or not.

use std::rc::Rc;

use mosaic_api::{TurnBody, TurnStateBody, WakingPhase};
use yew::prelude::*;

use super::{CopyButton, Notice, Prose};
use crate::chat::Waking;
use crate::hooks::use_seconds;
use crate::remote::Failure;
use crate::{browser, words};

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// None while the server has not taken the question yet.
    pub(crate) turn: Option<Rc<TurnBody>>,
    /// The agent's name.
    pub(crate) name: AttrValue,
    /// How far the agent is, while it is on its way.
    pub(crate) waking: Option<Waking>,
    /// Asks the same again; none where that is not possible now.
    #[prop_or_default]
    pub(crate) retry: Option<Callback<()>>,
}

#[component]
pub(crate) fn Answer(props: &Props) -> Html {
    let Props { turn, name, waking, retry } = props;
    let is_over = turn.as_ref().is_some_and(|turn| turn.state.is_over());
    let text = turn.as_ref().map_or("", |turn| turn.answer.as_str());
    html! {
        <article class="message agent" aria-label={name.clone()} aria-busy={(!is_over).then_some("true")}>
            if !text.is_empty() {
                <Prose text={text.to_owned()} />
            } else if !is_over {
                <WakingLine waking={*waking} />
            }
            if let Some(turn) = turn.as_ref().filter(|_| is_over) {
                { ending(turn, retry.as_ref()) }
                { deeds(turn, retry.as_ref()) }
            }
        </article>
    }
}

/// Where the agent is, counted down.
#[component]
fn WakingLine(props: &WakingProps) -> Html {
    // Counts, so that it is drawn again each second.
    let _ = use_seconds(true);
    let how_far = props.waking.map(|it| it.how_far(browser::now()));
    let is_up = how_far.is_some_and(|it| it.phase == WakingPhase::Ready);
    html! {
        <p class="waking">
            <span class="dot" aria-hidden="true"></span>
            <span>
                if !is_up { <span class="what">{ "Waking your agent" }</span>{ if how_far.is_some() { " · " } else { "…" } } }
                { how_far.map(words::waking).unwrap_or_default() }
            </span>
        </p>
    }
}

#[derive(PartialEq, Properties)]
struct WakingProps {
    waking: Option<Waking>,
}

/// Why there is no more of it.
fn ending(turn: &TurnBody, retry: Option<&Callback<()>>) -> Html {
    match (&turn.failure, turn.state) {
        (Some(failure), _) => {
            let failure = Failure { code: Some(failure.code), ..Failure::new(&*failure.detail) };
            html! { <Notice {failure} retry={retry.cloned()} /> }
        }
        (None, TurnStateBody::Stopped) => html! { <p class="quiet small">{ "Stopped." }</p> },
        (None, _) => Html::default(),
    }
}

fn deeds(turn: &TurnBody, retry: Option<&Callback<()>>) -> Html {
    let took = turn.finished_at.map(|end| words::cost(turn.usage, end - turn.created_at));
    html! {
        <div class="message-deeds">
            if !turn.answer.is_empty() {
                <CopyButton words={turn.answer.clone()} label="Copy answer" />
            }
            if let Some(retry) = retry.filter(|_| turn.failure.is_none()) {
                <button type="button" class="plain tiny" aria-label="Retry: ask the same again"
                    onclick={retry.reform(|_: MouseEvent| ())}>{ "Retry" }</button>
            }
            if let Some(took) = took {
                <span class="quiet small" title={turn.finished_at.map(browser::date_and_time)}>{ took }</span>
            }
        </div>
    }
}
