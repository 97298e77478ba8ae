use serde_json::json;

use super::provider::Provider as Scripted;
use super::provider::{Answer, oidc};
use crate::oidc::{
    outbound::FetchError,
    provider::{Provider, ProviderError},
};

async fn refused(scripted: &Scripted) -> ProviderError {
    let oidc = oidc();
    let issuer = scripted.issuer();
    Provider::discover(oidc.outbound.door(&issuer), &issuer).await.expect_err("it is of no use")
}

#[tokio::test]
async fn a_provider_that_answers_oddly_is_of_no_use_and_it_is_said_why() {
    let scripted = Scripted::start().await;
    for (answer, words) in [
        (Answer::Redirect, "redirect"),
        (Answer::Never, "did not answer in time"),
        (Answer::WithoutEnd, "more than 524288 bytes"),
        (Answer::NotFound, "no OpenID configuration (404)"),
        (Answer::InProse, "no OpenID configuration"),
    ] {
        scripted.script().discovery = answer;
        let error = refused(&scripted).await.to_string();
        assert!(error.contains(words), "{answer:?}: {error}");
        assert!(!error.contains("Welcome"), "{error}");
    }
}

#[tokio::test]
async fn a_provider_that_lacks_what_is_needed_is_of_no_use() {
    let scripted = Scripted::start().await;
    for (metadata, words) in [
        (json!({ "issuer": format!("{}/", scripted.url) }), "differently"),
        (json!({ "issuer": "https://other.example.org" }), "differently"),
        (json!({ "issuer": null }), "missing field"),
        (json!({ "token_endpoint": null }), "token endpoint"),
        (json!({ "response_types_supported": ["id_token"] }), "code flow"),
        (json!({ "code_challenge_methods_supported": ["plain"] }), "PKCE"),
        (json!({ "id_token_signing_alg_values_supported": ["none", "HS256"] }), "signs ID tokens"),
        (json!({ "token_endpoint": "http://models.example.org/token" }), "not reached over https"),
        (json!({ "jwks_uri": "http://169.254.169.254/latest" }), "not reached over https"),
        (json!({ "authorization_endpoint": "javascript:alert(1)" }), "not reached over https"),
        (json!({ "end_session_endpoint": "http://example.org" }), "not reached over https"),
        (json!({ "jwks_uri": format!("{}/nowhere", scripted.url) }), "404"),
    ] {
        scripted.script().metadata = metadata.clone();
        let error = refused(&scripted).await.to_string();
        assert!(error.contains(words), "{metadata}: {error}");
    }
    scripted.script().metadata = json!({});
    scripted.script().keys.clear();
    assert!(refused(&scripted).await.to_string().contains("no key"));
}

#[tokio::test]
async fn what_cannot_be_reached_is_told_apart() {
    let scripted = Scripted::start().await;
    let oidc = oidc();
    let discover = async |issuer: &str| {
        let issuer = issuer.parse().unwrap();
        match Provider::discover(oidc.outbound.door(&issuer), &issuer).await {
            Err(ProviderError::Fetch(error)) => error,
            other => panic!("{other:?}"),
        }
    };
    assert!(matches!(discover("http://127.0.0.1:9").await, FetchError::Refused { .. }));
    assert!(matches!(discover("https://127.0.0.1:9").await, FetchError::Refused { .. }));
    let lost = discover("https://nowhere.invalid").await;
    assert!(matches!(lost, FetchError::Name { .. } | FetchError::Timeout { .. }), "{lost:?}");
    let plain = discover(&scripted.url.replace("http://", "https://")).await;
    assert!(matches!(&plain, FetchError::Tls { why, .. } if why.contains("does not speak TLS")), "{plain:?}");
}

#[tokio::test]
async fn a_provider_over_tls_is_never_spoken_to_in_the_clear() {
    let oidc = oidc();
    let secure = "https://login.example.org".parse().unwrap();
    let plain = "http://localhost:1".parse().unwrap();
    let check =
        |issuer, url: &'static str| oidc.outbound.door(issuer).check(&http::Uri::from_static(url)).is_ok();
    assert!(check(&secure, "https://other.example.org/token"));
    assert!(!check(&secure, "http://login.example.org/token"));
    assert!(!check(&secure, "http://127.0.0.1/token"), "nor is this host asked for it");
    assert!(check(&plain, "http://127.0.0.1:2/token") && check(&plain, "http://[::1]:2/token"));
    assert!(!check(&plain, "http://10.0.0.1/token"));
    assert!(!check(&plain, "/token") && !check(&plain, "ftp://localhost/"));
}

#[tokio::test]
async fn a_provider_that_hangs_is_asked_once_for_all_who_wait() {
    let scripted = Scripted::start().await;
    scripted.script().discovery = Answer::Never;
    let (oidc, issuer) = (oidc(), scripted.issuer());
    let waiting = futures_util::future::join_all((0..20).map(|_| oidc.provider(&issuer, 1))).await;
    assert!(waiting.iter().all(Result::is_err));
    assert_eq!(scripted.script().discovered, 1);
}

#[tokio::test]
async fn a_provider_is_asked_again_for_another_version_of_the_configuration() {
    let scripted = Scripted::start().await;
    let (oidc, issuer) = (oidc(), scripted.issuer());
    for (version, asked) in [(1, 1), (1, 1), (2, 2), (2, 2)] {
        oidc.provider(&issuer, version).await.unwrap();
        assert_eq!(scripted.script().discovered, asked);
    }
    oidc.asked_now(&issuer, 2).await.unwrap();
    assert_eq!(scripted.script().discovered, 3);
}
