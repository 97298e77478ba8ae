//! Every page in light and dark, wide and narrow: nothing sticks out, axe finds nothing, and the pictures are kept
//! for whoever wants to look (docs/screenshots/out).

use std::{fs, path::PathBuf};

use http::Method;
use mosaic_api::SignInError;
use serde_json::{Value, json};

use super::{ADMIN, PASSWORD, Setting, only_refusals};
use crate::support::{Browser, Chromium, axe};

const WIDTHS: [u32; 2] = [1_280, 360];
const HEIGHT: u32 = 800;

/// Looks at the page as it is now, in every way.
pub(super) async fn look(browser: &Chromium, axe: &str, name: &str) {
    // Pictures are of pages, not of the ways between them.
    browser
        .devtools(
            "Emulation.setEmulatedMedia",
            json!({ "features": [{ "name": "prefers-reduced-motion", "value": "reduce" }] }),
        )
        .await;
    for theme in ["light", "dark"] {
        browser.script(&format!("document.documentElement.dataset.theme = '{theme}'")).await;
        for width in WIDTHS {
            browser.resize(width, HEIGHT).await;
            let height = browser.script("return document.documentElement.scrollHeight").await;
            browser
                .resize(
                    width,
                    u32::try_from(height.as_u64().unwrap_or_default()).map_or(HEIGHT, |it| it.max(HEIGHT)),
                )
                .await;
            let wide = browser.script("return document.documentElement.scrollWidth").await;
            assert!(
                wide.as_u64().is_some_and(|wide| wide <= width.into()),
                "{name} is {wide} px wide on {width}"
            );
            keep(browser, &format!("{name}-{width}-{theme}")).await;
            browser.resize(width, HEIGHT).await;
        }
        let found = violations(browser, axe).await;
        assert!(found.is_empty(), "{name}, {theme}: {found:#?}");
    }
    browser.resize(WIDTHS[0], HEIGHT).await;
}

async fn keep(browser: &Chromium, name: &str) {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("docs/screenshots/out");
    fs::create_dir_all(&folder).expect("a folder of our own");
    let picture = browser.client.screenshot().await.expect("a picture");
    fs::write(folder.join(format!("{name}.png")), picture).expect("a file of our own");
}

/// What axe finds, in its words.
async fn violations(browser: &Chromium, axe: &str) -> Vec<String> {
    let script = format!(
        "{axe};\nconst done = arguments[arguments.length - 1];\
         axe.run(document, {{ resultTypes: ['violations'] }}).then(found => done(found.violations.map(it => \
         it.id + ': ' + it.help + ' ' + it.nodes.map(node => node.target + ' ' + node.failureSummary).join(' | '))))\
         .catch(error => done(['axe failed: ' + error]));"
    );
    let found = browser.client.execute_async(&script, Vec::new()).await.expect("axe runs");
    found
        .as_array()
        .cloned()
        .unwrap_or_default()
        .iter()
        .filter_map(Value::as_str)
        .map(ToOwned::to_owned)
        .collect()
}

pub(super) const NETWORK: &[&str] = &["401 (Unauthorized)", "/api/auth/invitation - Failed to load resource"];

#[tokio::test]
async fn the_pages_before_the_door_are_sound() {
    let setting = Setting::new().await;
    let (browser, axe) = (&setting.browser, axe());
    browser.css("#email").await;
    look(browser, &axe, "sign-in").await;
    browser.press("Sign in").await;
    browser.says("Enter your password").await;
    look(browser, &axe, "sign-in-missing").await;
    setting.open("/sign-in?error=nobody_knows_this").await;
    browser.says("did not work").await;
    look(browser, &axe, "sign-in-provider-error").await;
    setting.open("/invitation").await;
    browser.says("This link is not complete").await;
    look(browser, &axe, "invitation-incomplete").await;
    setting.open("/invitation#inv_nothing").await;
    browser.says("This invitation does not work any more").await;
    look(browser, &axe, "invitation-dead").await;
    setting.open("/nothing/here").await;
    browser.says("There is no page here").await;
    look(browser, &axe, "not-found").await;
    only_refusals(browser, NETWORK).await;
}

