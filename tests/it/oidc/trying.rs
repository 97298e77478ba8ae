use serde_json::json;

use super::{ADMIN, PASSWORD, admin, arrives, both, configure, fetch, forgets, log_in_there, shown};
use crate::support::{Chromium, get};

#[tokio::test]
async fn a_configuration_is_tried_before_it_is_switched_on() {
    let (mosaic, provider) = both().await;
    let mut admin = admin(&mosaic).await;
    assert!(configure(&mut admin, &provider.change(0, false)).await.status.is_success());
    assert_eq!(get(&mosaic.url("/api/auth/methods"), "").await.json()["oidc"], json!(null));

    let browser = Chromium::start().await;
    browser.open(&mosaic.url("/api/auth/oidc/start")).await;
    arrives(&browser, &mosaic.url("/sign-in?error=oidc_off")).await;
    let login = json!({ "email": ADMIN, "password": PASSWORD });
    let (_, me) = fetch(&browser, "POST", "/api/auth/login", Some(login)).await;
    assert_eq!(fetch(&browser, "GET", "/api/admin/oidc/try", None).await.0, 404);

    for (name, allowed, is_admin) in [("bob", true, json!(true)), ("eve", false, json!(null))] {
        browser.open(&mosaic.url("/")).await;
        let body = json!({ "return_to": "/tried" });
        let (status, begun) = fetch(&browser, "POST", "/api/admin/oidc/try", Some(body)).await;
        assert_eq!(status, 200, "{begun}");
        browser.open(begun["location"].as_str().expect("the provider's page")).await;
        log_in_there(&browser, name).await;
        assert_eq!(arrives(&browser, &mosaic.url("/")).await, mosaic.url("/tried"));
        let (_, tried) = fetch(&browser, "GET", "/api/admin/oidc/try", None).await;
        assert_eq!(tried["allowed"], allowed, "{tried}");
        assert_eq!(tried["problem"].is_null(), allowed, "{tried}");
        let person = &tried["person"];
        assert_eq!(person["subject"], name);
        assert_eq!(person["email"], format!("{name}@example.org"));
        assert_eq!((&person["admin"], &person["known"]), (&is_admin, &json!(false)), "{tried}");
        // The browser is still the admin's, and nobody is new.
        assert_eq!(fetch(&browser, "GET", "/api/me", None).await.1["id"], me["id"]);
        assert_eq!(mosaic.command(&["user", "list"], "").lines().count(), 1);
        forgets(&browser, &provider).await;
    }
    let told = shown(&mut admin, "/api/admin/audit?action=oidc.tried").await;
    let told: Vec<_> = told["entries"].as_array().expect("entries").iter().map(|it| &it["outcome"]).collect();
    assert_eq!(told, ["refused", "done"]);
}
