//! Signing in through a real, certified provider with a real browser.

mod people;
mod refusals;
mod trouble;
mod trying;

use http::Method;
use serde_json::Value;

use crate::support::{Browser, Chromium, Mosaic, OidcProvider, Reply, eventually, log_in_there, standin};

const ADMIN: &str = "root@example.org";
const PASSWORD: &str = "correct horse battery";

/// Mosaic with an admin, and a provider that is not configured yet.
async fn both() -> (Mosaic, OidcProvider) {
    let mosaic = Mosaic::start(standin()).await;
    mosaic.command(&["admin", "create", "--email", ADMIN, "--password-stdin"], PASSWORD);
    let provider = OidcProvider::start(&mosaic).await;
    (mosaic, provider)
}

/// The same, with the provider switched on.
async fn set_up() -> (Mosaic, OidcProvider) {
    let (mosaic, provider) = both().await;
    let reply = configure(&mut admin(&mosaic).await, &provider.change(0, true)).await;
    assert!(reply.status.is_success(), "{reply:?}");
    (mosaic, provider)
}

async fn admin(mosaic: &Mosaic) -> Browser<'_> {
    Browser::signed_in(mosaic, ADMIN, PASSWORD).await
}

async fn configure(admin: &mut Browser<'_>, change: &Value) -> Reply {
    admin.send(Method::PUT, "/api/admin/oidc", Some(change)).await
}

/// What the admin is answered at this path.
async fn shown(admin: &mut Browser<'_>, path: &str) -> Value {
    admin.send(Method::GET, path, None).await.json()
}

/// Signs in; where the browser then is.
async fn sign_in(mosaic: &Mosaic, browser: &Chromium, name: &str) -> String {
    browser.open(&mosaic.url("/api/auth/oidc/start?return_to=/welcome")).await;
    log_in_there(browser, name).await;
    arrives(browser, &mosaic.url("/")).await
}

/// Waits until the page's address begins like this; gives the whole.
async fn arrives(browser: &Chromium, prefix: &str) -> String {
    eventually(&format!("the browser is at {prefix}"), async || {
        let url = browser.client.current_url().await.expect("a page").to_string();
        Some(url).filter(|url| url.starts_with(prefix))
    })
    .await
}

/// Forgets who the provider took this browser's owner for.
async fn forgets(browser: &Chromium, provider: &OidcProvider) {
    browser.open(&provider.page()).await;
    browser.client.delete_all_cookies().await.expect("a page with cookies");
}

/// What the page's own script gets from the server: status and body.
async fn fetch(browser: &Chromium, method: &str, path: &str, body: Option<Value>) -> (u64, Value) {
    const SCRIPT: &str = "const [method, path, body, done] = arguments;
        const headers = body === null ? {} : { 'content-type': 'application/json' };
        const init = { method, headers, body: body === null ? undefined : JSON.stringify(body) };
        fetch(path, init).then(
            async (reply) => done([reply.status, await reply.json().catch(() => null)]),
            (error) => done([0, String(error)]));";
    let arguments = vec![method.into(), path.into(), body.unwrap_or(Value::Null)];
    let reply = browser.client.execute_async(SCRIPT, arguments).await;
    let reply = reply.unwrap_or_else(|error| panic!("{method} {path}: {error}"));
    (reply[0].as_u64().expect("a status"), reply[1].clone())
}
