//! The fleet's own agents, in a real browser: declared, talked to, changed, stopped, erased.

use fantoccini::Locator;

use super::looks::{NETWORK, look};
use super::{Setting, only_refusals};
use crate::support::{Chromium, axe, eventually};

/// Presses what is called so in the form, however often that is on the page.
async fn submit(browser: &Chromium, words: &str) {
    let path = format!("//button[@type='submit'][normalize-space()='{words}'][not(@disabled)]");
    let button = browser.client.wait().for_element(Locator::XPath(&path)).await;
    button.unwrap_or_else(|error| panic!("{words}: {error}")).click().await.expect("a button");
}

/// Waits until the page says where the agent is.
async fn stands(browser: &Chromium, word: &str) {
    let shown = "return document.querySelector('main .standing')?.innerText.trim() ?? ''";
    eventually(&format!("it is shown as {word}"), async || {
        (browser.script(shown).await == word).then_some(())
    })
    .await;
}

#[tokio::test]
async fn an_agent_of_the_fleets_own_is_declared_talked_to_changed_and_erased() {
    let setting = Setting::signed_in().await;
    let (browser, axe) = (&setting.browser, axe());
    setting.open("/settings/system-agents").await;
    browser.says("Mosaic has no agent of its own yet.").await;
    look(browser, &axe, "system-agents-none").await;
    browser.press("Declare an agent").await;
    browser.css("#agent-name").await;
    submit(browser, "Declare").await;
    browser.says("Give it a name").await;
    browser.says("Choose where your models come from").await;
    browser.fill("#agent-name", "Concierge").await;
    browser.fill("#personality", "Knows the house.").await;
    browser.script("document.querySelector('input[value=openai-compatible]').click()").await;
    browser.fill("#base-url", "http://standin.invalid/v1").await;
    browser.fill("#api-key", "sk-the-house-0123456789").await;
    submit(browser, "Declare").await;
    browser.says("Choose at least one model").await;
    for model in ["small", "large"] {
        browser.fill("#model-name", model).await;
        browser.press("Add").await;
        browser.says(model).await;
    }
    look(browser, &axe, "system-agent-new").await;
    submit(browser, "Declare").await;

    browser.css("#question").await;
    stands(browser, "Asleep").await;
    assert!(!browser.client.source().await.expect("a page").contains("sk-the-house"), "the key is shown");
    browser.fill("#question", "hello house").await;
    submit(browser, "Ask").await;
    browser.says("You said: hello house").await;
    stands(browser, "Running").await;
    look(browser, &axe, "system-agent").await;
    browser.press("Stop").await;
    stands(browser, "Asleep").await;

    browser.fill("#agent-name", "Porter").await;
    browser.css("#always-on").await.click().await.expect("a switch");
    submit(browser, "Save").await;
    browser.says("stopped by hand").await;
    browser.press("Start").await;
    stands(browser, "Running").await;
    setting.open("/settings/system-agents").await;
    browser.says("Always on").await;
    look(browser, &axe, "system-agents").await;

    browser.press("Open Porter").await;
    browser.press("Erase Porter").await;
    browser.fill("#spelled", "Concierge").await;
    browser.css("dialog .danger").await.click().await.expect("a button");
    browser.says("This is not the same").await;
    look(browser, &axe, "system-agent-erase").await;
    browser.fill("#spelled", "Porter").await;
    browser.css("dialog .danger").await.click().await.expect("a button");
    browser.is_at("/settings/system-agents").await;
    browser.says("Mosaic has no agent of its own yet.").await;
    assert_eq!(setting.mosaic.containers(), Vec::<String>::new());
    only_refusals(browser, NETWORK).await;
}
