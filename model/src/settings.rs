//! What an admin may set at run time, each with its default, its range and its meaning.

use std::{fmt, net::Ipv4Addr, str::FromStr};

use ipnet::Ipv4Net;
use serde::{Deserialize, Serialize};

/// Every setting, with a value that holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// An agent that nobody uses for this long is stopped. Seconds.
    pub idle_timeout_secs: u32,
    /// An agent that is not ready this long after its start has failed. Seconds.
    pub start_timeout_secs: u32,
    /// The memory a cell may use. MiB.
    pub memory_limit_mib: u32,
    /// The processor time a cell may use. Thousandths of a core.
    pub cpu_limit_millis: u32,
    /// The processes and threads a cell may have.
    pub pids_limit: u32,
    /// How many cells may be starting at the same time.
    pub concurrent_starts: u32,
    /// How many requests of one user may be in flight.
    pub requests_per_user: u32,
    /// Where cells get their /28 networks from.
    pub cell_range: Ipv4Net,
    /// Private `host:port` pairs that cells may reach; all other private addresses are closed to them.
    pub allowed_egress: Vec<Egress>,
}

/// The settings by name, in the order they are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setting {
    /// Its key.
    pub key: &'static str,
    /// What it means, for people.
    pub about: &'static str,
}

/// A value that a setting cannot take.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingError {
    /// No setting has this name.
    #[error("there is no setting {0:?}; `mosaic config get` lists them")]
    Unknown(String),
    /// The value is no number, or out of range.
    #[error("{key} takes a whole number from {min} to {max}")]
    Number {
        /// The setting.
        key: &'static str,
        /// The least it takes.
        min: u32,
        /// The most it takes.
        max: u32,
    },
    /// The value is no private network of a useful size.
    #[error("cell_range takes a private IPv4 network from /8 to /24, such as 10.213.0.0/16")]
    CellRange,
    /// An entry is no `host:port`.
    #[error("{0:?} is not of the form host:port")]
    Egress(String),
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            idle_timeout_secs: 30 * 60,
            start_timeout_secs: 120,
            memory_limit_mib: 2_048,
            cpu_limit_millis: 2_000,
            pids_limit: 512,
            concurrent_starts: 4,
            requests_per_user: 128,
            cell_range: Ipv4Net::new_assert(Ipv4Addr::new(10, 213, 0, 0), 16),
            allowed_egress: Vec::new(),
        }
    }
}

/// A bounded number among the settings.
struct Number {
    key: &'static str,
    about: &'static str,
    min: u32,
    max: u32,
    field: fn(&mut Settings) -> &mut u32,
}

const NUMBERS: [Number; 7] = [
    Number {
        key: "idle_timeout_secs",
        about: "seconds without use after which an agent is stopped",
        min: 1,
        max: 7 * 24 * 3_600,
        field: |it| &mut it.idle_timeout_secs,
    },
    Number {
        key: "start_timeout_secs",
        about: "seconds an agent may take to become ready",
        min: 1,
        max: 3_600,
        field: |it| &mut it.start_timeout_secs,
    },
    Number {
        key: "memory_limit_mib",
        about: "memory of one cell in MiB; OpenClaw needs 1536 or more",
        min: 16,
        max: 1_048_576,
        field: |it| &mut it.memory_limit_mib,
    },
    Number {
        key: "cpu_limit_millis",
        about: "processor time of one cell in thousandths of a core",
        min: 50,
        max: 256_000,
        field: |it| &mut it.cpu_limit_millis,
    },
    Number {
        key: "pids_limit",
        about: "processes and threads of one cell",
        min: 16,
        max: 32_768,
        field: |it| &mut it.pids_limit,
    },
    Number {
        key: "concurrent_starts",
        about: "cells that may be starting at the same time",
        min: 1,
        max: 256,
        field: |it| &mut it.concurrent_starts,
    },
    Number {
        key: "requests_per_user",
        about: "requests of one user that may be in flight",
        min: 1,
        max: 10_000,
        field: |it| &mut it.requests_per_user,
    },
];

