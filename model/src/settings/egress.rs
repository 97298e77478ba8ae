//! Private addresses that cells may reach.

use std::{fmt, str::FromStr};

/// A private address that cells may reach although private addresses are closed to them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Egress {
    host: String,
    port: u16,
}

/// A text that is no [`Egress`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("is not of the form host:port: {0:?}")]
pub struct EgressError(String);

impl Egress {
    /// The name by which a cell calls the host it runs on.
    pub const HOST_ALIAS: &str = "host.mosaic.internal";

    /// A name or an IPv4 address.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The TCP port.
    pub const fn port(&self) -> u16 {
        self.port
    }
}

impl fmt::Display for Egress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.host, self.port)
    }
}

impl FromStr for Egress {
    type Err = EgressError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refused = || EgressError(text.to_owned());
        let (host, port) = text.rsplit_once(':').ok_or_else(refused)?;
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
        let port = port.parse().ok().filter(|port| *port != 0).ok_or_else(refused)?;
        if host.is_empty() || host.len() > 253 || !host.chars().all(plain) || host.starts_with('-') {
            return Err(refused());
        }
        Ok(Self { host: host.to_lowercase(), port })
    }
}
