//! What looks at the engine and the ledger have found so far, counted.

use std::sync::atomic::{AtomicU64, Ordering};

use mosaic_model::Finding;

/// How often each finding was made since this fleet began.
#[derive(Debug, Default)]
pub(crate) struct Findings([AtomicU64; Finding::ALL.len()]);

impl Findings {
    pub(crate) fn count(&self, finding: Finding) {
        self.0[finding as usize].fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn counts(&self) -> [(Finding, u64); Finding::ALL.len()] {
        Finding::ALL.map(|finding| (finding, self.0[finding as usize].load(Ordering::Relaxed)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_finding_is_counted_for_itself() {
        let findings = Findings::default();
        for (times, finding) in Finding::ALL.into_iter().enumerate() {
            (0..times).for_each(|_| findings.count(finding));
        }
        let counts = findings.counts().map(|(_, count)| count);
        assert_eq!(counts, [0, 1, 2, 3, 4, 5]);
        assert_eq!(findings.counts().map(|(finding, _)| finding), Finding::ALL);
    }
}
