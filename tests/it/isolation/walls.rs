//! From inside one user's container: what can be reached, and what cannot.

use serde_json::Value;

use crate::support::{Mosaic, Person, chat_whole, docker, get, standin};

const NO_MODELS: &str = "http://standin.invalid/v1";

/// Has the agent's container do something, and gives its report.
async fn order(mosaic: &Mosaic, person: &Person, words: &str) -> String {
    let reply = chat_whole(mosaic, person, "probe", words).await;
    let text = reply.json()["choices"][0]["message"]["content"].as_str().map(ToOwned::to_owned);
    text.unwrap_or_else(|| panic!("{words}: {reply:?}"))
}

fn address(container: &str) -> (String, String) {
    let text = docker(&["inspect", "--format", "{{json .NetworkSettings.Networks}}", container]);
    let networks: Value = serde_json::from_str(&text).expect("JSON");
    let network = networks.as_object().and_then(|it| it.values().next()).expect("one network").clone();
    let field = |name: &str| network[name].as_str().expect("an address").to_owned();
    (field("IPAddress"), field("Gateway"))
}

#[tokio::test]
async fn two_users_have_nothing_in_common() {
    let mosaic = Mosaic::start(standin()).await;
    let (ann, bob) = (mosaic.person("ann", NO_MODELS), mosaic.person("bob", NO_MODELS));
    order(&mosaic, &ann, "hello").await;
    let anns = mosaic.containers();
    order(&mosaic, &bob, "hello").await;
    let bobs: Vec<String> = mosaic.containers().into_iter().filter(|it| !anns.contains(it)).collect();
    assert_eq!((anns.len(), bobs.len()), (1, 1));
    assert_eq!(mosaic.engine_objects(&["network", "ls", "-q"]).len(), 2);
    assert_eq!(mosaic.engine_objects(&["volume", "ls", "-q"]).len(), 2);
    let (bobs_address, _) = address(&bobs[0]);
    let (_, gateway) = address(&anns[0]);
    let port = mosaic.internal_url().rsplit(':').next().expect("a port").to_owned();
    let public = mosaic.url("").rsplit(':').next().expect("a port").to_owned();
    for (target, reached) in [
        (format!("{bobs_address}:18789"), false),
        (format!("{gateway}:{public}"), false),
        (format!("{gateway}:22"), false),
        ("169.254.169.254:80".to_owned(), false),
        ("172.17.0.1:80".to_owned(), false),
        (format!("{gateway}:{port}"), true),
    ] {
        let report = order(&mosaic, &ann, &format!("/standin probe {target}")).await;
        assert_eq!(report.contains("connected"), reached, "{target}: {report}");
    }
    // Ann's container has her gateway token; it opens her configuration and nobody else's.
    let token = order(&mosaic, &ann, "/standin read /run/mosaic/token").await;
    let token = token
        .split(|c: char| !c.is_ascii_hexdigit())
        .find(|it| it.len() == 64)
        .expect("her token")
        .to_owned();
    for (person, status) in [(&ann, 200), (&bob, 401)] {
        let me = get(&mosaic.url("/api/me"), &person.token).await.json();
        let path = format!("/api/internal/agent-config/user-{}", me["id"].as_str().expect("an id"));
        assert_eq!(get(&format!("{}{path}", mosaic.internal_url()), &token).await.status.as_u16(), status);
    }
}
