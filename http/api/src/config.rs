//! Settings: their values, and what a form needs to show them.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// All settings. `version` is also the answer's `ETag`, which a change sends back in `If-Match`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ConfigDocument {
    /// Grows with every change.
    pub version: i64,
    /// The settings under their headings, in the order they are shown.
    pub groups: Vec<ConfigGroup>,
}

/// The settings under one heading.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ConfigGroup {
    /// The word for programs.
    pub key: String,
    /// The heading.
    pub title: String,
    /// What stands under it.
    pub settings: Vec<ConfigSetting>,
}

/// One setting.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ConfigSetting {
    /// Its name for programs.
    pub key: String,
    /// Its name for people.
    pub title: String,
    /// What it means.
    pub about: String,
    /// Which input a form shows for it.
    pub kind: ConfigKind,
    /// What a number counts: `seconds`, `mebibytes`, `millicores` or `count`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// What it takes, as JSON Schema: `minimum`, `maximum`, `maxLength`, `maxItems`, `example`.
    #[cfg_attr(feature = "schema", schema(value_type = Object))]
    pub schema: Value,
    /// From when on a change counts.
    pub effect: ConfigEffect,
    /// Its value now.
    pub value: Value,
    /// Its value in a new installation; a change to null gives it back.
    pub default: Value,
    /// Whether the command line of `mosaic serve` decides it, so that it cannot be changed here.
    pub fixed: bool,
}

/// Which input a form shows for a setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ConfigKind {
    /// A whole number.
    Number,
    /// Yes or no.
    Switch,
    /// A line of text.
    Text,
    /// One network.
    Network,
    /// A list of networks.
    Networks,
    /// A list of `host:port` pairs.
    HostPorts,
    /// The origin of a web address, or null.
    Origin,
}

/// From when on a change counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ConfigEffect {
    /// At once.
    AtOnce,
    /// For an agent that runs, when it starts the next time.
    NextAgentStart,
    /// For an agent that runs, as soon as nobody uses it: its container is made anew then.
    WhenIdle,
    /// For browsers that sign in from now on.
    NextSignIn,
}

/// Settings to change, by key: all of them or, if one is refused, none. Null gives a setting its default back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConfigPatch(pub Map<String, Value>);

#[cfg(feature = "schema")]
mod schema {
    use std::borrow::Cow;

    use mosaic_model::Settings;
    use serde_json::{Map, Value, json};
    use utoipa::{
        PartialSchema, ToSchema,
        openapi::{RefOr, Schema},
    };

    use super::ConfigPatch;

    impl ToSchema for ConfigPatch {
        fn name() -> Cow<'static, str> {
            Cow::Borrowed("ConfigPatch")
        }
    }

    impl PartialSchema for ConfigPatch {
        /// Made from the table of settings.
        fn schema() -> RefOr<Schema> {
            let properties: Map<String, Value> = Settings::all()
                .iter()
                .map(|setting| {
                    let mut schema = setting.kind.schema();
                    if let Value::String(one) = &schema["type"] {
                        schema["type"] = json!([one, "null"]);
                    }
                    schema["title"] = json!(setting.title);
                    schema["description"] = json!(setting.about);
                    schema["default"] = setting.default_value();
                    (setting.key.to_owned(), schema)
                })
                .collect();
            let schema = json!({
                "type": "object",
                "description": "Settings to change, by key: all of them or, if one is refused, none. Null gives a \
                                setting its default back.",
                "properties": properties,
                "additionalProperties": false,
            });
            RefOr::T(serde_json::from_value(schema).expect("the table makes sound schemas"))
        }
    }
}
