//! The steps of a test, as they are told.

use std::time::{Duration, Instant};

use mosaic_api::{TestOutcome, TestStep, TestStepName};

use super::{Fault, complete::millis};

/// The steps so far.
#[derive(Debug, Default)]
pub(super) struct Report {
    steps: Vec<TestStep>,
}

impl Report {
    pub(super) fn ok(&mut self, step: TestStepName, millis: u64, detail: impl Into<String>) {
        self.tell(step, TestOutcome::Ok, millis, detail);
    }

    pub(super) fn tell(
        &mut self,
        step: TestStepName,
        outcome: TestOutcome,
        millis: u64,
        detail: impl Into<String>,
    ) {
        self.steps.push(TestStep { step, outcome, millis, detail: detail.into(), problem: None });
    }

    pub(super) fn fault(&mut self, step: TestStepName, outcome: TestOutcome, millis: u64, fault: Fault) {
        let Fault { problem, detail } = fault;
        self.steps.push(TestStep { step, outcome, millis, detail, problem: Some(problem) });
    }

    /// Does a step; what it found, unless it failed.
    pub(super) async fn take<T>(
        &mut self,
        step: TestStepName,
        doing: impl Future<Output = Result<T, Fault>>,
        words: impl FnOnce(&T) -> String,
    ) -> Option<T> {
        let since = Instant::now();
        match doing.await {
            Ok(found) => {
                self.ok(step, millis(since), words(&found));
                Some(found)
            }
            Err(fault) => {
                self.fault(step, TestOutcome::Failed, millis(since), fault);
                None
            }
        }
    }

    /// The step that was under way took too long.
    pub(super) fn out_of_time(&mut self, limit: Duration) {
        if let Some(step) = TestStepName::ALL.into_iter().find(|step| !self.has(*step)) {
            self.fault(step, TestOutcome::Failed, 0, Fault::timeout("The whole test did not end", limit));
        }
    }

    fn has(&self, step: TestStepName) -> bool {
        self.steps.iter().any(|told| told.step == step)
    }

    /// All steps, with those that were not come to.
    pub(super) fn finish(mut self) -> Vec<TestStep> {
        for step in TestStepName::ALL {
            if !self.has(step) {
                self.tell(step, TestOutcome::Skipped, 0, "Not tried, because of what went before.");
            }
        }
        self.steps.sort_by_key(|told| TestStepName::ALL.iter().position(|step| *step == told.step));
        self.steps
    }
}
