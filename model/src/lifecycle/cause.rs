//! Why a cell died.

use std::fmt;

use serde::{Deserialize, Serialize};

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

impl Cause {
    /// Every name that a cause has.
    pub const NAMES: [&'static str; 11] = [
        "exit",
        "signal",
        "out_of_memory",
        "config_refused",
        "state_directory",
        "token_refused",
        "not_ready",
        "unresponsive",
        "vanished",
        "engine",
        "preparation",
    ];

    /// One word for it, of [`Cause::NAMES`]: for counting.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Exited { out_of_memory: true, .. } => "out_of_memory",
            Self::Exited { code: EXIT_CONFIG_REFUSED, .. } if self.is_about_state_directory() => {
                "state_directory"
            }
            Self::Exited { code: EXIT_CONFIG_REFUSED, .. } => "config_refused",
            Self::Exited { code: EXIT_TOKEN_REFUSED, .. } => "token_refused",
            Self::Exited { .. } if self.signal().is_some() => "signal",
            Self::Exited { .. } => "exit",
            Self::NotReady { .. } => "not_ready",
            Self::Unresponsive { .. } => "unresponsive",
            Self::Vanished => "vanished",
            Self::Engine { .. } => "engine",
            Self::Preparation { .. } => "preparation",
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
    fn each_name_is_some_causes() {
        let stderr = vec![];
        let mut names = vec![
            exited(3, "").name(),
            exited(137, "").name(),
            Cause::Exited { code: 137, out_of_memory: true, stderr: stderr.clone() }.name(),
            exited(78, "").name(),
            exited(78, "EACCES").name(),
            exited(77, "").name(),
            Cause::NotReady { after_secs: 1, stderr }.name(),
            Cause::Unresponsive { checks: 3 }.name(),
            Cause::Vanished.name(),
            Cause::Engine { message: String::new() }.name(),
            Cause::Preparation { message: String::new() }.name(),
        ];
        assert_eq!(names, Cause::NAMES);
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Cause::NAMES.len());
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
