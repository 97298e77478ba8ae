//! Settings that are being changed: what is typed for each, and what that is on the wire.

use std::collections::BTreeMap;

use mosaic_api::{ConfigDocument, ConfigKind, ConfigSetting};
use serde::Serialize;
use serde_json::Value;

use super::Difference;

/// What was typed, as a setting's value. Not any JSON: no setting is a fraction, and what writes fractions is large.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub(crate) enum Typed {
    Nothing,
    Switch(bool),
    Number(i64),
    Text(String),
    Lines(Vec<String>),
}

/// The settings to change, as a [`ConfigPatch`](mosaic_api::ConfigPatch) is written.
pub(crate) type Patch = BTreeMap<String, Typed>;

/// What was typed, by key; only for what differs from what is saved.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct ConfigEdit(BTreeMap<String, String>);

impl ConfigEdit {
    /// What stands in a setting's input.
    pub(crate) fn shown(&self, setting: &ConfigSetting) -> String {
        self.0.get(&setting.key).cloned().unwrap_or_else(|| text(setting.kind, &setting.value))
    }

    pub(crate) fn with(&self, setting: &ConfigSetting, typed: String) -> Self {
        let mut edit = self.clone();
        if typed == text(setting.kind, &setting.value) {
            edit.0.remove(&setting.key);
        } else {
            edit.0.insert(setting.key.clone(), typed);
        }
        edit
    }

    /// The same, with a setting's first value.
    pub(crate) fn with_default(&self, setting: &ConfigSetting) -> Self {
        self.with(setting, text(setting.kind, &setting.default))
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// What to send.
    pub(crate) fn to_patch(&self, document: &ConfigDocument) -> Patch {
        let changed = settings(document).filter_map(|setting| {
            let typed = self.0.get(&setting.key)?;
            Some((setting.key.clone(), value(setting.kind, typed)))
        });
        changed.collect()
    }

    /// Where what was typed and what somebody else has saved meanwhile are not the same.
    pub(crate) fn differences(&self, theirs: &ConfigDocument) -> Vec<Difference> {
        let changed = settings(theirs).filter_map(|setting| {
            let mine = self.0.get(&setting.key)?.clone();
            Difference::between(setting.title.clone(), mine, text(setting.kind, &setting.value))
        });
        changed.collect()
    }
}

fn settings(document: &ConfigDocument) -> impl Iterator<Item = &ConfigSetting> {
    document.groups.iter().flat_map(|group| &group.settings)
}

/// A value as it is typed; lists have an entry a line.
fn text(kind: ConfigKind, value: &Value) -> String {
    match (kind, value) {
        (_, Value::Null) => String::new(),
        (_, Value::String(text)) => text.clone(),
        (ConfigKind::Networks | ConfigKind::HostPorts, Value::Array(entries)) => {
            entries.iter().map(|entry| entry.as_str().unwrap_or_default()).collect::<Vec<&str>>().join("\n")
        }
        (_, Value::Bool(on)) => on.to_string(),
        (_, other) => other.as_i64().map(|number| number.to_string()).unwrap_or_default(),
    }
}

/// What was typed, as a value. What is no number stays a text, for the server to say what is wrong with it.
fn value(kind: ConfigKind, typed: &str) -> Typed {
    let typed = typed.trim();
    let text = || Typed::Text(typed.to_owned());
    match kind {
        ConfigKind::Number => typed.parse().map_or_else(|_| text(), Typed::Number),
        ConfigKind::Switch => Typed::Switch(typed == "true"),
        ConfigKind::Networks | ConfigKind::HostPorts => {
            let entries = typed.split(['\n', ',', ' ']).map(str::trim).filter(|entry| !entry.is_empty());
            Typed::Lines(entries.map(str::to_owned).collect())
        }
        ConfigKind::Origin if typed.is_empty() => Typed::Nothing,
        ConfigKind::Text | ConfigKind::Network | ConfigKind::Origin => text(),
    }
}

#[cfg(test)]
mod tests {
    use mosaic_api::{ConfigEffect, ConfigGroup, ConfigPatch};
    use serde_json::json;

    use super::*;

    fn setting(key: &str, kind: ConfigKind, value: Value) -> ConfigSetting {
        ConfigSetting {
            key: key.to_owned(),
            title: key.to_owned(),
            about: String::new(),
            kind,
            unit: None,
            schema: Value::Null,
            effect: ConfigEffect::AtOnce,
            default: value.clone(),
            value,
            fixed: false,
        }
    }

    fn document(settings: Vec<ConfigSetting>) -> ConfigDocument {
        let group = ConfigGroup { key: String::new(), title: String::new(), settings };
        ConfigDocument { version: 1, groups: vec![group] }
    }

    #[test]
    fn only_what_differs_is_sent_and_as_what_it_is() {
        let timeout = setting("timeout", ConfigKind::Number, json!(60));
        let egress = setting("egress", ConfigKind::HostPorts, json!(["a:1"]));
        let origin = setting("origin", ConfigKind::Origin, json!("https://x.example"));
        let document = document(vec![timeout.clone(), egress.clone(), origin.clone()]);
        let edit = ConfigEdit::default().with(&timeout, "90".to_owned()).with(&egress, "a:1\nb:2".to_owned());
        let edit = edit.with(&origin, String::new());
        assert_eq!(
            serde_json::to_value(edit.to_patch(&document)).expect("plain data"),
            json!({ "timeout": 90, "egress": ["a:1", "b:2"], "origin": null })
        );
        let sent = serde_json::to_string(&edit.to_patch(&document)).expect("plain data");
        assert!(serde_json::from_str::<ConfigPatch>(&sent).is_ok(), "the server's own type: {sent}");
        assert_eq!(edit.with(&timeout, "60".to_owned()).len(), 2, "what is as before is no change");
        assert_eq!(
            value(ConfigKind::Number, "soon"),
            Typed::Text("soon".to_owned()),
            "the server says what is wrong"
        );
    }

    #[test]
    fn two_edits_of_one_setting_are_told() {
        let mine = setting("timeout", ConfigKind::Number, json!(60));
        let edit = ConfigEdit::default().with(&mine, "90".to_owned());
        let found = edit.differences(&document(vec![setting("timeout", ConfigKind::Number, json!(30))]));
        assert_eq!((found[0].mine.as_str(), found[0].theirs.as_str()), ("90", "30"));
        assert!(
            edit.differences(&document(vec![setting("timeout", ConfigKind::Number, json!(90))])).is_empty()
        );
    }
}
