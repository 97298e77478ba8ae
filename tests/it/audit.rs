//! The audit log: every security-relevant act is in it, and it can be read, exported and checked.

mod acts;
mod decisions;
mod export;
mod people;

use serde_json::{Value, json};

use crate::support::{Browser, Mosaic};

const ADMIN: &str = "root@example.org";
const PASSWORD: &str = "correct horse battery staple";

/// An admin with a password, made on the host.
pub(crate) fn make_admin(mosaic: &Mosaic) {
    mosaic.command(&["admin", "create", "--email", ADMIN, "--password-stdin"], PASSWORD);
}

/// A token of the admin's with these scopes.
pub(crate) async fn admin_token(mosaic: &Mosaic, scopes: &[&str]) -> String {
    let mut browser = Browser::signed_in(mosaic, ADMIN, PASSWORD).await;
    let made = json!({ "name": "audit", "scopes": scopes });
    let reply = browser.send(http::Method::POST, "/api/tokens", Some(&made)).await;
    reply.json()["token"].as_str().unwrap_or_else(|| panic!("{reply:?}")).to_owned()
}

/// The entries of an export as ndjson.
fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("each line is JSON")).collect()
}
