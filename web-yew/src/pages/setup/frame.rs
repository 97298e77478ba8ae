//! What every step looks like: the progress on top, one decision, and the way onward at the bottom.

use std::cmp::Ordering;

use yew::prelude::*;

use super::step::Step;
use crate::components::{Mark, Submit};
use crate::hooks::use_arrival;

#[derive(PartialEq, Properties)]
pub(super) struct FrameProps {
    pub(super) at: Step,
    /// The furthest that can be gone to.
    pub(super) reached: Step,
    pub(super) go: Callback<Step>,
    pub(super) heading: AttrValue,
    pub(super) lead: AttrValue,
    pub(super) children: Html,
}

#[component]
pub(super) fn StepFrame(props: &FrameProps) -> Html {
    let heading = use_arrival();
    html! {
        <main class="setup">
            <Mark />
            <Progress at={props.at} reached={props.reached} go={props.go.clone()} />
            <div>
                <h1 ref={heading} tabindex="-1">{ props.heading.clone() }</h1>
                <p class="lead">{ props.lead.clone() }</p>
            </div>
            { props.children.clone() }
        </main>
    }
}

#[derive(PartialEq, Properties)]
struct ProgressProps {
    at: Step,
    reached: Step,
    go: Callback<Step>,
}

#[component]
fn Progress(props: &ProgressProps) -> Html {
    let ProgressProps { at, reached, go } = props;
    // Once the set-up is over there is no way back.
    let open = |step: Step| *at != Step::Chat && step <= *reached && step != *at;
    html! {
        <nav aria-label="Steps">
            <ol class="progress">
                for step in Step::ALL {
                    <li class={match step.cmp(at) { Ordering::Less => "done", Ordering::Equal => "current", Ordering::Greater => "" }}
                        aria-current={(step == *at).then_some("step")}>
                        if open(step) {
                            <button type="button" onclick={go.reform(move |_: MouseEvent| step)}>{ step.name() }</button>
                        } else {
                            <span>{ step.name() }</span>
                        }
                    </li>
                }
            </ol>
        </nav>
    }
}

#[derive(PartialEq, Properties)]
pub(super) struct OnwardProps {
    #[prop_or_default]
    pub(super) back: Option<Callback<()>>,
    pub(super) words: AttrValue,
    #[prop_or("Saving…".into())]
    pub(super) busy_words: AttrValue,
    #[prop_or_default]
    pub(super) busy: bool,
    /// Other ways onward.
    #[prop_or_default]
    pub(super) children: Html,
}

/// The bottom of a step's form.
#[component]
pub(super) fn Onward(props: &OnwardProps) -> Html {
    html! {
        <div class="onward">
            if let Some(back) = &props.back {
                <button type="button" class="plain back" onclick={back.reform(|_: MouseEvent| ())}>{ "Back" }</button>
            }
            { props.children.clone() }
            <Submit words={props.words.clone()} busy_words={props.busy_words.clone()} busy={props.busy} />
        </div>
    }
}
