//! Models of a provider.

use std::fmt;

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{self, MapAccess, Visitor, value::MapAccessDeserializer},
};

/// What a model takes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum InputKindBody {
    /// Words.
    Text,
    /// Pictures.
    Image,
}

/// A model of a provider; what is not known of it is left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ModelBody {
    /// Its id at the provider.
    pub id: String,
    /// Its name for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// How much it can keep in mind. Tokens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context_window: Option<u32>,
    /// How much it may write in one answer. Tokens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_tokens: Option<u32>,
    /// What it takes in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub input: Vec<InputKindBody>,
}

/// A model as a request names it: by its id alone, or with what is known of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(untagged)]
pub enum ModelEntry {
    /// Only its id.
    Id(String),
    /// With more.
    Model(ModelBody),
}

impl From<&str> for ModelEntry {
    fn from(id: &str) -> Self {
        Self::Id(id.to_owned())
    }
}

impl From<String> for ModelEntry {
    fn from(id: String) -> Self {
        Self::Id(id)
    }
}

impl From<ModelEntry> for ModelBody {
    fn from(entry: ModelEntry) -> Self {
        match entry {
            ModelEntry::Id(id) => Self { id, ..Self::default() },
            ModelEntry::Model(model) => model,
        }
    }
}

/// By hand: a derived one says of every fault only that no variant fits.
impl<'de> Deserialize<'de> for ModelEntry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct EntryVisitor;

        impl<'de> Visitor<'de> for EntryVisitor {
            type Value = ModelEntry;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a model's id, or an object with one")
            }

            fn visit_str<E: de::Error>(self, id: &str) -> Result<ModelEntry, E> {
                Ok(ModelEntry::Id(id.to_owned()))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<ModelEntry, A::Error> {
                ModelBody::deserialize(MapAccessDeserializer::new(map)).map(ModelEntry::Model)
            }
        }

        deserializer.deserialize_any(EntryVisitor)
    }
}

/// The models that a provider itself lists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ModelList {
    /// In the provider's order.
    pub models: Vec<ModelBody>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_is_an_id_or_an_object_and_a_fault_is_named() {
        let read = |text| serde_json::from_str::<ModelEntry>(text).map_err(|error| error.to_string());
        assert_eq!(read(r#""small""#), Ok("small".into()));
        let model = ModelBody { id: "small".to_owned(), max_tokens: Some(9), ..ModelBody::default() };
        assert_eq!(read(r#"{"id":"small","max_tokens":9}"#), Ok(ModelEntry::Model(model)));
        assert!(read(r#"{"id":"small","temperature":9}"#).unwrap_err().contains("temperature"));
        assert!(read(r#"{"id":"small","max_tokens":-1}"#).unwrap_err().contains("-1"));
        assert!(read("7").unwrap_err().contains("a model's id, or an object"));
    }
}
