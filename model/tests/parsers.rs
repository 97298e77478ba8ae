//! Whatever text comes in, a parser ends without a panic, and what it accepts reads back as the same thing.

use std::{fmt::Display, str::FromStr};

use mosaic_model::{
    AgentDraft, AgentId, AgentSlug, ApiKind, AssemblyInput, CellId, Egress, Email, GatewayToken, ModelRef,
    PersonalToken, Provider, ProviderCredential, ProviderDraft, ProviderId, ProviderModel, PublicUrl, Scopes,
    Secret, SessionId, SessionToken, Setting, Settings, Timestamp, TokenScope, UserId, assemble,
};
use proptest::prelude::*;
use uuid::Uuid;

/// Any text, and text of the characters that parsers look for.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        r"[ -~]{0,80}",
        r"[a-fA-F0-9]{60,66}",
        r"(user|system)-[0-9a-f-]{30,38}",
        r"[\x00-\x20@.:/,;=\[\]%İßKΣ\u{1F9E9}a0-]{0,40}",
    ]
}

/// Text that is nearly an address of some kind.
fn address() -> impl Strategy<Value = String> {
    prop_oneof![
        text(),
        r" ?[a-zA-Z.+İΣ]{1,12}@[a-zA-Z.-İ]{1,12} ?",
        r"İ{60,70}@[a-z]{1,200}",
        r"(https?|HTTPS|ftp)://[a-zA-Z0-9.:\[\]@/-]{0,24}(:[0-9]{0,6})?/{0,2}",
        r"[a-zA-Z0-9.-]{0,12}:[0-9]{0,6}",
    ]
}

/// What is accepted reads back from its own text.
fn reads_back<T: FromStr + Display + PartialEq>(text: &str) -> bool {
    let read: Option<T> = text.parse().ok();
    read.is_none_or(|read| read.to_string().parse().ok() == Some(read))
}

