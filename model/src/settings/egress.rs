//! Private addresses that cells may reach.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::SettingError;

/// A private address that cells may reach although private addresses are closed to them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Egress {
    host: String,
    port: u16,
}

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
    type Err = SettingError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refused = || SettingError::Egress(text.to_owned());
        let (host, port) = text.rsplit_once(':').ok_or_else(refused)?;
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
        let port = port.parse().ok().filter(|port| *port != 0).ok_or_else(refused)?;
        if host.is_empty() || host.len() > 253 || !host.chars().all(plain) || host.starts_with('-') {
            return Err(refused());
        }
        Ok(Self { host: host.to_lowercase(), port })
    }
}

impl Serialize for Egress {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Egress {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}
