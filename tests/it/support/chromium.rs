//! A real browser: headless Chromium, driven over WebDriver, with a profile of its own.

mod vendor;

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    time::Duration,
};

use fantoccini::{Client, ClientBuilder, Locator, elements::Element};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;

use self::vendor::Vendor;
use super::eventually;

/// How long something may take to appear on a page. Generous: machines are shared.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long the driver may take to close the browser.
const CLOSING: Duration = Duration::from_secs(10);

/// A browser that is closed, with its driver, when it goes out of scope.
#[derive(Debug)]
pub(crate) struct Chromium {
    pub(crate) client: Client,
    driver: Child,
    port: u16,
    session: String,
    _profile: TempDir,
}

impl Chromium {
    /// Starts a driver on a free port and a browser with an empty profile.
    pub(crate) async fn start() -> Self {
        let profile =
            tempfile::Builder::new().prefix("mosaic-browser-").tempdir().expect("a temporary directory");
        let port =
            TcpListener::bind("127.0.0.1:0").and_then(|it| it.local_addr()).expect("a free port").port();
        let mut driver = Command::new("chromedriver");
        driver.arg(format!("--port={port}")).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let driver = driver.spawn().expect("chromedriver: `cargo xtask test` installs it");
        eventually("the driver listens", async || TcpStream::connect(("127.0.0.1", port)).ok()).await;
        let mut arguments = vec![format!("--user-data-dir={}", profile.path().display())];
        arguments.extend(FLAGS.iter().map(|&flag| flag.to_owned()));
        let capabilities = json!({
            "goog:chromeOptions": { "args": arguments },
            "goog:loggingPrefs": { "browser": "ALL" },
        });
        let Value::Object(capabilities) = capabilities else { unreachable!("it is an object") };
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .expect("a browser");
        let session = client.session_id().await.expect("a session").expect("a session has an id");
        let browser = Self { client, driver, port, session, _profile: profile };
        // Without a screen no window is in front, and no page would believe that it has the focus.
        browser.devtools("Emulation.setFocusEmulationEnabled", json!({ "enabled": true })).await;
        browser
    }

    pub(crate) async fn open(&self, url: &str) {
        self.client.goto(url).await.expect("an address to go to");
    }

    /// The element that a CSS selector finds, as soon as it is there.
    pub(crate) async fn css(&self, selector: &str) -> Element {
        self.found(Locator::Css(selector), selector).await
    }

    /// A button or link by its words or its label, as soon as it is there.
    pub(crate) async fn named(&self, words: &str) -> Element {
        let path = format!(
            "//*[self::button or self::a or self::summary][normalize-space()=\"{words}\" or @aria-label=\"{words}\"]"
        );
        self.found(Locator::XPath(&path), words).await
    }

    async fn found(&self, locator: Locator<'_>, what: &str) -> Element {
        match self.client.wait().at_most(PATIENCE).for_element(locator).await {
            Ok(element) => element,
            Err(error) => panic!("{what:?} is not on the page ({error}), which says:\n{}", self.text().await),
        }
    }

    /// Presses a button or a link, as soon as it can be.
    pub(crate) async fn press(&self, words: &str) {
        eventually(&format!("{words:?} can be pressed"), async || {
            self.named(words).await.is_enabled().await.unwrap_or_default().then_some(())
        })
        .await;
        self.named(words).await.click().await.unwrap_or_else(|error| panic!("pressing {words:?}: {error}"));
    }

    /// Writes into a field, instead of what stands there.
    pub(crate) async fn fill(&self, selector: &str, words: &str) {
        let field = self.css(selector).await;
        field.clear().await.expect("a field");
        field.send_keys(words).await.expect("a field");
    }

    /// Presses keys wherever the focus is.
    pub(crate) async fn keys(&self, keys: &str) {
        self.client
            .active_element()
            .await
            .expect("something has the focus")
            .send_keys(keys)
            .await
            .expect("keys");
    }

    /// Everything that can be read on the page.
    pub(crate) async fn text(&self) -> String {
        self.script("return document.body.innerText").await.as_str().unwrap_or_default().to_owned()
    }

    /// Waits until the page says something.
    pub(crate) async fn says(&self, words: &str) {
        let said = async {
            while !self.text().await.contains(words) {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        if tokio::time::timeout(PATIENCE, said).await.is_err() {
            panic!(
                "the page does not say {words:?}; it says:\n{}\n{:?}",
                self.text().await,
                self.console().await
            );
        }
    }

    /// Waits until the address has this path, query and fragment.
    pub(crate) async fn is_at(&self, path: &str) {
        let here = "return location.pathname + location.search + location.hash";
        eventually(&format!("the address is {path}"), async || {
            (self.script(here).await == path).then_some(())
        })
        .await;
    }

    /// Runs a script in the page and gives what it returns.
    pub(crate) async fn script(&self, script: &str) -> Value {
        self.client.execute(script, Vec::new()).await.unwrap_or_else(|error| panic!("{script}: {error}"))
    }

    /// Makes the page this large.
    pub(crate) async fn resize(&self, width: u32, height: u32) {
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", metrics).await;
    }

    /// What the browser's console has taken down since the last call.
    pub(crate) async fn console(&self) -> Vec<String> {
        let entries = self.vendor("se/log", json!({ "type": "browser" })).await;
        let entries = entries.as_array().cloned().unwrap_or_default();
        let grave =
            entries.into_iter().filter(|entry| entry["level"] == "SEVERE" || entry["level"] == "WARNING");
        grave.map(|entry| entry["message"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// One of the commands of Chromium's developer tools.
    pub(crate) async fn devtools(&self, command: &str, parameters: Value) {
        self.vendor("goog/cdp/execute", json!({ "cmd": command, "params": parameters })).await;
    }

    async fn vendor(&self, path: &'static str, body: Value) -> Value {
        self.client.issue_cmd(Vendor { path, body }).await.unwrap_or_else(|error| panic!("{path}: {error}"))
    }
}

/// Nothing that asks the network for anything but the page.
const FLAGS: &[&str] = &[
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

impl Drop for Chromium {
    /// Has the driver close the browser, also when the test has failed: killing the driver would leave it running.
    fn drop(&mut self) {
        if let Ok(mut driver) = TcpStream::connect(("127.0.0.1", self.port)) {
            let request = format!(
                "DELETE /session/{} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
                self.session
            );
            let _ = driver.set_read_timeout(Some(CLOSING));
            let _ = driver.write_all(request.as_bytes());
            let _ = driver.read(&mut [0; 256]);
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}