const CELL_RANGE: Setting =
    Setting { key: "cell_range", about: "private IPv4 network that cells get /28 networks from" };
const ALLOWED_EGRESS: Setting = Setting {
    key: "allowed_egress",
    about: "private host:port pairs cells may reach, separated by commas; host.mosaic.internal is this host",
};

impl Settings {
    /// Every setting's name and meaning.
    pub fn all() -> impl Iterator<Item = Setting> {
        let numbers = NUMBERS.iter().map(|it| Setting { key: it.key, about: it.about });
        numbers.chain([CELL_RANGE, ALLOWED_EGRESS])
    }

    /// The value of a setting, as text.
    pub fn get(&self, key: &str) -> Result<String, SettingError> {
        let mut copy = self.clone();
        if let Some(number) = NUMBERS.iter().find(|it| it.key == key) {
            return Ok((number.field)(&mut copy).to_string());
        }
        match key {
            "cell_range" => Ok(self.cell_range.to_string()),
            "allowed_egress" => {
                Ok(self.allowed_egress.iter().map(ToString::to_string).collect::<Vec<_>>().join(","))
            }
            _ => Err(SettingError::Unknown(key.to_owned())),
        }
    }

    /// Gives a setting another value, read from text. On an error nothing has changed.
    pub fn set(&mut self, key: &str, text: &str) -> Result<(), SettingError> {
        let text = text.trim();
        if let Some(number) = NUMBERS.iter().find(|it| it.key == key) {
            let value = text.parse().ok().filter(|value| (number.min..=number.max).contains(value));
            let refused = SettingError::Number { key: number.key, min: number.min, max: number.max };
            *(number.field)(self) = value.ok_or(refused)?;
            return Ok(());
        }
        match key {
            "cell_range" => self.cell_range = parse_cell_range(text)?,
            "allowed_egress" => {
                let entries = text.split(',').map(str::trim).filter(|entry| !entry.is_empty());
                self.allowed_egress = entries.map(str::parse).collect::<Result<_, _>>()?;
            }
            _ => return Err(SettingError::Unknown(key.to_owned())),
        }
        Ok(())
    }
}

fn parse_cell_range(text: &str) -> Result<Ipv4Net, SettingError> {
    let net: Ipv4Net = text.parse().ok().ok_or(SettingError::CellRange)?;
    let sound = (8..=24).contains(&net.prefix_len()) && net.network().is_private() && net == net.trunc();
    if sound { Ok(net) } else { Err(SettingError::CellRange) }
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_reads_back_what_it_shows() {
        let mut settings = Settings::default();
        settings.set("allowed_egress", "host.mosaic.internal:18080, 10.1.2.3:11434").expect("sound");
        for Setting { key, .. } in Settings::all() {
            let shown = settings.get(key).expect("known");
            let mut copy = settings.clone();
            copy.set(key, &shown).expect("its own value");
            assert_eq!(copy, settings, "{key}");
        }
        let json = serde_json::to_value(&settings).expect("plain data");
        assert_eq!(serde_json::from_value::<Settings>(json).expect("its own form"), settings);
    }

    #[test]
    fn a_bad_value_is_refused_with_the_reason_and_changes_nothing() {
        let mut settings = Settings::default();
        for (key, value) in [
            ("idle_timeout_secs", "0"),
            ("idle_timeout_secs", "soon"),
            ("idle_timeout_secs", "-1"),
            ("cell_range", "8.8.0.0/16"),
            ("cell_range", "10.1.2.3/16"),
            ("cell_range", "10.0.0.0/28"),
            ("allowed_egress", "nohost"),
            ("allowed_egress", ":80"),
            ("allowed_egress", "a:0"),
            ("allowed_egress", "a b:1"),
            ("nonsense", "1"),
        ] {
            assert!(settings.set(key, value).is_err(), "{key}={value}");
        }
        assert_eq!(settings, Settings::default());
    }
}
