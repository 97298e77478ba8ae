//! Every way in which the entrypoint can fail, worded for the operator who reads the container's log.

use std::{fmt, io, path::PathBuf};

/// Why the gateway was not started, or its config not refreshed.
///
/// The codes follow `sysexits.h` where it has a fitting one. 78 (`EX_CONFIG`) is left to the gateway, which uses it for
/// a config that it refuses.
#[derive(Debug)]
pub enum Failure {
    /// The command line or the environment is not what the image promises.
    Usage(String),
    /// No token came over stdin, or something that is not a token.
    Token(&'static str),
    /// The config service could not be reached, or kept failing, until patience ran out.
    Unreachable {
        /// What the last try met.
        last: String,
        /// How many tries were made.
        tries: u32,
    },
    /// The config service answered with something that is not a config.
    Nonsense(String),
    /// The config service does not accept this token for this cell.
    Refused {
        /// The HTTP status: 401, 403 or 404.
        status: u16,
    },
    /// A file could not be written.
    Write {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The gateway program could not be executed.
    Exec {
        /// The program named by the image's CMD.
        program: String,
        /// Why not.
        source: io::Error,
    },
}

impl Failure {
    /// The process exit code that stands for this failure; Mosaic turns it back into a reason.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Usage(_) => 64,
            Self::Token(_) => 65,
            Self::Unreachable { .. } => 69,
            Self::Nonsense(_) => 70,
            Self::Exec { .. } => 71,
            Self::Write { .. } => 73,
            Self::Refused { .. } => 77,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(what) => write!(f, "{what}; these containers are made to be started by Mosaic"),
            Self::Token(what) => {
                write!(
                    f,
                    "{what}; start the container through Mosaic, which writes the gateway token on stdin"
                )
            }
            Self::Unreachable { last, tries } => write!(
                f,
                "Mosaic's config service did not answer in {tries} tries (last: {last}); \
                 check that Mosaic runs and that the host's firewall lets this network reach its internal port"
            ),
            Self::Nonsense(what) => write!(
                f,
                "Mosaic's config service sent no usable config ({what}); \
                 check that MOSAIC_CONFIG_URL names Mosaic's internal port"
            ),
            Self::Refused { status } => write!(
                f,
                "Mosaic's config service refused this container's token (HTTP {status}); \
                 the cell was removed or has a newer token: let Mosaic start it again"
            ),
            Self::Write { path, source } => write!(
                f,
                "cannot write {}: {source}; its directory must be a tmpfs owned by uid 1000",
                path.display()
            ),
            Self::Exec { program, source } => {
                write!(f, "cannot execute {program}: {source}; the image is broken, build it again")
            }
        }
    }
}

impl std::error::Error for Failure {}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_failure_has_an_exit_code_of_its_own_and_none_is_the_gateways() {
        let io = || io::Error::other("x");
        let codes: Vec<u8> = [
            Failure::Usage(String::new()),
            Failure::Token(""),
            Failure::Unreachable { last: String::new(), tries: 1 },
            Failure::Nonsense(String::new()),
            Failure::Refused { status: 401 },
            Failure::Write { path: PathBuf::new(), source: io() },
            Failure::Exec { program: String::new(), source: io() },
        ]
        .iter()
        .map(Failure::exit_code)
        .collect();
        assert_eq!(codes.iter().collect::<HashSet<_>>().len(), codes.len());
        assert!(!codes.contains(&78) && !codes.contains(&0) && !codes.contains(&1));
    }
}
