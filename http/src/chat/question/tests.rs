//! What becomes of a client's question.

use http::HeaderName;
use mosaic_model::{AgentDraft, AgentId, AgentSlug, ModelRef, ProviderId, Timestamp};
use proptest::prelude::*;
use serde_json::json;

use super::*;

fn agents() -> Vec<Agent> {
    let agent = |slug: &str| {
        let model =
            ModelRef { provider: ProviderId::new(Timestamp::UNIX_EPOCH, [1; 10]), model: "m".to_owned() };
        let draft = AgentDraft::new(AgentSlug::parse(slug).unwrap(), slug.to_owned(), String::new(), model);
        draft.into_agent(AgentId::new(Timestamp::UNIX_EPOCH, [1; 10]), Timestamp::UNIX_EPOCH)
    };
    vec![agent("main"), Agent { is_default: true, ..agent("coder") }]
}

fn asked(question: &Value, headers: &HeaderMap) -> (Value, bool) {
    let rewritten = rewrite(question.to_string().as_bytes(), headers, &agents()).unwrap();
    (serde_json::from_slice(&rewritten.request.body).unwrap(), rewritten.streams)
}

fn refused(question: &str) -> Code {
    rewrite(question.as_bytes(), &HeaderMap::new(), &agents()).unwrap_err().problem().code
}

fn talk() -> Value {
    json!([
        { "role": "system", "content": "be brief" },
        { "role": "user", "content": "one" },
        { "role": "assistant", "content": "1" },
        { "role": "user", "content": "two" },
    ])
}

#[test]
fn a_conversation_goes_on_with_the_newest_message_only() {
    let (body, streams) = asked(
        &json!({ "model": "main", "user": "c1", "stream": true, "messages": talk() }),
        &HeaderMap::new(),
    );
    assert!(streams);
    assert_eq!(body["model"], "openclaw/main");
    assert_eq!(
        body["messages"],
        json!([{ "role": "system", "content": "be brief" }, { "role": "user", "content": "two" }])
    );
    let (again, _) =
        asked(&json!({ "model": "openclaw/coder", "user": "c1", "messages": talk() }), &HeaderMap::new());
    assert_eq!(again["user"], body["user"]);
    assert_eq!(again["model"], "openclaw/coder");
}

