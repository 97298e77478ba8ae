use super::{admin, arrives, fetch, log_in_there, set_up, shown, sign_in};
use crate::support::{CLIENT_SECRET, Chromium, get};

#[tokio::test]
async fn people_sign_in_at_the_provider_and_out_again_at_both() {
    let (mosaic, _provider) = set_up().await;
    let methods = get(&mosaic.url("/api/auth/methods"), "").await.json();
    assert_eq!(methods["oidc"]["name"], "Example", "{methods}");

    let browser = Chromium::start().await;
    assert_eq!(sign_in(&mosaic, &browser, "ann").await, mosaic.url("/welcome"));
    let (status, me) = fetch(&browser, "GET", "/api/me", None).await;
    assert_eq!((status, &me["email"], &me["role"]), (200, &"ann@example.org".into(), &"user".into()), "{me}");
    let (_, sessions) = fetch(&browser, "GET", "/api/sessions", None).await;
    assert_eq!(sessions["sessions"][0]["method"], "oidc", "{sessions}");

    let (status, out) = fetch(&browser, "POST", "/api/auth/logout", None).await;
    assert_eq!((status, fetch(&browser, "GET", "/api/me", None).await.0), (200, 401));
    let location = out["location"].as_str().expect("the provider has a sign-out");
    browser.open(location).await;
    browser.css("button[name=logout][value=yes]").await.click().await.expect("a button");
    arrives(&browser, &mosaic.url("/sign-in")).await;

    // The provider would not ask somebody who is still signed in there.
    browser.open(&mosaic.url("/api/auth/oidc/start")).await;
    log_in_there(&browser, "ann").await;
    arrives(&browser, &mosaic.url("/")).await;
    let (_, again) = fetch(&browser, "GET", "/api/me", None).await;
    assert_eq!(again["id"], me["id"], "the second login is another account");
    assert!(!mosaic.log().contains(CLIENT_SECRET), "the client's secret is in the log");

    let told = shown(&mut admin(&mosaic).await, "/api/admin/audit?action=login&limit=2").await;
    let told = told["entries"].as_array().expect("entries").iter().find(|it| it["actor_id"] == me["id"]);
    assert_eq!(told.expect("her login")["detail"], "oidc");
}

#[tokio::test]
async fn admins_come_from_the_providers_groups_and_new_keys_are_taken_at_once() {
    let (mosaic, mut provider) = set_up().await;
    let browser = Chromium::start().await;
    sign_in(&mosaic, &browser, "bob").await;
    let (_, me) = fetch(&browser, "GET", "/api/me", None).await;
    assert_eq!(me["role"], "admin", "{me}");
    assert_eq!(fetch(&browser, "GET", "/api/admin/oidc", None).await.0, 200);

    provider.restart().await;
    assert_eq!(sign_in(&mosaic, &browser, "bob").await, mosaic.url("/welcome"), "{}", mosaic.log());
    assert_eq!(fetch(&browser, "GET", "/api/me", None).await.1["id"], me["id"]);
}
