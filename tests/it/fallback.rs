//! A configuration that the gateway refuses: the agent goes on with the last one that was healthy, and says so.

use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{Mosaic, Person, call, chat, eventually, get, post, standin};

const NO_MODELS: &str = "http://standin.invalid/v1";

async fn cell(mosaic: &Mosaic, person: &Person) -> Value {
    get(&mosaic.url("/api/cell"), &person.token).await.json()
}

/// Has the agent start anew, and answer.
async fn start_anew(mosaic: &Mosaic, person: &Person) {
    let stopped = post(&mosaic.url("/api/cell/stop"), &person.token, &json!({})).await;
    assert_eq!(stopped.status, StatusCode::NO_CONTENT, "{stopped:?}");
    let answer = chat(mosaic, person, "c", "hello").await;
    assert!(answer.done, "{answer:?}");
}

#[tokio::test]
async fn a_refused_configuration_is_stood_in_for_by_the_last_healthy_one_which_is_said() {
    let mosaic = Mosaic::start(standin()).await;
    let ann = mosaic.person("ann", NO_MODELS);
    assert!(chat(&mosaic, &ann, "c", "hello").await.done);
    eventually("the first configuration is known to be healthy", async || {
        let healthy: i64 = sqlx::query_scalar("SELECT count(*) FROM config_revisions WHERE fate = 'healthy'")
            .fetch_one(&mut mosaic.database().await)
            .await
            .expect("a number");
        (healthy == 1).then_some(())
    })
    .await;

    let refused = json!({ "name": "others", "kind": "openai-completions", "models": ["m"],
        "base_url": "http://standin.invalid/die-at-start/code=78", "api_key": "sk-of-the-others" });
    let added = post(&mosaic.url("/api/providers"), &ann.token, &refused).await;
    assert_eq!(added.status, StatusCode::CREATED, "{added:?}");
    start_anew(&mosaic, &ann).await;
    let shown = cell(&mosaic, &ann).await;
    assert_eq!((&shown["state"], &shown["revision"]), (&json!("running"), &json!(1)), "{shown}");
    let fallback = &shown["fallback"];
    assert_eq!((&fallback["revision"], &fallback["refused"]), (&json!(1), &json!(2)), "{shown}");
    assert!(fallback["summary"].as_str().is_some_and(|it| it.contains("revision 1")), "{shown}");
    assert!(fallback["stderr"].as_array().is_some_and(|lines| !lines.is_empty()), "{shown}");
    let id = added.json()["id"].as_str().expect("an id").to_owned();
    let place = format!("models.providers.mx-{}", id.replace('-', ""));
    let told = fallback["difference"].as_array().cloned().unwrap_or_default();
    assert!(told.contains(&json!({ "path": place, "kind": "added" })), "{shown}");
    let text = shown.to_string();
    assert!(!text.contains("sk-") && !text.contains("key:"), "{shown}");

    let url = mosaic.url(&format!("/api/providers/{id}"));
    let authorization = (http::header::AUTHORIZATION, format!("Bearer {}", ann.token));
    let removed = call(Method::DELETE, &url, &[authorization], None).await;
    assert_eq!(removed.status, StatusCode::NO_CONTENT, "{removed:?}");
    start_anew(&mosaic, &ann).await;
    let shown = cell(&mosaic, &ann).await;
    assert_eq!((&shown["revision"], &shown["fallback"]), (&json!(3), &Value::Null), "{shown}");
}