proptest! {
    #[test]
    fn ids_read_back(text in text()) {
        prop_assert!(reads_back::<UserId>(&text));
        prop_assert!(reads_back::<SessionId>(&text));
        prop_assert!(reads_back::<CellId>(&text));
    }

    #[test]
    fn tokens_are_taken_as_they_are_or_not_at_all(text in text()) {
        for (read, prefix) in [
            (PersonalToken::parse(&text).map(|it| it.expose().to_owned()), "mosaic_pat_"),
            (SessionToken::parse(&text).map(|it| it.expose().to_owned()), ""),
            (GatewayToken::parse(&text).map(|it| it.expose().to_owned()), ""),
        ] {
            if let Some(read) = read {
                prop_assert_eq!(&read, &text);
                let digits = read.strip_prefix(prefix).expect("its prefix");
                prop_assert!(digits.len() == 64 && digits.bytes().all(|it| it.is_ascii_hexdigit()));
            }
        }
    }

    #[test]
    fn email_addresses_read_back(text in address()) {
        if let Ok(read) = Email::parse(&text) {
            prop_assert_eq!(Email::parse(read.as_str()), Ok(read.clone()));
            prop_assert!(!read.as_str().contains(|it: char| it.is_control() || it.is_whitespace()));
        }
    }

    #[test]
    fn public_urls_read_back_and_are_safe_in_a_header(text in address()) {
        prop_assert!(reads_back::<PublicUrl>(&text));
        if let Ok(url) = text.parse::<PublicUrl>() {
            prop_assert!(url.as_str().bytes().all(|it| it.is_ascii_graphic()));
            prop_assert!(!url.as_str().ends_with('/') && !url.as_str().contains('@'));
        }
    }

    #[test]
    fn egress_reads_back_and_is_safe_in_a_rule(text in address()) {
        prop_assert!(reads_back::<Egress>(&text));
        if let Ok(egress) = text.parse::<Egress>() {
            prop_assert!(!egress.host().starts_with('-') && egress.port() > 0);
            prop_assert!(egress.host().bytes().all(|it| it.is_ascii_alphanumeric() || b".-".contains(&it)));
        }
    }

    #[test]
    fn settings_keep_what_they_accept(texts in prop::collection::vec(address(), 1..4)) {
        let value = texts.join(",");
        for Setting { key, .. } in Settings::all() {
            for value in [value.as_str(), &texts[0]] {
                let mut settings = Settings::default();
                if settings.set(key, value).is_err() {
                    prop_assert_eq!(&settings, &Settings::default());
                    continue;
                }
                let mut again = Settings::default();
                again.set(key, &settings.get(key).expect("known")).expect("its own value");
                prop_assert_eq!(&again, &settings);
                let mut kept = Settings::default();
                kept.change(key, &settings.value(key).expect("known")).expect("its own value");
                prop_assert_eq!(kept, settings);
            }
        }
        prop_assert!(Settings::default().set(&texts[0], &value).is_err(), "no setting is called that");
    }

    #[test]
    fn numbers_among_the_settings_stay_in_their_range(number in any::<i64>()) {
        for Setting { key, .. } in Settings::all() {
            let mut settings = Settings::default();
            if settings.set(key, &number.to_string()).is_ok() {
                prop_assert_eq!(settings.get(key), Ok(number.to_string()));
            }
        }
    }

    #[test]
    fn words_read_back(word in text()) {
        prop_assert!(TokenScope::parse(&word).is_none_or(|it| it.as_str() == word));
        prop_assert!(ApiKind::parse(&word).is_none_or(|it| it.as_str() == word));
        prop_assert!(AgentSlug::parse(&word).is_ok_and(|it| it.as_str() == word) || AgentSlug::parse(&word).is_err());
        let words = [word.as_str(), "chat"];
        prop_assert_eq!(Scopes::parse(words).is_ok(), TokenScope::parse(&word).is_some());
    }

    #[test]
    fn a_checked_draft_is_already_tidy(
        name in address(), base_url in address(), models in prop::collection::vec(address(), 0..4), prose in text(),
    ) {
        let models = models.into_iter().map(ProviderModel::named).collect();
        let draft =
            ProviderDraft { preset: None, name: name.clone(), kind: ApiKind::OpenaiResponses, base_url, models };
        if let Ok(checked) = draft.check() {
            prop_assert!(!checked.name.contains('\0') && !checked.base_url.contains(char::is_whitespace));
            prop_assert_eq!(checked.clone().check(), Ok(checked));
        }
        let model = ModelRef { provider: ProviderId::new(Timestamp::UNIX_EPOCH, [1; 10]), model: "m".to_owned() };
        let slug = AgentSlug::parse("main").expect("plain");
        if let Ok(checked) = AgentDraft::new(slug, name, prose, model).check() {
            prop_assert!(!checked.name.contains(char::is_control) && !checked.personality.contains('\0'));
            prop_assert_eq!(checked.clone().check(), Ok(checked));
        }
    }

    /// Whatever a person calls things, it stays a value: no name of theirs becomes a key of the gateway's.
    #[test]
    fn a_configuration_has_the_same_shape_whatever_people_write(
        name in text(), base_url in address(), model in text(), personality in text(), key in text(),
    ) {
        let plain = assembled("Ada", "http://h/v1", "m", "Dry wit.", "k");
        // An empty personality leaves its entry out.
        let written = assembled(&name, &base_url, &model, &format!("{personality}."), &key);
        prop_assert_eq!(keys(&written), keys(&plain));
        let text = written.to_string();
        prop_assert_eq!(serde_json::from_str::<serde_json::Value>(&text).ok(), Some(written));
    }
}

fn assembled(name: &str, base_url: &str, model: &str, personality: &str, key: &str) -> serde_json::Value {
    let id = ProviderId::from_uuid(Uuid::from_u128(7));
    let provider = Provider {
        id,
        preset: None,
        name: name.to_owned(),
        kind: ApiKind::OpenaiCompletions,
        base_url: base_url.to_owned(),
        models: vec![model.into()],
        enabled: true,
        has_key: true,
        key_hint: String::new(),
        key_set_at: None,
        version: 1,
        tested: None,
        created_at: Timestamp::UNIX_EPOCH,
    };
    let slug = AgentSlug::parse("main").expect("plain");
    let model = ModelRef { provider: id, model: model.to_owned() };
    let draft = AgentDraft::new(slug, name.to_owned(), personality.to_owned(), model);
    let agent = draft.into_agent(AgentId::from_uuid(Uuid::from_u128(8)), Timestamp::UNIX_EPOCH);
    let credential = ProviderCredential::Key(Secret::new(key.to_owned()));
    let input = AssemblyInput { agents: vec![agent], providers: vec![(provider, credential)] };
    assemble(&input).expect("a provider and an agent are there")
}

/// Every path to a value.
fn keys(document: &serde_json::Value) -> Vec<String> {
    fn walk(value: &serde_json::Value, path: &str, out: &mut Vec<String>) {
        match value {
            serde_json::Value::Object(fields) => {
                for (key, value) in fields {
                    walk(value, &format!("{path}.{key}"), out);
                }
            }
            serde_json::Value::Array(items) => {
                for item in items {
                    walk(item, &format!("{path}[]"), out);
                }
            }
            _ => out.push(path.to_owned()),
        }
    }
    let mut out = Vec::new();
    walk(document, "", &mut out);
    out
}
