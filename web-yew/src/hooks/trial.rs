//! Trying a provider out.

use std::future::Future;

use mosaic_api::{ProviderTestResult, TestOutcome, TestStep, TestStepName};
use yew::prelude::*;

use super::use_act;
use crate::remote::Failure;

/// A try: under way, or how the latest ended.
#[derive(Clone, PartialEq)]
pub(crate) struct Trial {
    pub(crate) busy: bool,
    pub(crate) result: Option<ProviderTestResult>,
    /// Why it could not even be tried.
    pub(crate) failure: Option<Failure>,
}

impl Trial {
    /// What was said where one of these steps failed.
    pub(crate) fn refusal(&self, steps: &[TestStepName]) -> Option<String> {
        let result = self.result.as_ref().filter(|_| !self.busy)?;
        let failed = |step: &&TestStep| step.outcome == TestOutcome::Failed && steps.contains(&step.step);
        result.steps.iter().find(failed).map(|step| step.detail.clone())
    }

    /// Whether agents could use it as it was tried.
    pub(crate) fn is_sound(&self) -> bool {
        !self.busy && self.result.as_ref().is_some_and(|result| result.ok)
    }
}

/// What is tried, by `work`; `found` is told how it ended. The third forgets it.
#[hook]
pub(crate) fn use_trial<I, F, W>(
    work: W,
    found: Callback<ProviderTestResult>,
) -> (Trial, Callback<I>, Callback<()>)
where
    I: 'static,
    F: Future<Output = Result<ProviderTestResult, Failure>> + 'static,
    W: Fn(I) -> F + 'static,
{
    let result = use_state(|| None);
    let act = {
        let result = result.clone();
        use_act(
            work,
            Callback::from(move |ended: ProviderTestResult| {
                result.set(Some(ended.clone()));
                found.emit(ended);
            }),
        )
    };
    let forget = {
        let (result, clear) = (result.clone(), act.clear.clone());
        Callback::from(move |()| {
            result.set(None);
            clear.emit(());
        })
    };
    (Trial { busy: act.busy, result: (*result).clone(), failure: act.failure }, act.run, forget)
}
