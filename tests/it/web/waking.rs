//! Waiting for an agent, in a real browser: the place in line, each step, the time that is left.

use serde_json::json;

use super::{ADMIN, Setting, looks::look, only_refusals};
use crate::support::{Mosaic, axe, eventually, get, post};

/// An agent that takes a while to start.
const SLOW: &str = "http://standin.invalid/start-delay/ms=9000";
/// One that takes as long as somebody needs to look at the page in every way.
const SLOWER: &str = "http://standin.invalid/start-delay/ms=30000";

/// Has an agent woken, and waits until it is so far on its way up.
async fn wake(mosaic: &Mosaic, token: &str, phase: &str) {
    let woken = post(&mosaic.url("/api/cell/wake"), token, &json!({})).await;
    assert!(woken.status.is_success(), "{woken:?}");
    let url = mosaic.url("/api/cell");
    eventually(phase, async || (get(&url, token).await.json()["waking"]["phase"] == phase).then_some(()))
        .await;
}

#[tokio::test]
async fn who_waits_for_their_agent_sees_their_place_each_step_and_the_time_that_is_left() {
    let setting = Setting::signed_in().await;
    let (mosaic, browser, axe) = (&setting.mosaic, &setting.browser, axe());
    mosaic.set("concurrent_starts", "1");
    let user = ["--user", ADMIN];
    let slow = ["provider", "add", "--name", "slow", "--base-url", SLOW, "--model", "m"];
    mosaic.command(&[&slow[..], &user].concat(), "sk-test");
    mosaic.command(
        &[&["agent", "add", "--slug", "slow", "--name", "Slow", "--model", "slow/m"][..], &user].concat(),
        "",
    );
    let (ann, bob) = (mosaic.person("ann", SLOWER), mosaic.person("bob", SLOW));
    wake(mosaic, &ann.token, "starting").await;
    wake(mosaic, &bob.token, "queued").await;

    browser.fill("#words", "hello there").await;
    browser.press("Send").await;
    browser.says("Waiting in line: 2 of 2").await;
    browser.press("Your agent: In line: 2 of 2").await;
    browser.says("Your agent is starting").await;
    look(browser, &axe, "waking-in-line").await;

    // The first one is up: there is one less ahead, and something is known of how long it takes.
    browser.says("Waiting in line: 1 of 1, about").await;
    browser.says("Starting, about").await;
    let left = "const told = [...document.querySelectorAll('.waking')].at(-1)?.innerText ?? ''; \
                return Number(told.match(/about (\\d+) s left/)?.[1] ?? -1)";
    let first = browser.script(left).await.as_i64().expect("a number");
    eventually("it counts down by itself", async || {
        let now = browser.script(left).await.as_i64()?;
        (0 < now && now < first).then_some(())
    })
    .await;
    browser.css(".message.agent:not([aria-busy])").await;
    browser.named("Your agent: Running").await;
    only_refusals(browser, &["401 (Unauthorized)"]).await;
}
