//! The first set-up in a browser, from an empty database to the first answer.

use fantoccini::key::Key;
use mosaic_model_server::{ModelServer, ModelServerConfig};

use super::looks::{self, NETWORK};
use super::{ADMIN, PASSWORD, only_refusals};
use crate::support::{CLIENT_SECRET, Chromium, Mosaic, OidcProvider, agent, axe, log_in_there, standin};

const KEY: &str = "sk-set-up-test-0123456789";

/// What the page was told before it was set up, and of a wrong code.
const REFUSED: &[&str] = &["409 (Conflict)", "401 (Unauthorized)", "403 (Forbidden)"];

/// A model server at an address that is open to users, and what to type to reach it.
async fn model_server(mosaic: &Mosaic) -> (ModelServer, String) {
    let config = ModelServerConfig {
        // Mosaic tries it from the host, and the agent asks it out of its container.
        listen: "0.0.0.0:0".parse().expect("an address"),
        keys: vec![KEY.to_owned()],
        models: vec!["small".to_owned(), "large".to_owned()],
        only_these_models: true,
        ..ModelServerConfig::default()
    };
    let server = ModelServer::start(config).await.expect("a free port");
    let address = format!("host.mosaic.internal:{}", server.addr().port());
    mosaic.set("allowed_egress", &address);
    (server, format!("http://{address}/v1"))
}

async fn become_administrator(browser: &Chromium, mosaic: &Mosaic) {
    browser.open(&mosaic.url(&format!("/setup#{}", mosaic.setup_code()))).await;
    browser.fill("#email", ADMIN).await;
    browser.fill("#new-password", PASSWORD).await;
    browser.fill("#new-password-again", PASSWORD).await;
    browser.press("Continue").await;
    browser.says("How people sign in").await;
}

#[tokio::test]
async fn a_new_installation_is_set_up_in_a_browser_and_answers() {
    let mosaic = Mosaic::start_new(agent()).await;
    let (server, base_url) = model_server(&mosaic).await;
    let (browser, axe) = (Chromium::start().await, axe());
    browser.open(&mosaic.url("/")).await;
    browser.is_at("/setup").await;
    browser.press("Continue").await;
    browser.says("Enter the set-up code").await;
    browser.fill("#setup-code", "0000-0000").await;
    browser.fill("#email", ADMIN).await;
    browser.fill("#new-password", PASSWORD).await;
    browser.fill("#new-password-again", PASSWORD).await;
    browser.press("Continue").await;
    browser.says("This is not the set-up code").await;
    looks::look(&browser, &axe, "setup-administrator").await;

    become_administrator(&browser, &mosaic).await;
    browser.is_at("/setup").await;
    browser.press("Save").await;
    browser.says("Enter the provider's address").await;
    looks::look(&browser, &axe, "setup-sign-in").await;
    browser.press("Skip for now").await;

    browser.says("Where your models come from").await;
    browser.press("Test connection").await;
    browser.says("Choose where your models come from").await;
    browser.script("document.querySelector('input[value=openai-compatible]').click()").await;
    browser.fill("#base-url", &base_url).await;
    browser.fill("#api-key", "sk-wrong").await;
    browser.press("Test connection").await;
    browser.says("It does not work yet").await;
    browser.css(".trial .bad").await;
    looks::look(&browser, &axe, "setup-model-refused").await;
    browser.fill("#api-key", KEY).await;
    browser.press("Test connection").await;
    browser.says("It answers, with 2 models").await;
    browser.script("document.querySelectorAll('input[name=model]')[1].click()").await;
    browser.says("It works: the first word came after").await;
    looks::look(&browser, &axe, "setup-model").await;
    browser.press("Continue").await;

    browser.says("Your first agent").await;
    browser.fill("#agent-name", "Ada").await;
    // Back and forth loses nothing, and what is saved is not asked for again.
    browser.press("Back").await;
    browser.says("Your provider is saved").await;
    assert_eq!(value(&browser, "#base-url").await, base_url);
    browser.press("Continue").await;
    browser.says("Your first agent").await;
    assert_eq!(value(&browser, "#agent-name").await, "Ada");
    looks::look(&browser, &axe, "setup-agent").await;
    browser.press("Start talking").await;

    browser.says("Say hello").await;
    browser.fill("#words", "hello there").await;
    browser.press("Send").await;
    browser.css(".message.agent:not([aria-busy])").await;
    browser.says("You said: “hello there”").await;
    let asked = server.requests().last().expect("the model was asked").body.to_string();
    assert!(asked.contains("large") && asked.contains("hello there"), "{asked}");
    looks::look(&browser, &axe, "setup-chat").await;
    browser.press("Open Mosaic").await;
    browser.is_at("/").await;
    browser.says("hello there").await;
    browser.open(&mosaic.url("/setup")).await;
    browser.is_at("/").await;
    only_refusals(&browser, &[NETWORK, REFUSED].concat()).await;
}

