//! The README's pictures, of a Mosaic with a scripted story: `cargo xtask screenshots` makes them.

use std::{fs, path::PathBuf};

use mosaic_model_server::{Behaviour, ModelServer, ModelServerConfig};
use serde_json::json;

use super::{ADMIN, PASSWORD};
use crate::support::{Chromium, Mosaic, Person, agent, chat, chat_whole, eventually, get, post, standin};

const KEY: &str = "sk-pictures-0123456789";
const WIDTH: u32 = 1_200;
const HEIGHT: u32 = 760;

/// What the model says to the question of the picture.
const ANSWER: &str = "\
Two things changed since Monday:

| Service | p95 before | p95 now |
| --- | ---: | ---: |
| `checkout` | 310 ms | **190 ms** |
| `search` | 95 ms | 97 ms |

`checkout` no longer asks the price service once per line:

```rust
let prices = client.prices(cart.skus()).await?;
let total: Money = cart.lines().map(|it| it.at(&prices)).sum();
```

I kept the numbers in `notes/latency.md`, and will look again on Friday.";

/// What was talked about, the picture's last.
const CONVERSATIONS: [(&str, &str); 3] = [
    ("Draft a friendly reply to the vendor", "Here is a draft."),
    ("Which invoices are still open?", "Three, all from October."),
    ("What changed in our latency this week?", ANSWER),
];

/// Keeps the page as it is, in light and dark.
async fn keep(browser: &Chromium, name: &str) {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("docs/screenshots");
    let still = json!({ "features": [{ "name": "prefers-reduced-motion", "value": "reduce" }] });
    browser.devtools("Emulation.setEmulatedMedia", still).await;
    browser.resize(WIDTH, HEIGHT).await;
    for theme in ["light", "dark"] {
        browser.script(&format!("document.documentElement.dataset.theme = '{theme}'")).await;
        let picture = browser.client.screenshot().await.expect("a picture");
        fs::write(folder.join(format!("{name}-{theme}.png")), picture).expect("a file of our own");
    }
}

async fn ask(browser: &Chromium, words: &str) {
    browser.fill("#words", words).await;
    browser.press("Send").await;
    browser.css(".message.agent[aria-busy]").await;
    browser.css(".message.agent:not([aria-busy])").await;
    eventually("the answer has ended", async || {
        let busy = browser.script("return document.querySelectorAll('[aria-busy=true]').length").await;
        (busy == 0).then_some(())
    })
    .await;
}

async fn sign_in(browser: &Chromium, mosaic: &Mosaic) {
    browser.open(&mosaic.url("/sign-in")).await;
    browser.fill("#email", ADMIN).await;
    browser.fill("#password", PASSWORD).await;
    browser.press("Sign in").await;
    browser.css("#words").await;
}

fn administrator(mosaic: &Mosaic) -> Person {
    mosaic.command(&["admin", "create", "--email", ADMIN, "--password-stdin"], PASSWORD);
    let token = mosaic.command(&["token", "create", "--user", ADMIN], "");
    Person { email: ADMIN.to_owned(), token }
}

#[tokio::test]
#[ignore = "it tests nothing: `cargo xtask screenshots` runs it"]
async fn somebody_talks_to_their_agent() {
    let mosaic = Mosaic::start(agent()).await;
    let config = ModelServerConfig {
        listen: "0.0.0.0:0".parse().expect("an address"),
        keys: vec![KEY.to_owned()],
        ..ModelServerConfig::default()
    };
    let models = ModelServer::start(config).await.expect("a free port");
    let address = format!("host.mosaic.internal:{}", models.addr().port());
    mosaic.set("allowed_egress", &address);
    mosaic.equip(&administrator(&mosaic), &format!("http://{address}/v1"), KEY);
    let browser = Chromium::start().await;
    browser.resize(WIDTH, HEIGHT).await;
    sign_in(&browser, &mosaic).await;
    for (question, answer) in CONVERSATIONS {
        models.script(Behaviour::Say(answer.to_owned()));
        browser.open(&mosaic.url("/")).await;
        ask(&browser, question).await;
    }
    keep(&browser, "chat").await;
}

#[tokio::test]
#[ignore = "it tests nothing: `cargo xtask screenshots` runs it"]
async fn an_administrator_looks_after_the_fleet() {
    let mosaic = Mosaic::start(standin()).await;
    mosaic.equip(&administrator(&mosaic), "http://standin.invalid/v1", KEY);
    let person = |name: &str, order: &str| mosaic.person(name, &format!("http://standin.invalid/{order}"));
    let [ann, bob, cleo] = ["ann", "bob", "cleo"].map(|name| person(name, "v1"));
    let dora = person("dora", "die-at-start/code=3");
    let eve = person("eve", "start-delay/ms=60000");
    for name in ["finn", "gita", "hugo", "ines"] {
        person(name, "v1");
    }
    // One is frozen before the others are awake, and these then are not.
    mosaic.set("freeze_after_secs", "1");
    assert!(chat(&mosaic, &bob, "c", "hello").await.done);
    eventually("bob's agent is frozen", async || {
        let cell = get(&mosaic.url("/api/cell"), &bob.token).await.json();
        (cell["state"] == "frozen").then_some(())
    })
    .await;
    mosaic.set("freeze_after_secs", "900");
    for person in [&ann, &cleo] {
        assert!(chat(&mosaic, person, "c", "hello").await.done);
    }
    let _given_up = chat_whole(&mosaic, &dora, "c", "hello").await;
    let woken = post(&mosaic.url("/api/cell/wake"), &eve.token, &json!({})).await;
    assert!(woken.status.is_success(), "{woken:?}");
    let browser = Chromium::start().await;
    browser.resize(WIDTH, HEIGHT).await;
    sign_in(&browser, &mosaic).await;
    browser.open(&mosaic.url("/fleet")).await;
    browser.says("Starting").await;
    keep(&browser, "fleet").await;
}
