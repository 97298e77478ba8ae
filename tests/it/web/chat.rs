//! The chat page in a real browser: what is asked, shown, stopped, asked otherwise and found again.

use serde_json::json;

use super::{Setting, draft, looks::look, only_refusals};
use crate::support::{Chromium, axe, eventually};

/// What the last answer says.
async fn last_answer(browser: &Chromium) -> String {
    let script = "return [...document.querySelectorAll('.message.agent .prose')].at(-1)?.innerText ?? ''";
    browser.script(script).await.as_str().unwrap_or_default().to_owned()
}

async fn answers(browser: &Chromium, part: &str) {
    eventually(&format!("an answer says {part:?}"), async || {
        last_answer(browser).await.contains(part).then_some(())
    })
    .await;
}

async fn ask(browser: &Chromium, words: &str) {
    browser.fill("#words", words).await;
    browser.press("Send").await;
}

/// Puts words of several lines into the composer, where Enter would send them.
async fn write(browser: &Chromium, words: &str) {
    let written = "field.dispatchEvent(new InputEvent('input', { bubbles: true }))";
    let script =
        format!("const field = document.querySelector('#words'); field.value = {}; {written}", json!(words));
    browser.script(&script).await;
}

/// The path of the address bar.
async fn path(browser: &Chromium) -> String {
    browser.script("return location.pathname").await.as_str().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn a_conversation_has_an_address_a_reload_and_a_second_tab_show_it() {
    let setting = Setting::signed_in().await;
    let browser = &setting.browser;
    ask(browser, "/standin slow 60 100").await;
    browser.says("Waking your agent").await;
    answers(browser, "1 2 3").await;
    let address = path(browser).await;
    assert!(address.starts_with("/c/"), "{address}");
    // In the middle of the answer.
    browser.client.refresh().await.expect("a page to load again");
    answers(browser, "1 2 3").await;
    let second = Chromium::start().await;
    second.open(&setting.mosaic.url(&address)).await;
    second.fill("#email", super::ADMIN).await;
    second.fill("#password", super::PASSWORD).await;
    second.press("Sign in").await;
    answers(&second, "1 2 3").await;
    // What one tab stops has stopped in the other.
    second.press("Stop").await;
    for tab in [browser, &second] {
        tab.says("Stopped.").await;
        tab.css(".message.agent:not([aria-busy])").await;
    }
    assert_eq!(last_answer(browser).await, last_answer(&second).await);
    ask(&second, "hello from the other tab").await;
    answers(browser, "hello from the other tab").await;
    // Going back in the list, and on to it again.
    browser.press("New chat").await;
    browser.is_at("/").await;
    browser.says("Talk to Main").await;
    browser.client.back().await.expect("a page before");
    answers(browser, "hello from the other tab").await;
    only_refusals(&second, &["401 (Unauthorized)"]).await;
}

#[tokio::test]
async fn a_cut_line_is_picked_up_without_loss_or_doubling() {
    let setting = Setting::signed_in().await;
    let browser = &setting.browser;
    ask(browser, "/standin slow 80 100").await;
    answers(browser, "1 2 3").await;
    let offline = async |offline: bool| {
        let conditions =
            json!({ "offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
        browser.devtools("Network.enable", json!({})).await;
        browser.devtools("Network.emulateNetworkConditions", conditions).await;
    };
    offline(true).await;
    let seen = last_answer(browser).await;
    offline(false).await;
    let whole = (1..=80).map(|number| number.to_string()).collect::<Vec<_>>().join(" ");
    answers(browser, "79 80").await;
    assert_eq!(last_answer(browser).await, whole, "after {seen:?}");
    browser.css(".message.agent:not([aria-busy])").await;
}

#[tokio::test]
async fn questions_are_asked_otherwise_and_again_and_conversations_looked_after() {
    let setting = Setting::signed_in().await;
    let browser = &setting.browser;
    // Wide enough for the list to stand beside the thread.
    browser.resize(1_280, 800).await;
    ask(browser, "why is the sky blue").await;
    answers(browser, "why is the sky blue").await;
    browser.css(".message.agent:not([aria-busy])").await;
    browser.script("document.querySelector('[aria-label=\"Edit question\"]').click()").await;
    browser.fill("#edited", "why is grass green").await;
    browser.press("Ask instead").await;
    answers(browser, "why is grass green").await;
    browser.css(".message.agent:not([aria-busy])").await;
    assert!(!browser.css(".thread").await.text().await.expect("words").contains("sky"), "it was replaced");
    browser.script("document.querySelector('[aria-label=\"Retry: ask the same again\"]').click()").await;
    browser.css(".message.agent[aria-busy], .message.agent:not([aria-busy])").await;
    answers(browser, "why is grass green").await;
    // Named after the first question, until it is renamed.
    browser.script("document.querySelector('[aria-label=\"Rename why is the sky blue\"]').click()").await;
    browser.fill("#new-title", "Colours").await;
    browser.css("dialog .primary").await.click().await.expect("a button");
    browser.named("Rename Colours").await;
    browser.fill("#search", "GRASS").await;
    browser.named("Rename Colours").await;
    browser.fill("#search", "nothing like this").await;
    browser.says("Nothing found.").await;
    browser.fill("#search", "colours").await;
    browser.named("Rename Colours").await;
    browser.script("document.querySelector('[aria-label=\"Delete Colours\"]').click()").await;
    browser.says("Delete conversation?").await;
    browser.css("dialog .danger").await.click().await.expect("a button");
    browser.is_at("/").await;
    browser.says("Talk to Main").await;
}

#[tokio::test]
async fn what_goes_wrong_is_said_where_the_answer_would_be() {
    let setting = Setting::signed_in().await;
    let browser = &setting.browser;
    ask(browser, "/standin error provider authentication_error").await;
    browser.says("Your model provider refused").await;
    browser.named("Try again").await;
    browser.client.refresh().await.expect("a page to load again");
    browser.says("Your model provider refused").await;
    setting.open("/c/0192f7a0-0000-7000-8000-000000000001").await;
    browser.says("This conversation is not there any more").await;
    only_refusals(browser, &["404 (Not Found)", "401 (Unauthorized)"]).await;
}

#[tokio::test]
async fn markdown_is_drawn_and_nothing_in_it_runs() {
    let setting = Setting::signed_in().await;
    let browser = &setting.browser;
    let words = "say **bold** and <img src=x onerror=alert(1)> [x](javascript:alert(1))\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\n```rust\nfn main() {}\n```\n\n\\(\\frac{a}{b} < \\text{<img src=x>}\\) $\\nothing$";
    write(browser, words).await;
    browser.press("Send").await;
    browser.css(".message.agent .prose strong").await;
    browser.css(".message.agent .prose th").await;
    browser.css(".message.agent .prose pre .k").await;
    let formulas = "return [...document.querySelectorAll('.message.agent math')].map(it => `${it.namespaceURI} ${it.textContent}`)";
    assert_eq!(
        browser.script(formulas).await,
        json!(["http://www.w3.org/1998/Math/MathML ab<<img src=x>"]),
        "what is no formula stays as it was written"
    );
    let harm = "return document.querySelectorAll('.thread img, .thread a').length";
    assert_eq!(browser.script(harm).await, 0);
}

/// As a translator does that puts everything into elements of its own.
const DISTURB: &str = "for (const it of document.querySelectorAll('main, section, div')) {
    const theirs = document.createElement('font');
    theirs.append(...it.childNodes);
    it.append(theirs);
}";

#[tokio::test]
async fn a_page_that_something_else_has_disturbed_says_that_it_stands_still_and_loads_again() {
    let setting = Setting::signed_in().await;
    let browser = &setting.browser;
    browser.fill("#words", "half a question").await;
    browser.script(DISTURB).await;
    write(browser, "half a question").await;
    browser.press("Send").await;
    browser.css("#stumbled").await;
    look(browser, &axe(), "stumbled").await;
    browser.script("document.querySelector('#stumbled a').click()").await;
    browser.css("#words").await;
    eventually("the last words are gone", async || {
        browser.script("return document.querySelector('#stumbled') === null").await.as_bool()?.then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_draft_is_kept_for_each_conversation() {
    let setting = Setting::signed_in().await;
    let browser = &setting.browser;
    ask(browser, "hello").await;
    answers(browser, "hello").await;
    browser.css(".message.agent:not([aria-busy])").await;
    browser.fill("#words", "half of the next").await;
    browser.press("New chat").await;
    browser.is_at("/").await;
    eventually("a new chat is empty", async || draft(browser).await.is_empty().then_some(())).await;
    browser.client.back().await.expect("a page before");
    eventually("the draft is back", async || (draft(browser).await == "half of the next").then_some(()))
        .await;
    browser.client.refresh().await.expect("a page to load again");
    eventually("it survives a reload", async || (draft(browser).await == "half of the next").then_some(()))
        .await;
}

/// Something of everything that an answer may have.
const RICH: &str = "# Sorting a list\n\nThere are **two** common ways, and *one* of them is `sort_unstable`:\n\n\
    1. Stable, which keeps equal items in order\n2. Unstable, which is faster\n   - and needs no memory\n\n\
    > Measure before you choose.\n\n| way | time | memory |\n|---|--:|--:|\n| stable | 12.4 ms | 8 MB |\n| unstable | 7.9 ms | 0 |\n\n\
    ```rust\n/// Sorts by name; a comment that runs on for quite a while so that this line is too long for a phone.\nfn sort(mut names: Vec<String>) -> Vec<String> {\n    \
    names.sort_unstable(); // 42 is no name\n    names.push(\"end\".to_owned());\n    names\n}\n```\n\nIt takes $O(n \\log n)$ comparisons, at least\n\n\\[\n\\lceil \\log_2 n! \\rceil = \\sum_{i=1}^{n} \\log_2 i + \\varepsilon,\\qquad \\begin{cases} 0 & n < 2 \\\\ 1 & n = 2 \\end{cases}\n\\]\n\nSee [the docs](https://doc.rust-lang.org) ~~or guess~~.\n\n---\n\nDone.";

#[tokio::test]
async fn the_chat_is_sound_to_look_at() {
    let setting = Setting::signed_in().await;
    let (browser, axe) = (&setting.browser, axe());
    ask(browser, "How do I make bread without yeast?").await;
    browser.css(".message.agent:not([aria-busy])").await;
    browser.press("New chat").await;
    browser.is_at("/").await;
    write(browser, RICH).await;
    browser.press("Send").await;
    browser.css(".message.agent:not([aria-busy]) pre").await;
    look(browser, &axe, "chat-markdown").await;
    browser.script("document.querySelector('[aria-label=\"Edit question\"]').click()").await;
    browser.css("#edited").await;
    look(browser, &axe, "chat-edit").await;
    browser.press("Cancel").await;
    ask(browser, "/standin silent 40").await;
    browser.css(".message.agent[aria-busy]").await;
    browser.says("Thinking…").await;
    look(browser, &axe, "chat-waking").await;
    browser.press("Stop").await;
    browser.says("Stopped.").await;
    ask(browser, "/standin error provider rate_limit_error").await;
    browser.says("takes no more requests").await;
    look(browser, &axe, "chat-failed").await;
    browser.resize(360, 800).await;
    browser.press("Chats").await;
    browser.css(".list-shown .conversation").await;
    look(browser, &axe, "chat-list").await;
    only_refusals(browser, &["401 (Unauthorized)"]).await;
}
