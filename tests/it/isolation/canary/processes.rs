//! Looking at every process of this host, all the time: their command lines and environments are there for others
//! to read, and some of them live only for a moment.

use std::{
    collections::BTreeMap,
    fs,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use super::search::Canary;

const LOOK_EVERY: Duration = Duration::from_millis(20);

/// What was seen of processes: by number, what they belong to, their command lines and environments.
type Seen = BTreeMap<(u32, Vec<u8>), String>;

/// Somebody who looks.
#[derive(Debug)]
pub(super) struct Watch {
    stop: Arc<AtomicBool>,
    looking: JoinHandle<Seen>,
}

impl Watch {
    pub(super) fn begin() -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let until = Arc::clone(&stop);
        let looking = thread::spawn(move || {
            let mut seen = Seen::new();
            while !until.load(Ordering::SeqCst) {
                look(&mut seen);
                thread::sleep(LOOK_EVERY);
            }
            seen
        });
        Self { stop, looking }
    }

    /// Searches what was seen for what is not allowed there; gives how often something was found that is.
    pub(super) fn end(self, canaries: &[Canary], is_allowed: &dyn Fn(&Canary, &str) -> bool) -> usize {
        self.stop.store(true, Ordering::SeqCst);
        let seen = self.looking.join().expect("looking does not fail");
        let mut found = 0;
        for ((process, text), group) in &seen {
            for canary in canaries.iter().filter(|canary| canary.is_in(text)) {
                assert!(is_allowed(canary, group), "{} is in the process {process} of {group}", canary.name);
                found += 1;
            }
        }
        found
    }
}

fn look(seen: &mut Seen) {
    for entry in fs::read_dir("/proc").expect("a Linux").flatten() {
        let Some(process) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
        // It may have ended meanwhile, or be somebody else's.
        let read = |file: &str| fs::read(entry.path().join(file)).unwrap_or_default();
        let text = [read("cmdline"), read("environ")].concat();
        seen.entry((process, text))
            .or_insert_with(|| String::from_utf8_lossy(&read("cgroup")).trim().to_owned());
    }
}
