//! The certified `OpenID` provider, as a program beside the one under test.

use std::{
    fs::File,
    net::TcpListener,
    process::{Child, Command, Stdio},
};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::{Chromium, Mosaic, eventually, variable};

/// What Mosaic proves itself with there. It must be seen nowhere.
pub(crate) const CLIENT_SECRET: &str = "canary-client-secret-5d1e";

/// A running provider that knows ann and bob (staff), eve (nobody's) and uma (not verified).
#[derive(Debug)]
pub(crate) struct OidcProvider {
    child: Child,
    port: u16,
    mosaic: String,
    home: TempDir,
}

impl OidcProvider {
    pub(crate) async fn start(mosaic: &Mosaic) -> Self {
        let home = tempfile::Builder::new().prefix("mosaic-oidc-").tempdir().expect("a temporary directory");
        let port =
            TcpListener::bind("127.0.0.1:0").and_then(|it| it.local_addr()).expect("a free port").port();
        let mosaic = mosaic.url("");
        let provider = Self { child: spawn(&home, port, &mosaic), port, mosaic, home };
        provider.wait_until_up().await;
        provider
    }

    /// Starts it again: it forgets who signed in, and has other keys.
    pub(crate) async fn restart(&mut self) {
        self.stop();
        self.child = spawn(&self.home, self.port, &self.mosaic);
        self.wait_until_up().await;
    }

    pub(crate) fn stop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    pub(crate) fn issuer(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    /// A page of it that shows nothing.
    pub(crate) fn page(&self) -> String {
        format!("{}/.well-known/openid-configuration", self.issuer())
    }

    /// A change that has Mosaic use it, for the members of staff, with wheel as its admins.
    pub(crate) fn change(&self, version: u64, enabled: bool) -> Value {
        json!({
            "version": version, "issuer": self.issuer(), "client_id": "mosaic", "display_name": "Example",
            "enabled": enabled, "scopes": ["email", "groups"], "client_secret": CLIENT_SECRET,
            "allowed_groups": ["staff"], "admin_group": "wheel",
        })
    }

    async fn wait_until_up(&self) {
        let address = ("127.0.0.1", self.port);
        eventually("the provider listens", async || tokio::net::TcpStream::connect(address).await.ok()).await;
    }
}

/// Proves to the provider, at whose page the browser is or is about to be, to be this person, and agrees.
pub(crate) async fn log_in_there(browser: &Chromium, name: &str) {
    browser.css("input[name=login]").await.send_keys(name).await.expect("a field");
    browser.css("input[name=password]").await.send_keys("whatever").await.expect("a field");
    browser.css("button.login-submit").await.click().await.expect("a button");
    browser.css("input[name=prompt][value=consent]").await;
    browser.css("button.login-submit").await.click().await.expect("a button");
}

fn spawn(home: &TempDir, port: u16, mosaic: &str) -> Child {
    let folder = variable("MOSAIC_TEST_OIDC_PROVIDER")
        .expect("`cargo xtask test` sets up the provider and says where it is");
    let log = File::options().create(true).append(true).open(home.path().join("provider.log"));
    Command::new("node")
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peers/oidc-provider/provider.mjs"))
        .args([folder.as_str(), &port.to_string(), mosaic, CLIENT_SECRET])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(log.expect("our own directory"))
        .spawn()
        .expect("node runs")
}

impl Drop for OidcProvider {
    fn drop(&mut self) {
        self.stop();
        if std::thread::panicking() {
            let log = std::fs::read_to_string(self.home.path().join("provider.log"));
            eprintln!("--- the log of the provider:\n{}", log.unwrap_or_default());
        }
    }
}
