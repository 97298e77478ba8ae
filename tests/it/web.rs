//! The web app in a real browser, against the real server.

mod chat;
mod fleet;
mod looks;
mod pictures;
mod settings;
mod setup;
mod system_agents;
mod waking;

use fantoccini::{Locator, key::Key};

use crate::support::{Chromium, Mosaic, eventually, get, standin};

const PASSWORD: &str = "correct horse battery staple";
const ADMIN: &str = "root@example.org";

/// A Mosaic with an administrator who has an agent, and a browser at its sign-in page.
struct Setting {
    mosaic: Mosaic,
    browser: Chromium,
}

impl Setting {
    async fn new() -> Self {
        let mosaic = Mosaic::start(standin()).await;
        mosaic.command(&["admin", "create", "--email", ADMIN, "--password-stdin"], PASSWORD);
        let user = ["--user", ADMIN];
        let provider = [
            "provider",
            "add",
            "--name",
            "models",
            "--base-url",
            "http://standin.invalid/v1",
            "--model",
            "m",
        ];
        mosaic.command(&[&provider[..], &user].concat(), "sk-test");
        mosaic.command(&[&["agent", "add", "--name", "Main", "--model", "models/m"][..], &user].concat(), "");
        let browser = Chromium::start().await;
        browser.open(&mosaic.url("/")).await;
        browser.is_at("/sign-in").await;
        Self { mosaic, browser }
    }

    async fn signed_in() -> Self {
        let setting = Self::new().await;
        setting.sign_in().await;
        setting.browser.css("#words").await;
        setting
    }

    async fn sign_in(&self) {
        self.browser.fill("#email", ADMIN).await;
        self.browser.fill("#password", PASSWORD).await;
        self.browser.press("Sign in").await;
    }

    async fn open(&self, path: &str) {
        self.browser.open(&self.mosaic.url(path)).await;
    }
}

/// What the console says of refusals that a test has provoked; anything else in it is a fault.
async fn only_refusals(browser: &Chromium, expected: &[&str]) {
    for line in browser.console().await {
        assert!(expected.iter().any(|part| line.contains(part)), "the console says: {line}");
    }
}

#[tokio::test]
async fn a_wrong_password_is_told_beside_its_field_and_the_right_one_opens_the_chat() {
    let setting = Setting::new().await;
    let browser = &setting.browser;
    browser.fill("#email", ADMIN).await;
    browser.fill("#password", "not the password").await;
    browser.css("#password[type=password]").await;
    browser.press("Show password").await;
    browser.css("#password[type=text]").await;
    browser.press("Sign in").await;
    browser.says("E-mail address or password is wrong").await;
    let field = browser.css("#password").await;
    assert_eq!(field.attr("aria-invalid").await.expect("an attribute").as_deref(), Some("true"));
    browser.fill("#password", PASSWORD).await;
    browser.press("Sign in").await;
    browser.is_at("/").await;
    browser.fill("#words", "hello there").await;
    browser.press("Send").await;
    browser.css(".message.agent:not([aria-busy])").await;
    browser.says("hello there").await;
    let answer = browser.css(".message.agent").await.text().await.expect("words");
    assert!(answer.contains("hello there"), "{answer}");
    assert_eq!(browser.client.title().await.expect("a title"), "Chat · Mosaic");
    let fetched = "return performance.getEntriesByType('resource').some(it => it.name.includes('/desk-'))";
    assert_eq!(browser.script(fetched).await, false, "whoever only chats loads no other pages");
    browser.press(&format!("Account menu of {ADMIN}")).await;
    browser.press("Sign out").await;
    browser.is_at("/sign-in").await;
    setting.open("/account").await;
    browser.is_at("/sign-in?return_to=/account").await;
    assert_eq!(browser.script(fetched).await, false, "nor does a stranger");
    setting.sign_in().await;
    browser.css("#new-password").await;
    assert_eq!(browser.script(fetched).await, true, "they come with the first of them");
    only_refusals(browser, &["401 (Unauthorized)"]).await;
}

