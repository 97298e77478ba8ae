//! What an admin may set at run time. One table says everything about each setting; whatever reads, shows,
//! checks or describes settings goes by it, so a new one is an entry in [`table`] and nothing else.

mod egress;
mod error;
mod image_name;
mod public_url;
mod setting;
mod table;
mod value;

pub use self::{
    egress::Egress,
    error::SettingError,
    image_name::ImageName,
    public_url::PublicUrl,
    setting::{Setting, SettingEffect, SettingGroup, SettingKind, SettingUnit},
    table::Settings,
};

use serde_json::{Map, Value};

impl Settings {
    /// Every setting, in the order they are shown: the settings of a group stand together.
    pub const fn all() -> &'static [Setting] {
        table::TABLE
    }

    /// The setting with this key.
    pub fn named(key: &str) -> Result<&'static Setting, SettingError> {
        let found = Self::all().iter().find(|setting| setting.key == key);
        found.ok_or_else(|| SettingError::unknown(key))
    }

    /// The value of a setting, as JSON.
    pub fn value(&self, key: &str) -> Result<Value, SettingError> {
        Ok(Self::named(key)?.value_in(self))
    }

    /// The value of a setting, as a person writes it on a command line.
    pub fn get(&self, key: &str) -> Result<String, SettingError> {
        Ok(value::to_text(&self.value(key)?))
    }

    /// Gives a setting another value. On an error nothing has changed.
    pub fn change(&mut self, key: &str, value: &Value) -> Result<(), SettingError> {
        Self::named(key)?.change_in(self, value)
    }

    /// As [`Settings::change`], from what a person writes on a command line.
    pub fn set(&mut self, key: &str, text: &str) -> Result<(), SettingError> {
        let setting = Self::named(key)?;
        setting.change_in(self, &setting.kind.value_of(text))
    }

    /// Several changes, all of them or none; null gives a setting its default back. On errors, one for each value
    /// that cannot be taken, nothing has changed.
    pub fn change_all(&mut self, changes: &Map<String, Value>) -> Result<(), Vec<SettingError>> {
        let (mut changed, defaults) = (self.clone(), Self::default());
        let errors: Vec<SettingError> = changes
            .iter()
            .filter_map(|(key, value)| {
                let value = if value.is_null() { defaults.value(key) } else { Ok(value.clone()) };
                value.and_then(|value| changed.change(key, &value)).err()
            })
            .collect();
        if errors.is_empty() {
            *self = changed;
            return Ok(());
        }
        Err(errors)
    }
}

#[cfg(test)]
mod tests;
