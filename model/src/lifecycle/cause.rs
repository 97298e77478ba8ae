//! Why a cell died.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::words::words;

/// The exit code by which OpenClaw refuses its configuration or state directory.
const EXIT_CONFIG_REFUSED: i64 = 78;
/// The exit code by which our entrypoint says that Mosaic refused its gateway token.
const EXIT_TOKEN_REFUSED: i64 = 77;
/// 128 + SIGKILL: what an out-of-memory kill, or `docker kill`, leaves.
const EXIT_KILLED: i64 = 137;

/// Why a container died, or never came to life.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Cause {
    /// Its process ended.
    Exited {
        /// The exit code.
        code: i64,
        /// The kernel ended it for want of memory.
        out_of_memory: bool,
        /// The last lines it wrote to standard error; for its owner's eyes.
        stderr: Vec<String>,
    },
    /// It ran, and was not ready in time.
    NotReady {
        /// How long it was given, in seconds.
        after_secs: u64,
        /// The last lines it wrote to standard error; for its owner's eyes.
        stderr: Vec<String>,
    },
    /// It was ready once, and then stopped answering its health checks.
    Unresponsive {
        /// How many checks in a row failed.
        checks: u32,
    },
    /// It was there, and at a later look it was gone.
    Vanished,
    /// The engine could not make or start it.
    Engine {
        /// The engine's own words.
        message: String,
    },
    /// Mosaic could not prepare its start.
    Preparation {
        /// What failed.
        message: String,
    },
}

words! {
    /// What class of death it was: what is counted, and shown to those who may not see more.
    CauseKind:
    /// Its process ended.
    Exited = "exited",
    /// The kernel ended it for want of memory.
    OutOfMemory = "out_of_memory",
    /// It refused its configuration.
    ConfigRefused = "config_refused",
    /// Mosaic refused the token it came with.
    TokenRefused = "token_refused",
    /// It was not ready in time.
    NotReady = "not_ready",
    /// It stopped answering.
    Unresponsive = "unresponsive",
    /// It disappeared.
    Vanished = "vanished",
    /// The engine could not make or start it.
    Engine = "engine",
    /// Its start could not be prepared.
    Preparation = "preparation",
}

impl Cause {
    /// What class of death it is.
    pub const fn kind(&self) -> CauseKind {
        match self {
            Self::Exited { out_of_memory: true, .. } => CauseKind::OutOfMemory,
            Self::Exited { code: EXIT_CONFIG_REFUSED, .. } => CauseKind::ConfigRefused,
            Self::Exited { code: EXIT_TOKEN_REFUSED, .. } => CauseKind::TokenRefused,
            Self::Exited { .. } => CauseKind::Exited,
            Self::NotReady { .. } => CauseKind::NotReady,
            Self::Unresponsive { .. } => CauseKind::Unresponsive,
            Self::Vanished => CauseKind::Vanished,
            Self::Engine { .. } => CauseKind::Engine,
            Self::Preparation { .. } => CauseKind::Preparation,
        }
    }

    /// Takes the container's own words out of it: they are for its owner alone.
    pub fn take_words(&mut self) -> Vec<String> {
        self.stderr_mut().map(std::mem::take).unwrap_or_default()
    }

    /// Puts the container's own words back that [`Cause::take_words`] took out.
    pub fn give_words(&mut self, words: Vec<String>) {
        if let Some(lines) = self.stderr_mut() {
            *lines = words;
        }
    }

    const fn stderr_mut(&mut self) -> Option<&mut Vec<String>> {
        match self {
            Self::Exited { stderr, .. } | Self::NotReady { stderr, .. } => Some(stderr),
            Self::Unresponsive { .. } | Self::Vanished | Self::Engine { .. } | Self::Preparation { .. } => {
                None
            }
        }
    }

    /// Whether trying again cannot help until somebody changes something.
    pub const fn is_final(&self) -> bool {
        matches!(self, Self::Exited { code: EXIT_CONFIG_REFUSED | EXIT_TOKEN_REFUSED, .. })
    }

    /// The exit code, where its process ended.
    pub const fn exit_code(&self) -> Option<i64> {
        match self {
            Self::Exited { code, .. } => Some(*code),
            _ => None,
        }
    }

    /// The last lines of standard error, where there are any.
    pub fn stderr(&self) -> &[String] {
        match self {
            Self::Exited { stderr, .. } | Self::NotReady { stderr, .. } => stderr,
            Self::Unresponsive { .. } | Self::Vanished | Self::Engine { .. } | Self::Preparation { .. } => {
                &[]
            }
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exited { out_of_memory: true, .. } => f.write_str("it ran out of memory"),
            Self::Exited { code: EXIT_CONFIG_REFUSED, .. } => {
                f.write_str("the gateway refused its configuration (exit code 78)")
            }
            Self::Exited { code: EXIT_TOKEN_REFUSED, .. } => {
                f.write_str("Mosaic refused the token it came with (exit code 77)")
            }
            Self::Exited { code: EXIT_KILLED, .. } => f.write_str("it was killed (exit code 137)"),
            Self::Exited { code, .. } => write!(f, "it ended with exit code {code}"),
            Self::NotReady { after_secs, .. } => write!(f, "it was not ready after {after_secs} s"),
            Self::Unresponsive { checks } => {
                write!(f, "it stopped answering ({checks} health checks in a row failed)")
            }
            Self::Vanished => f.write_str("its container disappeared"),
            Self::Engine { message } => write!(f, "the container engine refused: {message}"),
            Self::Preparation { message } => write!(f, "its start could not be prepared: {message}"),
        }
    }
}
