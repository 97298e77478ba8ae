//! The server as its clients see it, over a real socket.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper_util::{
    client::legacy::Client,
    rt::{TokioExecutor, TokioTimer},
};
use mosaic_model_server::{Behaviour, ModelServer, ModelServerConfig};
use serde_json::{Value, json};

async fn server() -> ModelServer {
    ModelServer::start(ModelServerConfig { keys: vec!["sk-good".to_owned()], ..Default::default() })
        .await
        .unwrap()
}

async fn post(server: &ModelServer, path: &str, key: &str, body: &Value) -> Response<Incoming> {
    let client = Client::builder(TokioExecutor::new()).pool_timer(TokioTimer::new()).build_http();
    let request = Request::post(format!("http://{}{path}", server.addr()))
        .header("authorization", format!("Bearer {key}"))
        .body(Full::<Bytes>::from(body.to_string()))
        .unwrap();
    client.request(request).await.unwrap()
}

async fn text(response: Response<Incoming>) -> String {
    String::from_utf8(response.into_body().collect().await.unwrap().to_bytes().to_vec()).unwrap()
}

/// The JSON of every `data:` line.
fn data(stream: &str) -> Vec<Value> {
    let lines = stream.lines().filter_map(|line| line.strip_prefix("data: "));
    lines.filter(|data| *data != "[DONE]").map(|data| serde_json::from_str(data).unwrap()).collect()
}

fn hello(stream: bool) -> Value {
    let parts = json!([{ "type": "text", "text": "hello" }]);
    json!({ "model": "demo", "stream": stream, "messages": [{ "role": "user", "content": parts }] })
}

#[tokio::test]
async fn a_chat_streams_its_words_and_ends_with_usage_and_done() {
    let server = server().await;
    let mut body = hello(true);
    body["stream_options"] = json!({ "include_usage": true });
    let response = post(&server, "/v1/chat/completions", "sk-good", &body).await;
    assert_eq!(response.headers()["content-type"], "text/event-stream; charset=utf-8");
    let stream = text(response).await;
    assert!(stream.ends_with("data: [DONE]\n\n"));
    let frames = data(&stream);
    assert_eq!(frames[0]["choices"][0]["delta"]["role"], "assistant");
    let words: String = frames.iter().filter_map(|f| f["choices"][0]["delta"]["content"].as_str()).collect();
    assert!(words.contains("no real model") && words.contains("“hello”"), "{words}");
    assert_eq!(frames[frames.len() - 2]["choices"][0]["finish_reason"], "stop");
    assert!(frames[frames.len() - 1]["usage"]["total_tokens"].as_u64().unwrap() > 0);
}

#[tokio::test]
async fn every_format_answers_whole_and_streamed() {
    let server = server().await;
    for (path, whole, end) in [
        ("/v1/chat/completions", "/choices/0/message/content", "data: [DONE]"),
        ("/v1/responses", "/output/0/content/0/text", "event: response.completed"),
        ("/v1/messages", "/content/0/text", "event: message_stop"),
    ] {
        let reply: Value =
            serde_json::from_str(&text(post(&server, path, "sk-good", &hello(false)).await).await).unwrap();
        assert!(reply.pointer(whole).unwrap().as_str().unwrap().contains("“hello”"), "{path}");
        let stream = text(post(&server, path, "sk-good", &hello(true)).await).await;
        assert!(stream.contains(end), "{path}: {stream}");
    }
}

#[tokio::test]
async fn only_the_configured_keys_are_accepted_and_all_requests_are_remembered() {
    let server = server().await;
    let refused = post(&server, "/v1/chat/completions", "sk-bad", &hello(true)).await;
    assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
    post(&server, "/v1/chat/completions", "sk-good", &hello(false)).await;
    let keys: Vec<_> = server.requests().into_iter().map(|request| request.key.unwrap()).collect();
    assert_eq!(keys, ["sk-bad", "sk-good"]);
    assert_eq!(server.requests()[1].user_messages(), ["hello"]);
    assert_eq!(server.aborted(), 0);
}

#[tokio::test]
async fn a_cut_stream_ends_in_an_error_and_without_done() {
    let server = server().await;
    server.script(Behaviour::Cut { after: 2 });
    let response = post(&server, "/v1/chat/completions", "sk-good", &hello(true)).await;
    let mut body = response.into_body();
    let mut received = String::new();
    loop {
        match body.frame().await {
            Some(Ok(frame)) => received.push_str(std::str::from_utf8(&frame.into_data().unwrap()).unwrap()),
            Some(Err(_)) => break,
            None => panic!("the stream ended as if it were complete: {received}"),
        }
    }
    assert_eq!(data(&received).len(), 3, "the role and two words");
    assert!(!received.contains("[DONE]"));
}

#[tokio::test]
async fn a_client_that_leaves_is_counted() {
    let server = server().await;
    let mut body = hello(true);
    body["messages"][0]["content"] = json!("@model deltas 1000 60000");
    let response = post(&server, "/v1/chat/completions", "sk-good", &body).await;
    assert_eq!(server.aborted(), 0);
    drop(response);
    server.aborted_reach(1).await;
}

#[tokio::test]
async fn a_tool_call_is_asked_for_once_and_its_result_is_answered() {
    let server = server().await;
    let mut body = hello(false);
    body["messages"][0]["content"] = json!("@model tool exec {\"command\":\"ls\"}");
    let reply: Value =
        serde_json::from_str(&text(post(&server, "/v1/chat/completions", "sk-good", &body).await).await)
            .unwrap();
    let call = &reply["choices"][0]["message"]["tool_calls"][0];
    assert_eq!(call["function"], json!({ "name": "exec", "arguments": "{\"command\":\"ls\"}" }));
    body["messages"].as_array_mut().unwrap().push(json!({ "role": "tool", "content": "a file" }));
    let reply = text(post(&server, "/v1/chat/completions", "sk-good", &body).await).await;
    assert!(reply.contains("The tool answered: a file"), "{reply}");
}

#[tokio::test]
async fn a_refusal_has_the_providers_error_format() {
    let server = server().await;
    server.script(Behaviour::Status(429));
    let reply = post(&server, "/v1/chat/completions", "sk-good", &hello(true)).await;
    assert_eq!(reply.status(), StatusCode::TOO_MANY_REQUESTS);
    assert!(text(reply).await.contains("rate_limit_error"));
}
