use http::{Method, header};
use serde_json::json;

use super::{admin, configure, fetch, forgets, set_up, shown, sign_in};
use crate::support::{Browser, CLIENT_SECRET, Chromium, Reply, get};

fn location(reply: &Reply) -> String {
    assert_eq!(reply.status.as_u16(), 303, "{reply:?}");
    reply.headers[header::LOCATION].to_str().expect("plain text").to_owned()
}

fn parameter(location: &str, name: &str) -> String {
    let query = location.split_once('?').expect("a query").1;
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.find(|(key, _)| *key == name).expect("it is there").1.to_owned()
}

#[tokio::test]
async fn who_may_not_come_in_is_told_why_and_gets_no_account() {
    let (mosaic, provider) = set_up().await;
    mosaic.newcomer("bob");
    let browser = Chromium::start().await;
    let refusals = [("eve", "oidc_group"), ("uma", "oidc_email_unverified"), ("bob", "oidc_email_taken")];
    for (name, error) in refusals {
        let at = sign_in(&mosaic, &browser, name).await;
        assert_eq!(at, mosaic.url(&format!("/sign-in?error={error}")), "{name}");
        assert_eq!(fetch(&browser, "GET", "/api/me", None).await.0, 401, "{name}");
        forgets(&browser, &provider).await;
    }
    let users = mosaic.command(&["user", "list"], "");
    assert!(!users.contains("eve") && !users.contains("uma"), "{users}");
    assert!(users.lines().any(|line| line.contains("bob") && !line.contains("admin")), "{users}");

    let told = shown(&mut admin(&mosaic).await, "/api/admin/audit?action=login&outcome=refused").await;
    let told: Vec<_> = told["entries"].as_array().expect("entries").iter().map(|it| &it["detail"]).collect();
    assert_eq!(told, ["oidc_email_taken", "oidc_email_unverified", "oidc_group"]);
}

#[tokio::test]
async fn a_sign_in_comes_back_once_to_the_browser_that_began_it() {
    let (mosaic, provider) = set_up().await;
    let issuer = provider.issuer();
    let callback = |state: &str, rest: &str| format!("/api/auth/oidc/callback?state={state}{rest}");
    let begin = async || {
        let mut browser = Browser::new(&mosaic);
        let start = "/api/auth/oidc/start?return_to=//evil.example";
        let there = location(&browser.send(Method::GET, start, None).await);
        assert!(there.starts_with(&issuer), "{there}");
        for (name, value) in [("code_challenge_method", "S256"), ("response_type", "code")] {
            assert_eq!(parameter(&there, name), value);
        }
        (browser, parameter(&there, "state"))
    };
    let back =
        async |browser: &mut Browser<'_>, path: &str| location(&browser.send(Method::GET, path, None).await);
    let iss = format!("&iss={issuer}");
    let denied = format!("&error=access_denied&error_description=%3Cscript%3E{iss}");
    let coded = format!("&code=made-up{iss}");

    let (mut ann, state) = begin().await;
    assert!(!ann.cookie("mosaic_oidc").expect("a cookie").contains(&state), "the cookie can be read");
    let expired = "/sign-in?error=oidc_expired";
    assert_eq!(back(&mut Browser::new(&mosaic), &callback(&state, &coded)).await, expired, "another browser");
    assert_eq!(back(&mut ann, &callback("another", &coded)).await, expired, "another sign-in");
    assert_eq!(back(&mut ann, &callback(&state, &coded)).await, expired, "an attempt is over");

    for (rest, error) in [
        (denied.as_str(), "oidc_declined"),
        (coded.as_str(), "oidc_failed"),
        (iss.as_str(), "oidc_failed"),
        ("&code=x&iss=https://other.example.org", "oidc_failed"),
        // This provider says that its answers always name it.
        ("&code=x", "oidc_failed"),
    ] {
        let (mut browser, state) = begin().await;
        let mut again = browser.clone();
        let at = back(&mut browser, &callback(&state, rest)).await;
        assert_eq!(at, format!("/sign-in?error={error}"), "{rest}");
        assert_eq!(browser.cookie("mosaic_oidc"), None, "{rest}");
        assert_eq!(back(&mut again, &callback(&state, rest)).await, expired, "{rest} came back twice");
    }
}

#[tokio::test]
async fn the_configuration_is_an_admins_and_its_secret_nobodys() {
    let (mosaic, provider) = set_up().await;
    let mut admin = admin(&mosaic).await;
    let reply = admin.send(Method::GET, "/api/admin/oidc", None).await;
    assert!(!reply.text.contains(CLIENT_SECRET), "the secret is shown");
    let settings = reply.json();
    assert!(settings["client_secret_set_at"].is_string() && settings["version"] == 1, "{settings}");
    assert_eq!(settings["redirect_uri"], mosaic.url("/api/auth/oidc/callback"));

    let stale = configure(&mut admin, &provider.change(0, false)).await;
    assert_eq!(stale.code(), "conflict", "{stale:?}");
    let mut odd = provider.change(1, true);
    odd["issuer_url"] = json!("https://login.example.org");
    assert_eq!(configure(&mut admin, &odd).await.status.as_u16(), 422);
    let mut plain = provider.change(1, true);
    plain["issuer"] = json!("http://login.example.org");
    let refused = configure(&mut admin, &plain).await;
    assert!(refused.code() == "invalid" && refused.text.contains("https"), "{refused:?}");
    // The old secret is not for another provider's ears.
    let mut elsewhere = provider.change(1, true);
    elsewhere["issuer"] = json!("https://login.example.org");
    elsewhere["client_secret"] = json!(null);
    let refused = configure(&mut admin, &elsewhere).await;
    assert!(refused.code() == "invalid" && refused.text.contains("secret"), "{refused:?}");

    assert_eq!(admin.send(Method::DELETE, "/api/admin/oidc", None).await.status.as_u16(), 204);
    assert_eq!(get(&mosaic.url("/api/auth/methods"), "").await.json()["oidc"], json!(null));
    let start = Browser::new(&mosaic).send(Method::GET, "/api/auth/oidc/start", None).await;
    assert_eq!(location(&start), "/sign-in?error=oidc_off");
}
