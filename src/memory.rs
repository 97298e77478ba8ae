//! What this process has in memory stays there.

use rustix::process::{Resource, Rlimit, setrlimit};

/// Keeps a crash from writing all of our memory, keys included, into a file. What this process starts inherits it.
pub(crate) fn keep_out_of_files() {
    let none = Rlimit { current: Some(0), maximum: Some(0) };
    if let Err(error) = setrlimit(Resource::Core, none) {
        tracing::warn!(%error, "a crash may write this process's memory, keys included, into a file");
    }
}
