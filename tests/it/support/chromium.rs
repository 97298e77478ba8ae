//! A real browser: headless Chromium, driven over WebDriver, with a profile of its own.

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

use super::eventually;

/// How long something may take to appear on a page. Generous: machines are shared.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long the driver may take to close the browser.
const CLOSING: Duration = Duration::from_secs(10);

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
        let capabilities = json!({ "goog:chromeOptions": { "args": arguments } });
        let Value::Object(capabilities) = capabilities else { unreachable!("it is an object") };
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .expect("a browser");
        let session = client.session_id().await.expect("a session").expect("a session has an id");
        Self { client, driver, port, session, _profile: profile }
    }

    pub(crate) async fn open(&self, url: &str) {
        self.client.goto(url).await.expect("an address to go to");
    }

    /// The element that a CSS selector finds, as soon as it is there.
    pub(crate) async fn css(&self, selector: &str) -> Element {
        let found = self.client.wait().at_most(PATIENCE).for_element(Locator::Css(selector)).await;
        found.unwrap_or_else(|error| panic!("{selector:?} is not on the page ({error})"))
    }
}

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
