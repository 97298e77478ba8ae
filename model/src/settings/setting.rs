//! A setting: what it is called, what it takes and what it means.

use serde_json::{Value, json};

use super::{SettingError, Settings, value};

/// Everything there is to know about one setting.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// Its key, and its field in [`Settings`].
    pub key: &'static str,
    /// Under which heading it is shown.
    pub group: SettingGroup,
    /// What to call it, for people.
    pub title: &'static str,
    /// What it means, for people.
    pub about: &'static str,
    /// What it takes.
    pub kind: SettingKind,
    /// From when on a change counts.
    pub effect: SettingEffect,
    pub(super) read: fn(&Settings) -> Value,
    pub(super) write: fn(&mut Settings, &Value) -> Result<(), String>,
}

/// A heading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SettingGroup {
    /// How agents run.
    Agents,
    /// How much one agent may take.
    Limits,
    /// What agents reach.
    Network,
    /// Who gets in, and for how long.
    SignIn,
    /// Where people reach Mosaic.
    Address,
}

/// What a setting takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SettingKind {
    /// A whole number.
    Number {
        /// Of what.
        unit: SettingUnit,
        /// The least it takes.
        min: u32,
        /// The most it takes.
        max: u32,
    },
    /// Yes or no.
    Switch,
    /// A line of text.
    Text {
        /// The most characters it takes.
        max_chars: usize,
        /// One that it takes.
        example: &'static str,
    },
    /// One private IPv4 network.
    Network,
    /// Networks, or single addresses.
    Networks,
    /// `host:port` pairs.
    HostPorts,
    /// The origin of a web address, or none.
    Origin,
}

/// What a number counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SettingUnit {
    /// Seconds.
    Seconds,
    /// 1,048,576 bytes.
    Mebibytes,
    /// Thousandths of a processor core.
    Millicores,
    /// Things, which the setting's title names.
    Count,
}

/// From when on a change counts. No setting needs a restart of Mosaic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SettingEffect {
    /// At once.
    AtOnce,
    /// For an agent that runs, when it starts the next time.
    NextAgentStart,
    /// For an agent that runs, as soon as nobody uses it: its container is made anew then.
    WhenIdle,
    /// For browsers that sign in from now on.
    NextSignIn,
}

impl Setting {
    /// Its value in these settings.
    pub fn value_in(&self, settings: &Settings) -> Value {
        (self.read)(settings)
    }

    /// Its value in a new installation.
    pub fn default_value(&self) -> Value {
        self.value_in(&Settings::default())
    }

    pub(super) fn change_in(&self, settings: &mut Settings, value: &Value) -> Result<(), SettingError> {
        (self.write)(settings, value).map_err(|reason| SettingError::new(self.key, reason))
    }
}

impl SettingGroup {
    /// Every heading, in the order they are shown.
    pub const ALL: [Self; 5] = [Self::Agents, Self::Limits, Self::Network, Self::SignIn, Self::Address];

    /// The word for programs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Agents => "agents",
            Self::Limits => "limits",
            Self::Network => "network",
            Self::SignIn => "sign_in",
            Self::Address => "address",
        }
    }

    /// The heading for people.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Agents => "How agents run",
            Self::Limits => "What one agent may take",
            Self::Network => "What agents reach",
            Self::SignIn => "Signing in",
            Self::Address => "Where people reach Mosaic",
        }
    }
}

impl SettingUnit {
    /// The word for programs, and a plural for people.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Seconds => "seconds",
            Self::Mebibytes => "mebibytes",
            Self::Millicores => "millicores",
            Self::Count => "count",
        }
    }
}

impl SettingKind {
    pub(super) const fn seconds(min: u32, max: u32) -> Self {
        Self::Number { unit: SettingUnit::Seconds, min, max }
    }

    pub(super) const fn count(min: u32, max: u32) -> Self {
        Self::Number { unit: SettingUnit::Count, min, max }
    }

    /// The JSON that a person means on a command line. What it cannot be is left as text and refused as such.
    pub(super) fn value_of(self, text: &str) -> Value {
        let text = text.trim();
        match self {
            Self::Number { .. } => text.parse::<u32>().map_or_else(|_| json!(text), |number| json!(number)),
            Self::Switch => text.parse::<bool>().map_or_else(|_| json!(text), |switch| json!(switch)),
            Self::Networks | Self::HostPorts => {
                let entries = text.split(',').map(str::trim).filter(|entry| !entry.is_empty());
                entries.collect()
            }
            Self::Origin if text.is_empty() => Value::Null,
            Self::Text { .. } | Self::Network | Self::Origin => json!(text),
        }
    }

    /// What it takes, as JSON Schema: what the OpenAPI document says, and enough for a form.
    pub fn schema(self) -> Value {
        match self {
            Self::Number { unit: _, min, max } => {
                json!({ "type": "integer", "minimum": min, "maximum": max })
            }
            Self::Switch => json!({ "type": "boolean" }),
            Self::Text { max_chars, example } => {
                json!({ "type": "string", "minLength": 1, "maxLength": max_chars, "example": example })
            }
            Self::Network => json!({ "type": "string", "example": "10.213.0.0/16" }),
            Self::Networks => list("10.0.0.0/8"),
            Self::HostPorts => list("host.mosaic.internal:11434"),
            Self::Origin => json!({ "type": ["string", "null"], "example": "https://mosaic.example.org" }),
        }
    }
}

fn list(example: &str) -> Value {
    let entry = json!({ "type": "string", "example": example });
    json!({ "type": "array", "maxItems": value::LIST_MAX, "items": entry })
}
