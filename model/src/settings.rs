//! What an admin may set at run time, each with its default, its range and its meaning.

mod egress;
mod public_url;

use std::net::Ipv4Addr;

use ipnet::{IpNet, Ipv4Net};
use serde::{Deserialize, Serialize};

pub use self::{egress::Egress, public_url::PublicUrl};

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
    /// A browser that does nothing for this long is signed out. Seconds.
    pub session_idle_timeout_secs: u32,
    /// A browser is signed out this long after it signed in, whatever it does. Seconds.
    pub session_lifetime_secs: u32,
    /// Whether people with a local account may sign in.
    pub local_accounts: bool,
    /// Where people reach Mosaic; none while it is only where it listens.
    pub public_url: Option<PublicUrl>,
    /// Proxies in front of Mosaic, whose word on where a request came from is taken.
    pub trusted_proxies: Vec<IpNet>,
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
    /// The value is neither `true` nor `false`.
    #[error("{0} takes true or false")]
    Switch(&'static str),
    /// The value is no origin.
    #[error(
        "public_url takes https://name or http://name, with a port if need be and nothing behind it; empty to unset it"
    )]
    PublicUrl,
    /// An entry is no network.
    #[error("{0:?} is no network such as 10.0.0.0/8 or fd00::/8")]
    Network(String),
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
            session_idle_timeout_secs: 3 * 24 * 3_600,
            session_lifetime_secs: 30 * 24 * 3_600,
            local_accounts: true,
            public_url: None,
            trusted_proxies: Vec::new(),
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

const NUMBERS: [Number; 9] = [
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
    Number {
        key: "session_idle_timeout_secs",
        about: "seconds without use after which a browser is signed out",
        min: 60,
        max: 90 * 24 * 3_600,
        field: |it| &mut it.session_idle_timeout_secs,
    },
    Number {
        key: "session_lifetime_secs",
        about: "seconds after which a browser is signed out, used or not",
        min: 60,
        max: 365 * 24 * 3_600,
        field: |it| &mut it.session_lifetime_secs,
    },
];

const CELL_RANGE: Setting =
    Setting { key: "cell_range", about: "private IPv4 network that cells get /28 networks from" };
const ALLOWED_EGRESS: Setting = Setting {
    key: "allowed_egress",
    about: "private host:port pairs cells may reach, separated by commas; host.mosaic.internal is this host",
};
const LOCAL_ACCOUNTS: Setting =
    Setting { key: "local_accounts", about: "whether people with a local account may sign in" };
const PUBLIC_URL: Setting = Setting {
    key: "public_url",
    about: "where people reach Mosaic, such as https://mosaic.example.org; needed for OIDC and for cookies under HTTPS",
};
const TRUSTED_PROXIES: Setting = Setting {
    key: "trusted_proxies",
    about: "networks of proxies whose X-Forwarded-For is believed, separated by commas",
};

impl Settings {
    /// Every setting's name and meaning.
    pub fn all() -> impl Iterator<Item = Setting> {
        let numbers = NUMBERS.iter().map(|it| Setting { key: it.key, about: it.about });
        numbers.chain([CELL_RANGE, ALLOWED_EGRESS, LOCAL_ACCOUNTS, PUBLIC_URL, TRUSTED_PROXIES])
    }

    /// The value of a setting, as text.
    pub fn get(&self, key: &str) -> Result<String, SettingError> {
        let mut copy = self.clone();
        if let Some(number) = NUMBERS.iter().find(|it| it.key == key) {
            return Ok((number.field)(&mut copy).to_string());
        }
        match key {
            "cell_range" => Ok(self.cell_range.to_string()),
            "allowed_egress" => Ok(list(&self.allowed_egress)),
            "local_accounts" => Ok(self.local_accounts.to_string()),
            "public_url" => Ok(self.public_url.as_ref().map(ToString::to_string).unwrap_or_default()),
            "trusted_proxies" => Ok(list(&self.trusted_proxies)),
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
                self.allowed_egress = entries(text).map(str::parse).collect::<Result<_, _>>()?;
            }
            "local_accounts" => {
                self.local_accounts = text.parse().ok().ok_or(SettingError::Switch("local_accounts"))?;
            }
            "public_url" => {
                self.public_url = if text.is_empty() { None } else { Some(text.parse()?) };
            }
            "trusted_proxies" => {
                let network = |entry: &str| {
                    let alone = entry.parse::<std::net::IpAddr>().map(IpNet::from);
                    let network = entry.parse().ok().or(alone.ok());
                    network.ok_or_else(|| SettingError::Network(entry.to_owned()))
                };
                self.trusted_proxies = entries(text).map(network).collect::<Result<_, _>>()?;
            }
            _ => return Err(SettingError::Unknown(key.to_owned())),
        }
        Ok(())
    }
}

fn list(entries: &[impl ToString]) -> String {
    entries.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}

fn entries(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|entry| !entry.is_empty())
}

fn parse_cell_range(text: &str) -> Result<Ipv4Net, SettingError> {
    let net: Ipv4Net = text.parse().ok().ok_or(SettingError::CellRange)?;
    let sound = (8..=24).contains(&net.prefix_len()) && net.network().is_private() && net == net.trunc();
    if sound { Ok(net) } else { Err(SettingError::CellRange) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_reads_back_what_it_shows() {
        let mut settings = Settings::default();
        settings.set("allowed_egress", "host.mosaic.internal:18080, 10.1.2.3:11434").expect("sound");
        settings.set("public_url", "https://mosaic.example.org/").expect("sound");
        settings.set("trusted_proxies", "10.0.0.0/8, ::1").expect("sound");
        settings.set("local_accounts", "false").expect("sound");
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
            ("local_accounts", "maybe"),
            ("public_url", "mosaic.example.org"),
            ("public_url", "ftp://mosaic.example.org"),
            ("public_url", "https://mosaic.example.org/app"),
            ("public_url", "https://me@mosaic.example.org"),
            ("public_url", "https://mosaic.example.org:port"),
            ("public_url", "https://"),
            ("trusted_proxies", "everything"),
            ("nonsense", "1"),
        ] {
            assert!(settings.set(key, value).is_err(), "{key}={value}");
        }
        assert_eq!(settings, Settings::default());
    }
}