#[tokio::test]
async fn who_guesses_sees_how_long_to_wait() {
    let setting = Setting::new().await;
    let browser = &setting.browser;
    browser.fill("#email", ADMIN).await;
    eventually("the page counts down", async || {
        browser.fill("#password", "not the password").await;
        browser.press("Sign in").await;
        browser.text().await.contains("You can try again in").then_some(())
    })
    .await;
    browser.css("button[type=submit]:disabled").await;
    // The wait is over by itself, and then the right password is taken.
    browser.says("You can try again now.").await;
    browser.fill("#password", PASSWORD).await;
    browser.press("Sign in").await;
    browser.is_at("/").await;
}

#[tokio::test]
async fn the_keyboard_alone_signs_in_and_opens_the_menu() {
    let setting = Setting::new().await;
    let browser = &setting.browser;
    browser.css("#email:focus").await;
    browser
        .keys(&format!(
            "{ADMIN}{tab}{PASSWORD}{enter}",
            tab = char::from(Key::Tab),
            enter = char::from(Key::Enter)
        ))
        .await;
    browser.css("#words:focus").await;
    let back = "document.querySelector('.avatar').focus()";
    browser.script(back).await;
    browser.keys(&char::from(Key::Enter).to_string()).await;
    browser.css("#account-menu:popover-open").await;
    browser.keys(&char::from(Key::Tab).to_string()).await;
    browser.css("#account-menu a:focus").await;
    browser.keys(&char::from(Key::Escape).to_string()).await;
    browser.css(".avatar:focus").await;
}

#[tokio::test]
async fn what_is_half_written_survives_a_session_that_ended() {
    let setting = Setting::signed_in().await;
    let browser = &setting.browser;
    browser.fill("#words", "half written").await;
    browser.press(&format!("Account menu of {ADMIN}")).await;
    browser.press("Account").await;
    browser.is_at("/account").await;
    browser.client.back().await.expect("a page before");
    assert_eq!(draft(browser).await, "half written");
    browser.script("return fetch('/api/auth/logout', { method: 'POST' }).then(() => true)").await;
    // The page hears of it, and whoever wrote need not press anything to learn it.
    browser.is_at("/sign-in").await;
    setting.sign_in().await;
    assert_eq!(draft(browser).await, "half written");
    browser.client.refresh().await.expect("a page to load again");
    assert_eq!(draft(browser).await, "half written");
}

/// What stands in the composer.
async fn draft(browser: &Chromium) -> String {
    browser.css("#words").await.prop("value").await.expect("a field").unwrap_or_default()
}

#[tokio::test]
async fn a_token_is_shown_once_works_and_is_revoked_by_name() {
    let setting = Setting::signed_in().await;
    let browser = &setting.browser;
    setting.open("/account/tokens").await;
    browser.says("You have no tokens.").await;
    browser.press("Make token").await;
    browser.says("Give the token a name").await;
    browser.fill("#token-name", "laptop").await;
    browser.press("Make token").await;
    let token = browser.css("#token").await.prop("value").await.expect("a field").expect("a token");
    let models = setting.mosaic.url("/v1/models");
    assert!(get(&models, &token).await.status.is_success());
    browser.press("I have copied it").await;
    assert!(
        !browser.client.source().await.expect("a page").contains(&token),
        "the token is still in the page"
    );
    browser.press("Revoke laptop").await;
    browser.says("Revoke the token “laptop”?").await;
    browser.press("Revoke token").await;
    browser.says("revoked just now").await;
    assert_eq!(get(&models, &token).await.status, http::StatusCode::UNAUTHORIZED);
    browser.client.refresh().await.expect("a page to load again");
    browser.says("revoked just now").await;
    only_refusals(browser, &["401 (Unauthorized)"]).await;
}

