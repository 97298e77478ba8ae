//! The settings pages.

use http::Method;
use serde_json::json;
use tokio::task::JoinSet;

use super::looks::{self, NETWORK};
use super::{ADMIN, PASSWORD, Setting, only_refusals};
use crate::support::{Chromium, axe, eventually, get, post, request};

/// A second browser of the same administrator.
async fn another(setting: &Setting, path: &str) -> Chromium {
    let browser = Chromium::start().await;
    browser.open(&setting.mosaic.url(path)).await;
    browser.fill("#email", ADMIN).await;
    browser.fill("#password", PASSWORD).await;
    browser.press("Sign in").await;
    browser.is_at(path).await;
    browser
}

#[tokio::test]
async fn a_setting_is_changed_and_of_two_editors_the_second_is_told_and_decides() {
    let setting = Setting::signed_in().await;
    let (first, axe) = (&setting.browser, axe());
    setting.open("/settings/system").await;
    first.css("#setting-idle_timeout_secs").await;
    let second = another(&setting, "/settings/system").await;
    second.css("#setting-idle_timeout_secs").await;
    looks::look(first, &axe, "system").await;

    first.fill("#setting-idle_timeout_secs", "soon").await;
    first.says("1 change is not saved.").await;
    first.press("Save").await;
    first.css(".field.invalid #setting-idle_timeout_secs").await;
    first.fill("#setting-idle_timeout_secs", "600").await;
    first.press("Save").await;
    first.says("Saved.").await;
    assert_eq!(setting.mosaic.command(&["config", "get", "idle_timeout_secs"], "").trim(), "600");

    second.fill("#setting-idle_timeout_secs", "900").await;
    second.press("Save").await;
    second.says("has saved this meanwhile").await;
    second.says("600").await;
    looks::look(&second, &axe, "system-conflict").await;
    second.press("Save mine over it").await;
    second.says("Saved.").await;
    assert_eq!(setting.mosaic.command(&["config", "get", "idle_timeout_secs"], "").trim(), "900");
    only_refusals(first, &[NETWORK, &["422 (Unprocessable"]].concat()).await;
    only_refusals(&second, &[NETWORK, &["412 (Precondition Failed)"]].concat()).await;
}

#[tokio::test]
async fn a_provider_is_renamed_and_of_two_editors_the_second_takes_what_was_saved() {
    let setting = Setting::signed_in().await;
    let (browser, axe) = (&setting.browser, axe());
    setting.open("/settings/providers").await;
    browser.says("1 agent uses it").await;
    looks::look(browser, &axe, "providers").await;
    browser.press("Open models").await;
    browser.css("#name").await;
    looks::look(browser, &axe, "provider").await;
    let here = "return location.pathname";
    let path = browser.script(here).await.as_str().expect("a path").to_owned();
    let second = another(&setting, &path).await;
    second.css("#name").await;
    browser.fill("#name", "first").await;
    browser.press("Save").await;
    browser.css("h1").await;
    browser.says("first").await;
    second.fill("#name", "second").await;
    second.press("Save").await;
    second.says("has saved this meanwhile").await;
    second.press("Take what was saved").await;
    second.says("Used by").await;
    eventually("the name is the saved one", async || {
        let name = second.css("#name").await.prop("value").await.ok().flatten();
        (name.as_deref() == Some("first")).then_some(())
    })
    .await;
    second.press("Remove first").await;
    second.css("dialog[open]").await;
    looks::look(&second, &axe, "provider-remove").await;
    second.press("Remove with its agents").await;
    second.says("You have no provider yet.").await;
}

#[tokio::test]
async fn an_agent_is_made_changed_and_of_two_editors_the_second_is_told() {
    let setting = Setting::signed_in().await;
    let (browser, axe) = (&setting.browser, axe());
    setting.open("/settings/agents").await;
    browser.says("Main").await;
    looks::look(browser, &axe, "agents").await;
    browser.press("Add an agent").await;
    browser.press("Add").await;
    browser.says("Give it a name").await;
    browser.says("Choose a model").await;
    browser.fill("#agent-name", "Ada Lovelace").await;
    browser.fill("#personality", "Dry wit.").await;
    pick(browser, "#agent-model", "m · models").await;
    looks::look(browser, &axe, "agent-new").await;
    browser.press("Add").await;
    browser.is_at("/settings/agents").await;
    browser.press("Open Ada Lovelace").await;
    browser.says("ada-lovelace").await;
    let path = browser.script("return location.pathname").await.as_str().expect("a path").to_owned();
    let second = another(&setting, &path).await;
    second.css("#agent-name").await;
    browser.fill("#personality", "Warm and plain.").await;
    browser.press("Save").await;
    // With nothing left to save the button rests.
    browser.css("form button[type=submit]:disabled").await;
    second.fill("#personality", "Terse.").await;
    second.press("Save").await;
    second.says("has saved this meanwhile").await;
    second.says("Warm and plain.").await;
    looks::look(&second, &axe, "agent-conflict").await;
    second.press("Save mine over it").await;
    eventually("it is saved", async || {
        let question = "return document.querySelector('.conflict') === null";
        (second.script(question).await == true).then_some(())
    })
    .await;
    second.press("Remove Ada Lovelace").await;
    second.css("dialog[open] .danger").await.click().await.expect("a button");
    second.is_at("/settings/agents").await;
    only_refusals(&second, &[NETWORK, &["412 (Precondition Failed)"]].concat()).await;
}

