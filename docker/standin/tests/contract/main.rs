//! One contract, two gateways: what Mosaic relies on, asked of the stand-in and of the real OpenClaw alike.
//!
//! The images come from `cargo xtask image`; `MOSAIC_TEST_STANDIN_IMAGE` and `MOSAIC_TEST_AGENT_IMAGE` name others.
//! Each gateway runs in a container made like a cell's, on a network and a volume of its own that are removed at the
//! end. The only stand-in on the real one's side is the scripted model server.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod cell;
mod client;
mod docker;
mod facts;
mod openclaw_json;
mod service;

use cell::Cell;
use openclaw_json::Draft;

const STANDIN: (&str, &str) = ("MOSAIC_TEST_STANDIN_IMAGE", "mosaic-standin:local");
const AGENT: (&str, &str) = ("MOSAIC_TEST_AGENT_IMAGE", "mosaic-agent:local");

#[tokio::test(flavor = "multi_thread")]
async fn the_standin_keeps_the_contract() {
    facts::hold(&image(STANDIN)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn openclaw_keeps_the_contract() {
    let cell = facts::hold(&image(AGENT)).await;
    // What only the real one can show: our plugin is loaded, and each agent has its own personality.
    let system_prompts = |words: &str| {
        let requests = cell.model.requests();
        let asked =
            requests.iter().filter(|request| request.user_messages().iter().any(|text| text.contains(words)));
        asked.map(|request| request.body["messages"][0].to_string()).collect::<Vec<_>>()
    };
    let (main, coder) = (system_prompts("of alice"), system_prompts("hello there"));
    assert!(!main.is_empty() && main.iter().all(|prompt| prompt.contains("PERSONA-OF-MAIN")));
    assert!(coder.iter().any(|prompt| !prompt.contains("PERSONA-OF-MAIN")));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_standin_refuses_what_openclaw_refuses() {
    refuses_to_start(&image(STANDIN)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn openclaw_refuses_a_config_that_it_does_not_understand() {
    refuses_to_start(&image(AGENT)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_standin_dies_as_ordered() {
    let image = image(STANDIN);
    let at_start =
        Draft { extra_provider: Some("http://standin.invalid/die-at-start?code=3"), ..Draft::default() };
    let mut cell = Cell::create(&image, &at_start).await;
    cell.start();
    assert_eq!(cell.exit_code().await, 3);
    assert!(cell.log().contains("something essential is missing"), "{}", cell.log());

    let mut cell = Cell::create(&image, &Draft::default()).await;
    cell.start();
    cell.wait_ready().await;
    let mut stream = cell.client().chat("main", "u", "please /standin die").await;
    assert!(stream.next_data().await.unwrap().contains("assistant"), "the role chunk comes before the death");
    assert!(!stream.rest().await.contains("[DONE]"));
    assert_eq!(cell.exit_code().await, 137);
}

/// A config with an unknown key or without `gateway.mode` ends in exit code 78, and a refused token in 77.
async fn refuses_to_start(image: &str) {
    let unknown_key = Draft { unknown_key: true, ..Draft::default() };
    let no_mode = Draft { no_mode: true, ..Draft::default() };
    for (draft, said) in [(unknown_key, "Unrecognized key"), (no_mode, "gateway.mode")] {
        let mut cell = Cell::create(image, &draft).await;
        cell.start();
        assert_eq!(cell.exit_code().await, 78, "{}", cell.log());
        assert!(cell.log().contains(said), "{}", cell.log());
    }
    let mut cell = Cell::create(image, &Draft::default()).await;
    cell.start_with_token(&"0".repeat(64));
    assert_eq!(cell.exit_code().await, 77, "{}", cell.log());
}

#[expect(clippy::disallowed_methods, reason = "which image to test is the caller's to say")]
fn image((variable, default): (&str, &str)) -> String {
    let name = std::env::var(variable).unwrap_or_else(|_| default.to_owned());
    assert!(
        docker::succeeds(&["image", "inspect", &name]),
        "there is no image {name}: make it with `cargo xtask image`"
    );
    name
}