#[tokio::test]
async fn other_devices_are_seen_and_signed_out() {
    let setting = Setting::signed_in().await;
    let other = Chromium::start().await;
    other.open(&setting.mosaic.url("/account/devices")).await;
    other.fill("#email", ADMIN).await;
    other.fill("#password", PASSWORD).await;
    other.press("Sign in").await;
    other.is_at("/account/devices").await;
    other.says("This device").await;
    other.press("Sign out all others").await;
    other.says("Sign out the other device?").await;
    other.css("dialog .danger").await.click().await.expect("a button");
    other.says("You are signed in nowhere else.").await;
    setting.open("/account").await;
    setting.browser.is_at("/sign-in?return_to=/account").await;
}

#[tokio::test]
async fn a_password_is_changed_at_the_account_page() {
    let setting = Setting::signed_in().await;
    let browser = &setting.browser;
    setting.open("/account").await;
    browser.fill("#current-password", PASSWORD).await;
    browser.fill("#new-password", "short").await;
    browser.fill("#new-password-again", "other").await;
    browser.press("Change password").await;
    browser.says("Use at least 12 characters").await;
    browser.says("The two passwords differ").await;
    for field in ["#new-password", "#new-password-again"] {
        browser.fill(field, "an entirely different secret").await;
    }
    browser.press("Change password").await;
    browser.says("Your password is changed").await;
    assert_eq!(
        browser.css("#current-password").await.prop("value").await.expect("a field").as_deref(),
        Some("")
    );
    browser.press(&format!("Account menu of {ADMIN}")).await;
    browser.press("Sign out").await;
    browser.is_at("/sign-in").await;
    browser.fill("#email", ADMIN).await;
    browser.fill("#password", "an entirely different secret").await;
    browser.press("Sign in").await;
    browser.is_at("/").await;
}

#[tokio::test]
async fn an_invitation_is_made_accepted_once_and_its_guest_shut_out() {
    let setting = Setting::signed_in().await;
    let admin = &setting.browser;
    setting.open("/users").await;
    admin.press("Invite").await;
    admin.fill("#whom", "ann@example.org").await;
    admin.press("Make link").await;
    let link = admin.css("#link").await.prop("value").await.expect("a field").expect("a link");
    let guest = Chromium::start().await;
    guest.open(&link).await;
    guest.says("ann@example.org").await;
    guest.fill("#new-password", "short").await;
    guest.says("7 more characters").await;
    for field in ["#new-password", "#new-password-again"] {
        guest.fill(field, "a password of her own").await;
    }
    guest.press("Accept and sign in").await;
    guest.is_at("/").await;
    guest.says("You have no agent yet").await;
    guest.open(&setting.mosaic.url("/users")).await;
    guest.says("This page is for administrators").await;
    guest.open(&link).await;
    guest.says("This invitation does not work any more").await;

    admin.press("I have copied it").await;
    admin.press("Manage ann@example.org").await;
    admin.css("dialog[open] .deed").await;
    press_deed(admin, "Disable").await;
    admin.says("Disable: ann@example.org").await;
    admin.css("dialog .danger").await.click().await.expect("a button");
    admin.css("td .tag.off").await;
    guest.open(&setting.mosaic.url("/account")).await;
    guest.is_at("/sign-in?return_to=/account").await;

    admin.press("Manage ann@example.org").await;
    press_deed(admin, "Delete").await;
    admin.fill("#spelled", "bob@example.org").await;
    admin.css("dialog .danger").await.click().await.expect("a button");
    admin.says("This is not the same").await;
    admin.fill("#spelled", "ann@example.org").await;
    admin.css("dialog .danger").await.click().await.expect("a button");
    let asked = "return document.querySelector('dialog')?.innerText ?? ''";
    eventually("the question is answered", async || (admin.script(asked).await == "").then_some(())).await;
    eventually("ann is gone", async || {
        admin.client.refresh().await.expect("a page to load again");
        admin.says(ADMIN).await;
        (!admin.text().await.contains("ann@example.org")).then_some(())
    })
    .await;
}

async fn press_deed(browser: &Chromium, name: &str) {
    let path = format!("//button[contains(@class, 'deed')][strong[.='{name}']]");
    let button = browser.client.wait().for_element(Locator::XPath(&path)).await.expect("what can be done");
    button.click().await.expect("a button");
}
