//! What the server writes, read as the types of the API.
//!
//! `serde_json` reads the text; what it makes of it is turned into the types here and not there, because code that
//! is made anew for each of a hundred types is most of what the browser has to load: this reads an object by its
//! names only, and an error keeps no more than the name of what is missing.

mod reader;

use std::fmt;

use serde::de::{DeserializeOwned, Error, Expected, Unexpected};
use serde_json::Value;

use self::reader::Reader;

/// Reads a value.
pub(crate) fn read<T: DeserializeOwned>(text: &str) -> Result<T, Unreadable> {
    T::deserialize(Reader(parse(text)?))
}

/// Apart from the types, so that it is there once.
fn parse(text: &str) -> Result<Value, Unreadable> {
    serde_json::from_str(text).map_err(|_why| Unreadable("JSON"))
}

/// That a text is not what it should be, and what was looked for in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unreadable(&'static str);

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for Unreadable {}

impl Error for Unreadable {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self("a sound value")
    }

    fn invalid_type(_: Unexpected<'_>, _: &dyn Expected) -> Self {
        Self("a value of its type")
    }

    fn invalid_value(_: Unexpected<'_>, _: &dyn Expected) -> Self {
        Self("a value in its range")
    }

    fn invalid_length(_: usize, _: &dyn Expected) -> Self {
        Self("a list of its length")
    }

    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Self {
        Self("a known word")
    }

    fn unknown_field(_: &str, _: &'static [&'static str]) -> Self {
        Self("known names only")
    }

    fn missing_field(field: &'static str) -> Self {
        Self(field)
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self(field)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use mosaic_api::{ConversationEvent, FleetStreamData, Me, Problem};
    use serde::{Deserialize, Serialize};
    use serde_json::json;

    use super::*;

    /// All that the API's types are made of.
    #[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
    #[serde(default)]
    struct All {
        flag: bool,
        small: u8,
        signed: i64,
        large: u64,
        share: f64,
        letter: char,
        text: String,
        absent: Option<u32>,
        present: Option<u32>,
        list: Vec<i16>,
        pair: (u8, String),
        map: BTreeMap<String, bool>,
        unit: (),
        wrapped: Wrapped,
        word: Word,
        words: Vec<Word>,
        tagged: Tagged,
        either: Vec<Either>,
        any: Value,
        #[serde(flatten)]
        inside: Inside,
    }

    #[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
    struct Wrapped(u16);

    #[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
    struct Inside {
        deep: String,
    }

    #[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Word {
        #[default]
        Plain,
        One(u8),
        Two(u8, u8),
        Named {
            it: String,
        },
    }

    #[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
    #[serde(tag = "type", rename_all = "snake_case")]
    enum Tagged {
        #[default]
        Nothing,
        Some {
            count: i32,
        },
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(untagged)]
    enum Either {
        Number(u32),
        Text(String),
    }

    fn all() -> All {
        All {
            flag: true,
            small: 7,
            signed: -9_007_199_254_740_993,
            large: u64::MAX,
            share: 0.25,
            letter: 'ß',
            text: "two\n\"lines\" \u{1f642}".to_owned(),
            absent: None,
            present: Some(4),
            list: vec![1, -2],
            pair: (3, "b".to_owned()),
            map: BTreeMap::from([("a".to_owned(), true)]),
            unit: (),
            wrapped: Wrapped(5),
            word: Word::Plain,
            words: vec![Word::One(1), Word::Two(2, 3), Word::Named { it: "x".to_owned() }, Word::Plain],
            tagged: Tagged::Some { count: -1 },
            either: vec![Either::Number(1), Either::Text("t".to_owned())],
            any: json!({ "deep": [1, null, { "x": 1.5 }] }),
            inside: Inside { deep: "down".to_owned() },
        }
    }

    #[test]
    fn everything_is_read_as_it_was_written() {
        let text = serde_json::to_string(&all()).expect("plain data");
        assert_eq!(read::<All>(&text), Ok(all()));
        assert_eq!(read::<All>(r#"{"deep":""}"#), Ok(All::default()), "what is not there has its default");
        assert_eq!(read::<f64>("3"), Ok(3.0), "a whole number is a number");
    }

    #[test]
    fn an_error_names_what_is_missing() {
        assert_eq!(read::<Inside>("{}"), Err(Unreadable("deep")));
        assert_eq!(read::<Inside>("{").map_err(|error| error.to_string()), Err("JSON".to_owned()));
    }

    #[test]
    fn what_is_of_another_kind_is_refused() {
        for text in ["300", "-1", "1.5", "\"1\"", "null", "[]", "{}", "true"] {
            assert!(read::<u8>(text).is_err(), "{text}");
        }
        assert!(read::<String>("1").is_err() && read::<bool>("0").is_err() && read::<Vec<u8>>("{}").is_err());
        assert!(read::<(u8, u8)>("[1, 2, 3]").is_err(), "nothing is left over");
        assert!(read::<(u8, u8)>("[1]").is_err());
        assert!(read::<Inside>("[\"by place\"]").is_err(), "a struct is an object");
        for text in ["\"one\"", "{}", r#"{"one":1,"plain":null}"#, r#"{"plain":1}"#, "\"other\"", "1"] {
            assert!(read::<Word>(text).is_err(), "{text}");
        }
        assert!(read::<char>("\"two\"").is_err());
    }

    #[test]
    fn what_a_newer_server_adds_is_passed_over() {
        let newer = r#"{"deep":"x","more":{"a":[1,2,{"b":null}]}}"#;
        assert_eq!(read::<Inside>(newer), Ok(Inside { deep: "x".to_owned() }));
    }

    /// The same text, read here and by `serde_json`.
    fn agrees<T: DeserializeOwned + PartialEq + fmt::Debug>(text: &str) {
        let here = read::<T>(text);
        assert!(here.is_ok(), "{text}");
        assert_eq!(here.ok(), serde_json::from_str(text).ok(), "{text}");
    }

    #[test]
    fn the_types_of_the_api_are_read_as_serde_json_reads_them() {
        agrees::<Problem>(
            r#"{"title":"Invalid","status":422,"code":"invalid","detail":"No.","request_id":"r",
                "errors":[{"key":"name","reason":"Say it."}]}"#,
        );
        agrees::<ConversationEvent>(r#"{"id":"3.17","type":"delta","text":"a"}"#);
        agrees::<ConversationEvent>(
            r#"{"id":"3.end","type":"ended","state":"stopped","failure":null,"usage":null,
                "finished_at":"2026-01-02T03:04:05.678Z"}"#,
        );
        agrees::<FleetStreamData>(r#"{"cells":[]}"#);
        assert!(read::<Me>("{}").is_err());
    }
}
