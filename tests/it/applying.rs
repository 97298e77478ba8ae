//! A changed set-up and a running agent, on the real gateway: what can goes live in the middle of an answer, a key
//! that is replaced waits for its end, a key that is deleted does not.

use http::Method;
use mosaic_model_server::{ModelServer, ModelServerConfig};
use serde_json::{Value, json};

use crate::support::{
    Mosaic, Person, agent, chat, chat_whole, delete, eventually, get, patch, post, versioned,
};

const KEY: &str = "sk-first-0123456789abcdef";
const OTHER_KEY: &str = "sk-other-0123456789abcdef";
/// An answer of ten seconds and more.
const LONG: &str = "@model deltas 40 250";
const LAST_DELTA: &str = "40";

async fn model_server() -> ModelServer {
    let config = ModelServerConfig {
        listen: "0.0.0.0:0".parse().expect("an address"),
        keys: vec![KEY.to_owned(), OTHER_KEY.to_owned()],
        ..ModelServerConfig::default()
    };
    ModelServer::start(config).await.expect("a free port")
}

/// What becomes of the set-up of somebody's cell.
async fn config(mosaic: &Mosaic, person: &Person) -> Value {
    get(&mosaic.url("/api/cell"), &person.token).await.json()["config"].clone()
}

async fn until_config(mosaic: &Mosaic, person: &Person, wanted: Value) {
    eventually("its configuration stands so", async || {
        (config(mosaic, person).await == wanted).then_some(())
    })
    .await;
}

/// Waits until the model is asked once more than so often.
async fn until_asked(models: &ModelServer, before: usize) {
    eventually("the model is asked", async || (models.requests().len() > before).then_some(())).await;
}

#[tokio::test]
async fn a_change_goes_live_in_the_middle_of_an_answer_and_keys_come_and_go_by_restart() {
    let models = model_server().await;
    let port = models.addr().port();
    let mosaic = Mosaic::start(agent()).await;
    mosaic.set("allowed_egress", &format!("host.mosaic.internal:{port}"));
    let ann = mosaic.newcomer("ann");
    let made = async |path: &str, body: Value| {
        let reply = post(&mosaic.url(path), &ann.token, &body).await;
        assert_eq!(reply.status.as_u16(), 201, "{reply:?}");
        reply.json()["id"].as_str().expect("an id").to_owned()
    };
    let provider = json!({ "name": "models", "kind": "openai-completions", "api_key": KEY,
        "base_url": format!("http://host.mosaic.internal:{port}/v1"), "models": ["fake-small", "fake-large"] });
    let provider = made("/api/providers", provider).await;
    let on = |slug: &str, model: &str| json!({ "slug": slug, "name": slug, "emoji": "🧩", "provider_id": provider, "model": model });
    let main = made("/api/agents", on("main", "fake-small")).await;
    let mut coder = on("coder", "fake-large");
    coder["fallbacks"] = json!([{ "provider_id": provider, "model": "fake-small" }]);
    coder["tools"] = json!({ "profile": "coding", "deny": ["exec"] });
    made("/api/agents", coder).await;

    // The first start, and the first answer: to an agent on the other model.
    let question = json!({ "model": "coder", "messages": [{ "role": "user", "content": "hello" }] });
    let said = post(&mosaic.url("/v1/chat/completions"), &ann.token, &question).await;
    assert_eq!(said.status.as_u16(), 200, "{said:?}");
    assert_eq!(models.requests().last().map(|it| it.model().to_owned()).as_deref(), Some("fake-large"));
    let containers = mosaic.containers();
    assert_eq!(config(&mosaic, &ann).await, json!({ "state": "applied" }));

    // A changed personality goes live beside the stream.
    let asked = models.requests().len();
    let changing = async {
        until_asked(&models, asked).await;
        let change = json!({ "personality": "You speak like a lighthouse keeper." });
        let one = mosaic.url(&format!("/api/agents/{main}"));
        assert_eq!(patch(&one, &ann.token, Some("*"), &change).await.status.as_u16(), 200);
        until_config(&mosaic, &ann, json!({ "state": "applied" })).await;
        get(&mosaic.url("/api/cell"), &ann.token).await.json()["leases"].clone()
    };
    let (answer, leases) = tokio::join!(chat(&mosaic, &ann, "c1", LONG), changing);
    assert!(answer.done && answer.error.is_none() && answer.text.contains(LAST_DELTA), "{answer:?}");
    assert_eq!(leases, 1, "it was live before the answer was over");
    let after = chat(&mosaic, &ann, "c1", "and now?").await;
    assert!(after.done, "{after:?}");
    let request = models.requests().pop().expect("it was asked");
    assert_eq!(request.model(), "fake-small");
    assert!(request.body.to_string().contains("lighthouse keeper"), "{}", request.body);
    assert_eq!(mosaic.containers(), containers, "the container is the same");

    // A replaced key waits for the answer that is on its way, and is used by the next.
    let asked = models.requests().len();
    let replacing = async {
        until_asked(&models, asked).await;
        let key = json!({ "api_key": OTHER_KEY });
        let url = mosaic.url(&format!("/api/providers/{provider}/key"));
        assert_eq!(versioned(Method::PUT, &url, &ann.token, None, Some(&key)).await.status.as_u16(), 204);
        config(&mosaic, &ann).await
    };
    let (answer, pending) = tokio::join!(chat(&mosaic, &ann, "c2", LONG), replacing);
    assert!(answer.done && answer.text.contains(LAST_DELTA), "{answer:?}");
    assert_eq!(pending, json!({ "state": "pending", "how": "restart" }));
    eventually("it is stopped", async || mosaic.containers().is_empty().then_some(())).await;
    assert!(chat(&mosaic, &ann, "c2", "and now?").await.done);
    let key = models.requests().pop().expect("it was asked").key;
    assert_eq!(key.as_deref(), Some(OTHER_KEY));

    // A deleted key is used no more, not by the answer on its way either.
    let asked = models.requests().len();
    let deleting = async {
        until_asked(&models, asked).await;
        let url = mosaic.url(&format!("/api/providers/{provider}?cascade=true"));
        assert_eq!(delete(&url, &ann.token).await.status.as_u16(), 204);
    };
    let (answer, ()) = tokio::join!(chat(&mosaic, &ann, "c3", LONG), deleting);
    assert!(!answer.done && answer.error.is_some(), "{answer:?}");
    assert!(!answer.text.contains(LAST_DELTA), "it was not cut: {answer:?}");
    eventually("it is stopped", async || mosaic.containers().is_empty().then_some(())).await;
    assert_eq!(chat_whole(&mosaic, &ann, "c3", "hello?").await.code(), "no_provider");
}
