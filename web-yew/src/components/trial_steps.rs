//! How trying a provider out goes: a line a step, with the provider's own words where it refuses.

use mosaic_api::{ProviderTestResult, TestOutcome, TestStep, TestStepName};
use yew::prelude::*;

use super::{Glyph, Icon, Notice};
use crate::hooks::{Trial, use_seconds};

const fn name(step: TestStepName) -> &'static str {
    match step {
        TestStepName::Dns => "Name",
        TestStepName::Connect => "Connection",
        TestStepName::Tls => "Encryption",
        TestStepName::Authenticate => "Key",
        TestStepName::Models => "Models",
        TestStepName::Complete => "First word",
    }
}

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    pub(crate) trial: Trial,
}

#[component]
pub(crate) fn TrialSteps(props: &Props) -> Html {
    let seconds = use_seconds(props.trial.busy);
    let told = match &props.trial.result {
        _ if props.trial.busy => format!("Trying it out… {seconds} s"),
        Some(result) => verdict(result),
        None => String::new(),
    };
    html! {
        <div class="trial">
            if props.trial.busy || props.trial.result.is_some() {
                <ol>
                    for step in TestStepName::ALL {
                        { line(step, props.trial.result.as_ref().filter(|_| !props.trial.busy)) }
                    }
                </ol>
            }
            <p class="small quiet" role="status">{ told }</p>
            if let Some(failure) = &props.trial.failure {
                <Notice failure={failure.clone()} />
            }
        </div>
    }
}

fn line(step: TestStepName, result: Option<&ProviderTestResult>) -> Html {
    let found = result.and_then(|result| result.steps.iter().find(|it| it.step == step));
    let (class, glyph) = match found.map(|it| it.outcome) {
        Some(TestOutcome::Ok) => ("ok", Some(Glyph::Check)),
        Some(TestOutcome::Warning) => ("warning", Some(Glyph::Warning)),
        Some(TestOutcome::Failed) => ("bad", Some(Glyph::Cross)),
        Some(TestOutcome::Skipped) | None => ("open", None),
    };
    html! {
        <li {class}>
            <span class="sign">if let Some(glyph) = glyph { <Icon {glyph} /> }</span>
            <span class="step">{ name(step) }</span>
            <span class="detail">{ found.map(detail).unwrap_or_default() }</span>
        </li>
    }
}

fn detail(step: &TestStep) -> String {
    match step.outcome {
        TestOutcome::Ok if step.detail.is_empty() => format!("{} ms", step.millis),
        TestOutcome::Ok => format!("{} ({} ms)", step.detail, step.millis),
        _ => step.detail.clone(),
    }
}

fn verdict(result: &ProviderTestResult) -> String {
    match (result.ok, result.first_token_millis) {
        (true, Some(millis)) => format!("It works: the first word came after {millis} ms."),
        (true, None) => {
            format!("It answers, with {} models. Choose one to hear its first word.", result.models.len())
        }
        (false, _) => "It does not work yet. What is wrong stands above.".to_owned(),
    }
}