#[tokio::test]
async fn the_pages_behind_the_door_are_sound() {
    let setting = Setting::signed_in().await;
    let (browser, axe) = (&setting.browser, axe());
    look(browser, &axe, "chat-empty").await;
    browser.fill("#words", "hello there").await;
    browser.press("Send").await;
    browser.css(".message.agent:not([aria-busy])").await;
    look(browser, &axe, "chat").await;
    browser.press(&format!("Account menu of {ADMIN}")).await;
    browser.css("#account-menu:popover-open").await;
    look(browser, &axe, "menu").await;
    setting.open("/account").await;
    browser.css("#new-password").await;
    look(browser, &axe, "account").await;
    browser.fill("#new-password", "aaaaaaaaaaaaaa").await;
    browser.press("Change password").await;
    browser.says("Enter your current password").await;
    look(browser, &axe, "account-wrong").await;
    setting.open("/account/devices").await;
    browser.says("This device").await;
    look(browser, &axe, "devices").await;
    setting.open("/account/tokens").await;
    browser.fill("#token-name", "laptop").await;
    look(browser, &axe, "tokens-empty").await;
    browser.press("Make token").await;
    browser.css("#token").await;
    look(browser, &axe, "tokens-made").await;
    browser.press("Revoke laptop").await;
    browser.css("dialog[open]").await;
    look(browser, &axe, "tokens-revoke").await;
    setting.open("/audit").await;
    browser.says("Token created").await;
    look(browser, &axe, "audit").await;
    setting.open("/audit?action=nothing.like.this").await;
    browser.says("Nothing in the log is like this.").await;
    look(browser, &axe, "audit-nothing").await;
    setting.mosaic.newcomer("ann");
    setting.open("/users").await;
    browser.says("ann@example.org").await;
    look(browser, &axe, "users").await;
    browser.press("Manage ann@example.org").await;
    browser.css("dialog[open]").await;
    look(browser, &axe, "users-manage").await;
    setting.open("/users").await;
    browser.press("Invite").await;
    browser.fill("#whom", "bob@example.org").await;
    look(browser, &axe, "users-invite").await;
    browser.press("Make link").await;
    let link = browser.css("#link").await.prop("value").await.expect("a field").expect("a link");
    look(browser, &axe, "users-invited").await;
    browser.open(&link).await;
    browser.says("bob@example.org").await;
    look(browser, &axe, "invitation").await;
    only_refusals(browser, NETWORK).await;
}

#[tokio::test]
async fn the_way_in_through_a_provider_stands_first_and_administrators_still_have_theirs() {
    let setting = Setting::new().await;
    let (browser, axe) = (&setting.browser, axe());
    // Nothing answers there, and the page must not need it to.
    let change = json!({
        "version": 0, "issuer": "http://127.0.0.1:9", "client_id": "mosaic", "client_secret": "a secret of the client's",
        "display_name": "Example Inc.", "enabled": true, "scopes": ["email"], "groups_claim": "groups",
        "allowed_groups": [], "allowed_domains": [], "admin_group": null,
    });
    setting.mosaic.set("public_url", &setting.mosaic.url(""));
    let mut admin = Browser::signed_in(&setting.mosaic, ADMIN, PASSWORD).await;
    let reply = admin.send(Method::PUT, "/api/admin/oidc", Some(&change)).await;
    assert!(reply.status.is_success(), "{reply:?}");
    setting.open("/sign-in?return_to=/account/tokens").await;
    let button = browser.named("Sign in with Example Inc.").await;
    let target = button.attr("href").await.expect("an attribute").expect("a link");
    assert_eq!(target, "/api/auth/oidc/start?return_to=/account/tokens");
    browser.css("#email").await;
    look(browser, &axe, "sign-in-both").await;
    setting.mosaic.set("local_accounts", "false");
    setting.open("/sign-in?error=oidc_group").await;
    browser.says(SignInError::Group.explanation()).await;
    look(browser, &axe, "sign-in-provider").await;
    browser.press("Administrator sign-in").await;
    look(browser, &axe, "sign-in-administrator").await;
    setting.sign_in().await;
    browser.is_at("/").await;
    only_refusals(browser, NETWORK).await;
}
