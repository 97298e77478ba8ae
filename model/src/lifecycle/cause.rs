//! Why a cell died.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::words::words;

/// The exit code by which OpenClaw refuses its configuration or state directory.
const EXIT_CONFIG_REFUSED: i64 = 78;
/// The exit code by which our entrypoint says that Mosaic refused its gateway token.
const EXIT_TOKEN_REFUSED: i64 = 77;
/// What an exit code begins with where a signal ended the process: 137 is SIGKILL.
const EXIT_SIGNALLED: i64 = 128;
/// What the gateway says, whatever else it says, where it exits with 78 for its configuration.
const CONFIG_WORDS: &str = "invalid config";
/// What the gateway's last lines speak of where it exits with 78 for want of a usable state directory.
const STATE_DIRECTORY_WORDS: [&str; 8] = [
    "state dir",
    "temp dir",
    "eacces",
    "enospc",
    "erofs",
    "permission denied",
    "read-only file system",
    "no space left",
];

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
        /// How many of its last checks failed.
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
    Exit = "exit",
    /// A signal ended its process.
    Signal = "signal",
    /// The kernel ended it for want of memory.
    OutOfMemory = "out_of_memory",
    /// It refused its configuration.
    ConfigRefused = "config_refused",
    /// It could not use its state directory.
    StateDirectory = "state_directory",
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
    pub fn kind(&self) -> CauseKind {
        match self {
            Self::Exited { out_of_memory: true, .. } => CauseKind::OutOfMemory,
            Self::Exited { code: EXIT_CONFIG_REFUSED, .. } if self.is_about_state_directory() => {
                CauseKind::StateDirectory
            }
            Self::Exited { code: EXIT_CONFIG_REFUSED, .. } => CauseKind::ConfigRefused,
            Self::Exited { code: EXIT_TOKEN_REFUSED, .. } => CauseKind::TokenRefused,
            Self::Exited { .. } if self.signal().is_some() => CauseKind::Signal,
            Self::Exited { .. } => CauseKind::Exit,
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

    /// Whether the gateway refused its configuration, so that another one may do; with the same exit code it
    /// complains of its state directory, which no other configuration mends.
    pub fn refuses_config(&self) -> bool {
        matches!(self, Self::Exited { code: EXIT_CONFIG_REFUSED, .. }) && !self.is_about_state_directory()
    }

    /// Whether the image that the container was made of may be to blame, so that another one may do.
    pub const fn may_be_the_images_fault(&self) -> bool {
        match self {
            Self::Exited { code: EXIT_TOKEN_REFUSED, .. } | Self::Vanished | Self::Preparation { .. } => {
                false
            }
            Self::Exited { .. } | Self::NotReady { .. } | Self::Unresponsive { .. } | Self::Engine { .. } => {
                true
            }
        }
    }

    fn is_about_state_directory(&self) -> bool {
        let says = self.stderr().join("\n").to_lowercase();
        matches!(self, Self::Exited { code: EXIT_CONFIG_REFUSED, .. })
            && !says.contains(CONFIG_WORDS)
            && STATE_DIRECTORY_WORDS.iter().any(|words| says.contains(words))
    }

    /// The signal that ended its process, where one did.
    pub const fn signal(&self) -> Option<i64> {
        match self {
            // The highest signal is 64; exit codes above are a program's own.
            Self::Exited { code, .. } if *code > EXIT_SIGNALLED && *code <= EXIT_SIGNALLED + 64 => {
                Some(*code - EXIT_SIGNALLED)
            }
            _ => None,
        }
    }

    /// Whether the kernel ended it for want of memory.
    pub const fn is_out_of_memory(&self) -> bool {
        matches!(self, Self::Exited { out_of_memory: true, .. })
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
            Self::Exited { code: EXIT_CONFIG_REFUSED, .. } if self.is_about_state_directory() => {
                f.write_str("the gateway cannot use its state directory (exit code 78)")
            }
            Self::Exited { code: EXIT_CONFIG_REFUSED, .. } => {
                f.write_str("the gateway refused its configuration (exit code 78)")
            }
            Self::Exited { code: EXIT_TOKEN_REFUSED, .. } => {
                f.write_str("Mosaic refused the token it came with (exit code 77)")
            }
            Self::Exited { code, .. } => match self.signal() {
                Some(signal) => write!(f, "signal {signal} ended it (exit code {code})"),
                None => write!(f, "it ended with exit code {code}"),
            },
            Self::NotReady { after_secs, .. } => write!(f, "it was not ready after {after_secs} s"),
            Self::Unresponsive { checks } => {
                write!(f, "it stopped answering ({checks} of its last health checks failed)")
            }
            Self::Vanished => f.write_str("its container disappeared"),
            Self::Engine { message } => write!(f, "the container engine refused: {message}"),
            Self::Preparation { message } => write!(f, "its start could not be prepared: {message}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exited(code: i64, line: &str) -> Cause {
        Cause::Exited { code, out_of_memory: false, stderr: vec![line.to_owned()] }
    }

    #[test]
    fn a_state_directory_that_cannot_be_used_is_no_refused_configuration() {
        for line in [
            "Gateway failed to start: Invalid config at /run/mosaic/openclaw.json: <root>: Unrecognized key: \"bogus\"",
            "Gateway failed to start: Invalid config at /run/mosaic/openclaw.json: erofs: Unrecognized key: \"x\"",
            "existing config is missing gateway.mode",
        ] {
            let config = exited(78, line);
            assert!(config.refuses_config() && config.is_final(), "{config}");
        }
        for line in [
            "Unable to create fallback OpenClaw temp dir: /home/node/.cache/openclaw-1000",
            "Gateway failed to start: EACCES: permission denied, mkdir '/home/node/.openclaw/state'",
        ] {
            let state = exited(78, line);
            assert!(!state.refuses_config() && state.is_final(), "{state}");
            assert!(state.to_string().contains("state directory"), "{state}");
        }
        assert!(!exited(1, "x").refuses_config() && !exited(77, "x").refuses_config());
        assert!(!Cause::Vanished.refuses_config());
    }

    #[test]
    fn each_kind_is_some_causes() {
        let stderr = vec![];
        let kinds = vec![
            exited(3, "").kind(),
            exited(137, "").kind(),
            Cause::Exited { code: 137, out_of_memory: true, stderr: stderr.clone() }.kind(),
            exited(78, "").kind(),
            exited(78, "EACCES").kind(),
            exited(77, "").kind(),
            Cause::NotReady { after_secs: 1, stderr }.kind(),
            Cause::Unresponsive { checks: 3 }.kind(),
            Cause::Vanished.kind(),
            Cause::Engine { message: String::new() }.kind(),
            Cause::Preparation { message: String::new() }.kind(),
        ];
        assert_eq!(kinds, CauseKind::ALL);
    }

    #[test]
    fn what_ended_a_process_is_told_by_signal_memory_or_exit_code() {
        let told = |code, out_of_memory| {
            let cause = Cause::Exited { code, out_of_memory, stderr: vec![] };
            (cause.signal(), cause.is_out_of_memory(), cause.to_string())
        };
        assert_eq!(told(137, true), (Some(9), true, "it ran out of memory".to_owned()));
        assert_eq!(told(143, false), (Some(15), false, "signal 15 ended it (exit code 143)".to_owned()));
        assert_eq!(told(3, false), (None, false, "it ended with exit code 3".to_owned()));
        assert_eq!(told(255, false).0, None);
    }
}