#[tokio::test]
async fn the_set_up_connects_a_provider_and_tries_a_login_there_that_signs_nobody_in() {
    let mosaic = Mosaic::start_new(standin()).await;
    let provider = OidcProvider::start(&mosaic).await;
    let (browser, axe) = (Chromium::start().await, axe());
    become_administrator(&browser, &mosaic).await;
    browser.fill("#oidc-name", "Example").await;
    browser.fill("#oidc-issuer", "http://localhost:9/nothing").await;
    browser.fill("#oidc-client", "mosaic").await;
    browser.fill("#oidc-secret", CLIENT_SECRET).await;
    browser.press("Save").await;
    browser.says("The provider is saved").await;
    browser.press("Try a login").await;
    browser.css(".notice.failed").await;
    looks::look(&browser, &axe, "setup-sign-in-refused").await;
    // What was typed is still there, and only the address has to be mended.
    browser.press("Change").await;
    assert_eq!(value(&browser, "#oidc-client").await, "mosaic");
    browser.fill("#oidc-issuer", &provider.issuer()).await;
    browser.press("Save").await;
    browser.says("The provider is saved").await;
    browser.press("Try a login").await;
    log_in_there(&browser, "bob").await;
    browser.says("This login would work.").await;
    browser.says("bob@example.org (verified)").await;
    looks::look(&browser, &axe, "setup-sign-in-tried").await;
    assert_eq!(mosaic.command(&["user", "list"], "").lines().count(), 1, "nobody is new");
    browser.press("Continue").await;
    browser.says("Where your models come from").await;

    // The address where nothing listens, and what the provider's own page lacks.
    let (issuer, fonts) = (provider.issuer(), "fonts.googleapis.com");
    only_refusals(&browser, &[NETWORK, REFUSED, &["422 (Unprocessable", &issuer, fonts]].concat()).await;
}

/// What stands in a field.
async fn value(browser: &Chromium, field: &str) -> String {
    browser.css(field).await.prop("value").await.expect("a field").unwrap_or_default()
}

#[tokio::test]
async fn the_set_up_goes_on_where_it_was_left_in_another_browser() {
    let mosaic = Mosaic::start_new(standin()).await;
    let browser = Chromium::start().await;
    become_administrator(&browser, &mosaic).await;
    browser.press("Skip for now").await;
    browser.says("Where your models come from").await;
    browser.client.refresh().await.expect("a page to load again");
    browser.says("Where your models come from").await;

    let other = Chromium::start().await;
    other.open(&mosaic.url("/sign-in")).await;
    other.is_at("/setup").await;
    other.says("Go on with the set-up").await;
    other.fill("#email", ADMIN).await;
    other.fill("#password", PASSWORD).await;
    other.press("Sign in").await;
    other.says("Where your models come from").await;
    other.press("Sign-in").await;
    other.says("How people sign in").await;
}

#[tokio::test]
async fn the_set_up_is_done_with_the_keyboard_alone() {
    let mosaic = Mosaic::start_new(standin()).await;
    let (_server, base_url) = model_server(&mosaic).await;
    let browser = Chromium::start().await;
    let (tab, enter) = (char::from(Key::Tab), char::from(Key::Enter));
    browser.open(&mosaic.url(&format!("/setup#{}", mosaic.setup_code()))).await;
    browser.css("#email").await;
    browser.script("document.querySelector('#email').focus()").await;
    // Between the two passwords is the button that shows the first.
    browser.keys(&format!("{ADMIN}{tab}{PASSWORD}{tab}{tab}{PASSWORD}{enter}")).await;
    browser.says("How people sign in").await;
    browser.css("h1:focus").await;
    focus_button(&browser, "Skip for now").await;
    browser.keys(&enter.to_string()).await;
    browser.says("Where your models come from").await;
    // A new step takes the focus to its heading: not while something is typed.
    browser.css("h1:focus").await;
    browser.css("input[value=openai-compatible]").await;
    browser.script("document.querySelector('input[value=openai-compatible]').focus()").await;
    browser.keys(" ").await;
    browser.css("#base-url").await;
    // Past the other presets' group, which is one stop, to the address and the key.
    browser.keys(&tab.to_string()).await;
    browser.css("#base-url:focus").await;
    browser.keys(&format!("{base_url}{tab}{KEY}{enter}")).await;
    browser.says("It answers, with 2 models").await;
    browser.script("document.querySelector('input[name=model]').focus()").await;
    browser.keys(" ").await;
    browser.says("It works: the first word came after").await;
    focus_button(&browser, "Continue").await;
    browser.keys(&enter.to_string()).await;
    browser.css("#agent-name").await;
    browser.css("h1:focus").await;
    browser.script("document.querySelector('#agent-name').focus()").await;
    browser.keys(&enter.to_string()).await;
    browser.says("Say hello").await;
    browser.css("#words").await;
}

/// Puts the focus on a button the way Tab would come to it: nothing that is reached here is out of the tab order.
async fn focus_button(browser: &Chromium, words: &str) {
    let script = format!(
        "const it = [...document.querySelectorAll('button')].find(it => it.textContent.trim() === '{words}');\
         it.focus(); return it.tabIndex === 0"
    );
    assert_eq!(browser.script(&script).await, true, "{words} is out of the tab order");
}