#[test]
fn the_default_answers_where_no_agent_is_named() {
    for model in ["mosaic", "default", "openclaw", "openclaw/default"] {
        let (body, _) = asked(&json!({ "model": model, "messages": talk() }), &HeaderMap::new());
        assert_eq!(body["model"], "openclaw/coder", "{model}");
    }
    let question = json!({ "model": "mosaic", "messages": talk() }).to_string();
    let mut agents = agents();
    agents[0].slug = AgentSlug::parse("mosaic").unwrap();
    let rewritten = rewrite(question.as_bytes(), &HeaderMap::new(), &agents).unwrap();
    let body: Value = serde_json::from_slice(&rewritten.request.body).unwrap();
    assert_eq!(body["model"], "openclaw/mosaic", "an agent of that name comes first");
    assert_eq!(refused(r#"{"model":"gpt-5","messages":[{}]}"#), Code::UnknownAgent);
}

#[test]
fn without_a_conversation_everything_goes_to_a_fresh_session() {
    let question = json!({ "model": "main", "messages": talk() });
    let (one, streams) = asked(&question, &HeaderMap::new());
    let (two, _) = asked(&question, &HeaderMap::new());
    assert!(!streams);
    assert_eq!(one["messages"], talk());
    assert_ne!(one["user"], two["user"]);
}

#[test]
fn a_gateway_streams_and_counts_also_for_who_wants_the_answer_whole() {
    let ask = |more: Value| {
        let mut question = json!({ "model": "main", "messages": talk() });
        question.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        asked(&question, &HeaderMap::new())
    };
    for more in [json!({}), json!({ "stream": false, "stream_options": { "include_usage": false } })] {
        let (body, streams) = ask(more);
        assert!(!streams);
        assert_eq!((&body["stream"], &body["stream_options"]["include_usage"]), (&json!(true), &json!(true)));
    }
    let (body, streams) = ask(json!({ "stream": true }));
    assert!(streams && body["stream_options"].is_null(), "who streams says what they want: {body}");
}

#[test]
fn the_header_names_the_conversation_before_the_user_field_does() {
    let mut headers = HeaderMap::new();
    headers.insert(CONVERSATION, HeaderValue::from_static("c2"));
    headers.insert("x-forwarded-for", HeaderValue::from_static("1.2.3.4"));
    let by_header = asked(&json!({ "model": "main", "user": "c1", "messages": talk() }), &headers).0;
    let by_field = asked(&json!({ "model": "main", "user": "c2", "messages": talk() }), &HeaderMap::new()).0;
    assert_eq!(by_header["user"], by_field["user"]);
}

#[test]
fn nothing_of_the_clients_headers_reaches_the_gateway() {
    let mut headers = HeaderMap::new();
    for name in
        ["x-forwarded-for", "forwarded", "x-real-ip", "cookie", "authorization", "x-openclaw-session-key"]
    {
        headers.insert(name, HeaderValue::from_static("x"));
    }
    let body = json!({ "model": "main", "messages": talk() }).to_string();
    let question = rewrite(body.as_bytes(), &headers, &agents()).unwrap();
    assert_eq!(question.request.headers.keys().collect::<Vec<_>>(), [&header::CONTENT_TYPE]);
}

#[test]
fn what_cannot_be_understood_is_refused() {
    for question in [
        "",
        "[]",
        "{",
        r#"{"model":"main"}"#,
        r#"{"model":"main","messages":[]}"#,
        r#"{"model":"main","messages":["hi"]}"#,
        r#"{"messages":[{}]}"#,
        r#"{"model":"main","messages":[{}],"stream":"yes"}"#,
        r#"{"model":"main","messages":[{}],"user":7}"#,
    ] {
        assert_eq!(refused(question), Code::BadRequest, "{question}");
    }
    assert_eq!(refused(r#"{"model":"ghost","messages":[{}]}"#), Code::UnknownAgent);
}

proptest::proptest! {
    #[test]
    fn any_bytes_are_survived(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200)) {
        let _ = rewrite(&bytes, &HeaderMap::new(), &agents());
    }
}

/// Any JSON, most of it with the fields of a chat.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "main|coder|openclaw/main|user|system|[ -~]{0,8}".prop_map(Value::from),
    ];
    let key = "model|messages|role|content|stream|user|[a-z]{0,4}";
    leaf.prop_recursive(4, 40, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((key, inner), 0..7)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_bytes_are_a_question_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
        prop_assert!(rewrite(&bytes, &HeaderMap::new(), &agents()).is_err());
    }

    #[test]
    fn any_json_is_refused_or_becomes_a_sound_question_of_the_callers_own_agent(
        mut body in any_json(), sound in any::<bool>(), conversation in prop::option::of("[ -~]{0,20}"),
    ) {
        if sound && let Some(fields) = body.as_object_mut() {
            fields.insert("model".to_owned(), "coder".into());
            fields.insert("messages".to_owned(), talk());
            fields.retain(|name, _| name != "stream" && name != "user");
        }
        let is_sound = sound && body.is_object();
        let name = HeaderName::from_static(CONVERSATION);
        let headers = conversation.map(|it| (name, HeaderValue::try_from(it).unwrap()));
        let headers: HeaderMap = headers.into_iter().collect();
        let rewritten = rewrite(body.to_string().as_bytes(), &headers, &agents());
        prop_assert!(rewritten.is_ok() || !is_sound, "a sound question was refused");
        let Ok(rewritten) = rewritten else { return Ok(()) };
        let sent: Value = serde_json::from_slice(&rewritten.request.body).unwrap();
        prop_assert!(["openclaw/main", "openclaw/coder"].map(Value::from).contains(&sent["model"]));
        let session = sent["user"].as_str().unwrap();
        prop_assert!(session.len() == 35 && session.starts_with("v1-"));
        prop_assert!(sent["messages"].as_array().is_some_and(|it| !it.is_empty()));
        prop_assert_eq!(rewritten.request.headers.len(), 1);
        for (name, value) in body.as_object().unwrap() {
            let ours = ["model", "user", "messages"].contains(&name.as_str());
            prop_assert!(ours || sent[name] == *value, "{} was changed", name);
        }
    }
}
