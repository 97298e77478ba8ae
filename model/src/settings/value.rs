//! Values of settings: read from JSON, which is the one parse, and shown.

use std::net::IpAddr;

use ipnet::{IpNet, Ipv4Net};
use serde_json::{Value, json};

use super::{Egress, ImageName, PublicUrl, SettingKind};

/// The most entries of a list.
pub(super) const LIST_MAX: usize = 200;

/// A type that a setting can have. What is refused is told in words that follow the setting's name.
pub(super) trait SettingValue: Sized {
    /// Reads a value; `kind` says how far it may go.
    fn from_json(value: &Value, kind: SettingKind) -> Result<Self, String>;
    /// Shows it in the form that [`SettingValue::from_json`] reads.
    fn to_json(&self) -> Value;
}

/// The value as a person writes it on a command line.
pub(super) fn to_text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(entries) => entries.iter().map(to_text).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    }
}

impl SettingValue for u32 {
    fn from_json(value: &Value, kind: SettingKind) -> Result<Self, String> {
        let (min, max) = match kind {
            SettingKind::Number { unit: _, min, max } => (min, max),
            _ => (Self::MIN, Self::MAX),
        };
        let number = value.as_u64().and_then(|number| Self::try_from(number).ok());
        let sound = number.filter(|number| (min..=max).contains(number));
        sound.ok_or_else(|| format!("takes a whole number from {min} to {max}"))
    }

    fn to_json(&self) -> Value {
        json!(self)
    }
}

impl SettingValue for bool {
    fn from_json(value: &Value, _: SettingKind) -> Result<Self, String> {
        value.as_bool().ok_or_else(|| "takes true or false".to_owned())
    }

    fn to_json(&self) -> Value {
        json!(self)
    }
}

impl SettingValue for ImageName {
    fn from_json(value: &Value, _: SettingKind) -> Result<Self, String> {
        let name = value.as_str().and_then(Self::parse);
        name.ok_or_else(|| "takes the name of a container image, such as mosaic-agent:local".to_owned())
    }

    fn to_json(&self) -> Value {
        json!(self.as_str())
    }
}

impl SettingValue for Ipv4Net {
    /// A range to cut /28 networks from: private, and neither tiny nor everything.
    fn from_json(value: &Value, _: SettingKind) -> Result<Self, String> {
        let range: Option<Self> = value.as_str().and_then(|text| text.trim().parse().ok());
        let sound = range.filter(|range| {
            (8..=24).contains(&range.prefix_len()) && range.network().is_private() && *range == range.trunc()
        });
        sound.ok_or_else(|| "takes a private IPv4 network from /8 to /24, such as 10.213.0.0/16".to_owned())
    }

    fn to_json(&self) -> Value {
        json!(self.to_string())
    }
}

impl SettingValue for Vec<Egress> {
    fn from_json(value: &Value, _: SettingKind) -> Result<Self, String> {
        let entry = |text: &str| text.parse().map_err(|error| format!("has an entry that {error}"));
        entries(value, "host:port pairs")?.into_iter().map(entry).collect()
    }

    fn to_json(&self) -> Value {
        self.iter().map(ToString::to_string).collect()
    }
}

impl SettingValue for Vec<IpNet> {
    fn from_json(value: &Value, _: SettingKind) -> Result<Self, String> {
        let entry = |text: &str| {
            let alone = text.parse::<IpAddr>().map(IpNet::from);
            let network = text.parse().or(alone).ok();
            network.ok_or_else(|| {
                format!("has an entry that is no network such as 10.0.0.0/8 or fd00::/8: {text:?}")
            })
        };
        entries(value, "networks")?.into_iter().map(entry).collect()
    }

    fn to_json(&self) -> Value {
        self.iter().map(ToString::to_string).collect()
    }
}

impl SettingValue for Option<PublicUrl> {
    fn from_json(value: &Value, _: SettingKind) -> Result<Self, String> {
        match value {
            Value::Null => Ok(None),
            Value::String(text) => text.parse().map(Some).map_err(|error| format!("takes {error}")),
            _ => Err("takes a text, or null to unset it".to_owned()),
        }
    }

    fn to_json(&self) -> Value {
        self.as_ref().map_or(Value::Null, |url| json!(url.as_str()))
    }
}

/// The texts of a list.
fn entries<'a>(value: &'a Value, what: &str) -> Result<Vec<&'a str>, String> {
    let refused = || format!("takes a list of {what}, at most {LIST_MAX}");
    let entries = value.as_array().filter(|entries| entries.len() <= LIST_MAX).ok_or_else(refused)?;
    entries.iter().map(|entry| entry.as_str().map(str::trim).ok_or_else(refused)).collect()
}
