//! The numbers of the test runners' own closing lines, added up. Nothing is counted here.

use std::process::Command;

use anyhow::Result;

use crate::process;
use crate::progress::Log;

/// How many tests there were, as the runners say.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    passed: u32,
    failed: u32,
    skipped: u32,
    /// The closing lines themselves.
    lines: Vec<String>,
}

impl Tally {
    /// Runs a test runner and takes in what it says at its end.
    pub(super) fn run(&mut self, log: &Log, command: &mut Command) -> Result<()> {
        process::run_cargo_build_and(log, command, |line| self.read(line))
    }

    /// Prints the closing lines of runners that ran anything, and their sum.
    pub(super) fn show(&self) {
        if self.lines.is_empty() {
            return;
        }
        for line in &self.lines {
            println!("{line}");
        }
        let skipped = if self.skipped > 0 { format!(", {} skipped", self.skipped) } else { String::new() };
        println!("{} passed, {} failed{skipped}", self.passed, self.failed);
    }

    /// Reads a line, which may be a closing one: nextest's, or that of Rust's own harness. Where nextest repeats what
    /// a failed test's harness said, it indents it: that test is in nextest's own line already.
    fn read(&mut self, line: &str) {
        let harness = line.strip_prefix("test result: ");
        let line = line.trim();
        let Some(numbers) = line.strip_prefix("Summary [").or(harness) else { return };
        let before = |word: &str| number_before(numbers, word);
        let (passed, failed) = (before("passed"), before("failed") + before("timed out"));
        let skipped = before("skipped") + before("ignored");
        if passed + failed + skipped > 0 {
            self.passed += passed;
            self.failed += failed;
            self.skipped += skipped;
            self.lines.push(line.to_owned());
        }
    }
}

/// The number just before a word; zero where the word is not there.
fn number_before(text: &str, word: &str) -> u32 {
    let number = text.find(word).and_then(|at| text[..at].split_whitespace().next_back()?.parse().ok());
    number.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_runners_closing_lines_are_understood() {
        let mut tally = Tally::default();
        tally.read(
            "     Summary [   2.731s] 47 tests run: 44 passed (1 slow), 2 failed, 1 timed out, 3 skipped",
        );
        tally.read(
            "test result: ok. 6 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s",
        );
        tally.read(
            "test result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s",
        );
        tally.read("        PASS [   0.012s] mosaic-http a_summary_is_no_test");
        tally.read("    test result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured; 106 filtered out");
        assert_eq!((tally.passed, tally.failed, tally.skipped, tally.lines.len()), (50, 3, 4, 2));
    }
}