/// Chooses in a select, by the words.
async fn pick(browser: &Chromium, field: &str, words: &str) {
    let select = browser.css(field).await;
    select.select_by_label(words).await.unwrap_or_else(|error| panic!("{words} in {field}: {error}"));
}

#[tokio::test]
async fn an_openid_provider_is_saved_and_every_settings_page_is_sound() {
    let setting = Setting::signed_in().await;
    let (browser, axe) = (&setting.browser, axe());
    setting.open("/settings/sign-in").await;
    browser.says(ADMIN).await;
    browser.fill("#oidc-name", "Example Inc.").await;
    browser.press("Save").await;
    browser.says("Enter the provider's address").await;
    looks::look(browser, &axe, "sign-in-settings").await;
    // Nothing answers there.
    browser.fill("#oidc-issuer", "http://127.0.0.1:9").await;
    browser.fill("#oidc-client", "mosaic").await;
    browser.fill("#oidc-secret", "a secret of the client's").await;
    browser.press("Save").await;
    browser.press("Check the provider").await;
    browser.says("People could not sign in through it.").await;
    looks::look(browser, &axe, "sign-in-settings-saved").await;
    setting.open("/settings/providers/new").await;
    browser.says("Anthropic").await;
    looks::look(browser, &axe, "provider-new").await;
    only_refusals(browser, &[NETWORK, &["404 (Not Found)"]].concat()).await;
}

#[tokio::test]
async fn the_palette_goes_anywhere_from_the_keyboard() {
    let setting = Setting::signed_in().await;
    let (browser, axe) = (&setting.browser, axe());
    let open = json!({ "key": "k", "ctrlKey": true, "bubbles": true, "cancelable": true });
    let open = format!("window.dispatchEvent(new KeyboardEvent('keydown', {open}))");
    browser.script(&open).await;
    browser.css("dialog.palette[open] input:focus").await;
    looks::look(browser, &axe, "palette").await;
    browser.keys("devi").await;
    let enter = char::from(fantoccini::key::Key::Enter).to_string();
    browser.keys(&enter).await;
    browser.is_at("/account/devices").await;
    browser.css("main h1:focus").await;
    browser.script(&open).await;
    browser.css("dialog.palette[open]").await;
    browser.keys(&char::from(fantoccini::key::Key::Escape).to_string()).await;
    eventually("the palette is closed", async || {
        (browser.script("return !document.querySelector('dialog.palette')").await == true).then_some(())
    })
    .await;
}

#[tokio::test]
async fn the_state_of_the_agent_is_told_and_it_is_put_to_sleep() {
    let setting = Setting::signed_in().await;
    let (browser, axe) = (&setting.browser, axe());
    browser.named("Your agent: Asleep").await;
    browser.fill("#words", "hello there").await;
    browser.press("Send").await;
    browser.css(".message.agent:not([aria-busy])").await;
    browser.press("Your agent: Running").await;
    browser.says("Your agent is running").await;
    looks::look(browser, &axe, "agent-story").await;
    browser.press("Put it to sleep").await;
    browser.named("Your agent: Asleep").await;
    only_refusals(browser, NETWORK).await;
}

#[tokio::test]
async fn a_change_that_waits_for_an_answer_is_told_and_can_be_had_at_once() {
    let setting = Setting::signed_in().await;
    let (mosaic, browser) = (&setting.mosaic, &setting.browser);
    let token = mosaic.command(&["token", "create", "--user", ADMIN], "");
    let providers = get(&mosaic.url("/api/providers"), &token).await.json();
    let provider = providers["providers"][0]["id"].as_str().expect("one").to_owned();
    let question = json!({
        "model": "main", "stream": true,
        "messages": [{ "role": "user", "content": "/standin slow 1000 100" }],
    });
    let (url, bearer) = (mosaic.url("/v1/chat/completions"), token.clone());
    let mut under_way = JoinSet::new();
    under_way.spawn(async move { post(&url, &bearer, &question).await });
    browser.named("Your agent: Running").await;
    let key = json!({ "api_key": "sk-another" }).to_string();
    let url = mosaic.url(&format!("/api/providers/{provider}/key"));
    assert!(request(Method::PUT, &url, &token, &key).await.status.is_success());
    browser.open(&mosaic.url("/settings/agents")).await;
    browser.says("What you changed applies at the next pause").await;
    looks::look(browser, &axe(), "agent-change").await;
    browser.press("Apply now, even in the middle of an answer").await;
    eventually("it is applied", async || {
        let cell = get(&mosaic.url("/api/cell"), &token).await.json();
        (cell["config"]["state"] == "applied").then_some(())
    })
    .await;
    under_way.join_next().await.expect("it was asked").expect("it was cut honestly");
    only_refusals(browser, NETWORK).await;
}
