//! The real gateway, end to end: the official `openai` client in, a scripted model server as the provider.

use std::process::Command;

use http::StatusCode;
use mosaic_model_server::{ModelServer, ModelServerConfig};
use serde_json::{Value, json};

use crate::support::{Mosaic, Person, agent, chat, chat_whole, ended, post, run};

const KEY: &str = "sk-openclaw-test";
const CLIENT: &str = r#"
import sys
from openai import OpenAI
client = OpenAI(base_url=sys.argv[1], api_key=sys.argv[2], max_retries=0)
assert [model.id for model in client.models.list()] == ["main"]
stream = client.chat.completions.create(model="main", user="c1", stream=True,
    messages=[{"role": "user", "content": "hello from python"}])
print("streamed:", "".join(chunk.choices[0].delta.content or "" for chunk in stream if chunk.choices))
whole = client.chat.completions.create(model="main", user="c1", messages=[{"role": "user", "content": "and again"}])
print("whole:", whole.choices[0].message.content)
assert whole.object == "chat.completion" and whole.choices[0].finish_reason == "stop" and whole.usage.total_tokens > 0, whole
try:
    client.chat.completions.create(model="ghost", messages=[{"role": "user", "content": "x"}])
except Exception as error:
    print("refused:", error.status_code, error.body["code"])
"#;

#[expect(clippy::disallowed_methods, reason = "the test command hands its Python over in the environment")]
fn python() -> String {
    std::env::var("MOSAIC_TEST_PYTHON").unwrap_or_else(|_| "python3".to_owned())
}

async fn model_server() -> ModelServer {
    let config = ModelServerConfig {
        listen: "0.0.0.0:0".parse().expect("an address"),
        keys: vec![KEY.to_owned()],
        ..ModelServerConfig::default()
    };
    ModelServer::start(config).await.expect("a free port")
}

/// The gateway fills in `${NAME}` wherever its configuration has it, and refuses one that it cannot fill in.
#[tokio::test]
async fn a_personality_reaches_the_model_as_its_author_wrote_it() {
    const PERSONALITY: &str = "You know ${MOSAIC_NO_SUCH_VARIABLE} and $${HOME} by heart.";
    let models = model_server().await;
    let port = models.addr().port();
    let mosaic = Mosaic::start(agent()).await;
    mosaic.set("allowed_egress", &format!("host.mosaic.internal:{port}"));
    let ann = mosaic.newcomer("ann");
    let url = format!("http://host.mosaic.internal:{port}/v1");
    let user = ["--user", &ann.email];
    let provider = ["provider", "add", "--name", "models", "--base-url", &url, "--model", "fake-small"];
    mosaic.command(&[&provider[..], &user].concat(), KEY);
    let who = ["--name", "Ada ${HOME}", "--personality", PERSONALITY];
    let agent = [&["agent", "add", "--model", "models/fake-small"][..], &who, &user].concat();
    mosaic.command(&agent, "");
    let said = chat(&mosaic, &ann, "c1", "hello").await;
    assert!(said.done && said.error.is_none(), "{said:?}");
    let asked = models.requests().remove(0).body.to_string();
    assert!(asked.contains(PERSONALITY), "{asked}");
}

#[tokio::test]
async fn the_official_client_chats_with_the_users_own_openclaw() {
    let models = model_server().await;
    let port = models.addr().port();
    let mosaic = Mosaic::start(agent()).await;
    mosaic.set("allowed_egress", &format!("host.mosaic.internal:{port}"));
    let ann = mosaic.person_with_key("ann", &format!("http://host.mosaic.internal:{port}/v1"), KEY);

    let mut client = Command::new(python());
    client.args(["-c", CLIENT, &mosaic.url("/v1"), &ann.token]);
    let (output, error, succeeded) =
        tokio::task::spawn_blocking(move || run(&mut client, "")).await.expect("it ends");
    assert!(
        succeeded,
        "{error}\n(the test command installs the `openai` package and names its Python in MOSAIC_TEST_PYTHON)"
    );
    assert!(output.contains("streamed:") && output.contains("hello from python"), "{output}");
    assert!(
        output.contains("and again") && output.contains("2 messages"),
        "the conversation did not go on: {output}"
    );
    assert!(output.contains("refused: 404 unknown_agent"), "{output}");

    let asked = models.requests();
    assert!(
        !asked.is_empty() && asked.len() <= 3,
        "the agent asked its model {} times for two questions",
        asked.len()
    );
    let said = chat(&mosaic, &ann, "c2", "a conversation of its own").await;
    assert!(said.done && said.text.contains("1 message"), "{said:?}");

    // Who does not stream learns as well why a provider refuses.
    let bob = mosaic.person_with_key("bob", &format!("http://host.mosaic.internal:{port}/v1"), "sk-wrong");
    let refused = chat_whole(&mosaic, &bob, "c1", "hello").await;
    assert_eq!(
        (refused.status, refused.code().as_str()),
        (StatusCode::FAILED_DEPENDENCY, "provider_refused")
    );
    let problem = refused.json();
    assert_eq!(problem["error"]["type"], "authentication_error", "{problem}");
    assert!(problem["detail"].as_str().is_some_and(|it| it.contains("401")), "its own words: {problem}");
}

/// Asks in a conversation, and gives its turns when the answer is there.
async fn ask(mosaic: &Mosaic, ann: &Person, conversation: &str, rest: &str, words: &str) -> Vec<Value> {
    let url = mosaic.url(&format!("/api/conversations/{conversation}/turns{rest}"));
    let asked = post(&url, &ann.token, &json!({ "text": words })).await;
    assert_eq!(asked.status, StatusCode::CREATED, "{asked:?}");
    ended(mosaic, ann, conversation).await
}

#[tokio::test]
async fn an_edited_question_reaches_the_model_with_what_came_before_and_without_what_it_replaces() {
    let models = model_server().await;
    let port = models.addr().port();
    let mosaic = Mosaic::start(agent()).await;
    mosaic.set("allowed_egress", &format!("host.mosaic.internal:{port}"));
    let ann = mosaic.person_with_key("ann", &format!("http://host.mosaic.internal:{port}/v1"), KEY);
    let begun = post(&mosaic.url("/api/conversations"), &ann.token, &Value::Null).await.json();
    let conversation = begun["id"].as_str().expect("an id");
    ask(&mosaic, &ann, conversation, "", "My dog is called Rex.").await;
    let turns = ask(&mosaic, &ann, conversation, "", "My cat is called Tom.").await;
    assert!(turns[1]["answer"].as_str().is_some_and(|it| it.contains("2 messages")), "it went on: {turns:?}");
    let edit = format!("/{}/edit", turns[1]["id"].as_str().expect("an id"));
    let turns = ask(&mosaic, &ann, conversation, &edit, "What is my dog called?").await;
    assert_eq!((turns.len(), &turns[1]["state"]), (2, &json!("done")), "{turns:?}");
    assert!(turns[1]["usage"]["prompt_tokens"].as_u64().is_some_and(|it| it > 0), "{turns:?}");
    let told = models.requests().pop().expect("asked").body.to_string();
    assert!(told.contains("Rex") && told.contains("What is my dog called?"), "{told}");
    assert!(!told.contains("Tom"), "{told}");
}
