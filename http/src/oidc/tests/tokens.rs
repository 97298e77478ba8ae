use mosaic_model::OidcDraft;
use serde_json::{Value, json};

use super::{
    keys::{FIRST, SECOND},
    provider::{Answer, CLIENT, Provider, SECRET, encoded, now, oidc},
};
use crate::oidc::LoginError;

/// What comes of a sound token with these claims in place of its own; null takes one away.
async fn with(provider: &Provider, change: &Value) -> Result<crate::oidc::Vouched, LoginError> {
    let mut claims = provider.claims();
    for (name, value) in change.as_object().unwrap() {
        claims[name] = value.clone();
    }
    claims.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    provider.give(&claims, "first", FIRST);
    provider.vouch(&oidc(), &provider.config()).await
}

#[tokio::test]
async fn a_sound_token_says_who_somebody_is() {
    let provider = Provider::start().await;
    let vouched = with(&provider, &json!({})).await.unwrap();
    assert_eq!(
        (vouched.identity.issuer.as_str(), vouched.identity.subject.as_str()),
        (provider.url.as_str(), "1")
    );
    assert_eq!(vouched.identity.email.as_deref(), Some("ann@example.org"));
    assert_eq!(vouched.id_token.token.expose(), provider.script().id_token.as_ref().unwrap());
    let script = provider.script();
    for (name, value) in [
        ("grant_type", "authorization_code"),
        ("code", "code-7f3a"),
        ("code_verifier", "the verifier"),
        ("redirect_uri", "http://127.0.0.1:1/callback"),
    ] {
        assert_eq!(script.form[name], value);
    }
    assert!(script.authorization.starts_with("Basic ") && !script.form.contains_key("client_secret"));
}

#[tokio::test]
async fn a_token_for_somebody_or_something_else_is_worth_nothing() {
    let provider = Provider::start().await;
    for change in [
        json!({ "nonce": "another" }),
        json!({ "nonce": null }),
        json!({ "iss": "https://other.example.org" }),
        json!({ "iss": format!("{}/", provider.url) }),
        json!({ "aud": "another" }),
        json!({ "aud": [] }),
        json!({ "aud": null }),
        json!({ "aud": [CLIENT, "another"] }),
        json!({ "at_hash": "AAAAAAAAAAAAAAAAAAAAAA" }),
    ] {
        let outcome = with(&provider, &change).await;
        assert!(
            matches!(outcome, Err(LoginError::Untrusted(_) | LoginError::Odd(_))),
            "{change}: {outcome:?}"
        );
    }
}

#[tokio::test]
async fn clocks_may_be_a_minute_apart_and_no_more() {
    let provider = Provider::start().await;
    let now = now().timestamp();
    for (change, sound) in [
        (json!({ "exp": now - 59 }), true),
        (json!({ "exp": now - 61 }), false),
        (json!({ "iat": now + 59 }), true),
        (json!({ "iat": now + 61 }), false),
    ] {
        let outcome = with(&provider, &change).await;
        assert_eq!(outcome.is_ok(), sound, "{change}: {outcome:?}");
        assert!(sound || matches!(outcome, Err(LoginError::Untrusted(_))));
    }
}

#[tokio::test]
async fn a_token_that_the_provider_did_not_sign_is_worth_nothing() {
    use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
    let provider = Provider::start().await;
    let claims = encoded(&provider.claims());
    // One that anybody could have signed: whoever has the client's secret, which is no secret of the provider's.
    let header = encoded(&json!({ "alg": "HS256", "typ": "JWT" }));
    let unsigned = format!("{header}.{claims}");
    let mac = hmac_sha256(SECRET.as_bytes(), unsigned.as_bytes());
    let by_secret = format!("{unsigned}.{}", BASE64_URL_SAFE_NO_PAD.encode(mac));
    let none = encoded(&json!({ "alg": "none", "typ": "JWT" }));
    provider.give(&provider.claims(), "first", FIRST);
    let sound = provider.script().id_token.clone().unwrap();
    let (head, signature) = (sound.split('.').next().unwrap(), sound.rsplit('.').next().unwrap());
    let mut admin = provider.claims();
    admin["sub"] = "2".into();
    for forged in [
        format!("{none}.{claims}."),
        format!("{none}.{claims}.{signature}"),
        by_secret,
        format!("{head}.{}.{signature}", encoded(&admin)),
        format!("{head}.{claims}."),
    ] {
        provider.script().id_token = Some(forged.clone());
        let outcome = provider.vouch(&oidc(), &provider.config()).await;
        assert!(outcome.is_err(), "{forged}");
    }
    provider.give(&provider.claims(), "first", SECOND);
    assert!(matches!(provider.vouch(&oidc(), &provider.config()).await, Err(LoginError::Untrusted(_))));
    provider.script().id_token = None;
    assert!(matches!(provider.vouch(&oidc(), &provider.config()).await, Err(LoginError::Odd(_))));
}

/// RFC 2104, for a key no longer than a block.
fn hmac_sha256(key: &[u8], message: &[u8]) -> Vec<u8> {
    use sha2::{Digest, Sha256};
    let pad = |byte: u8| {
        let mut block = [byte; 64];
        block.iter_mut().zip(key).for_each(|(pad, key)| *pad ^= key);
        block
    };
    let inner = Sha256::new().chain_update(pad(0x36)).chain_update(message).finalize();
    Sha256::new().chain_update(pad(0x5c)).chain_update(inner).finalize().to_vec()
}

#[tokio::test]
async fn a_provider_that_changes_its_keys_is_believed_again_at_once() {
    let provider = Provider::start().await;
    let (oidc, config) = (oidc(), provider.config());
    provider.give(&provider.claims(), "first", FIRST);
    provider.vouch(&oidc, &config).await.unwrap();
    provider.script().keys = vec![("second", SECOND)];
    provider.give(&provider.claims(), "second", SECOND);
    provider.vouch(&oidc, &config).await.unwrap();
    assert_eq!(provider.script().discovered, 2);
    // Keys that it does not have make us ask no more than once in a while.
    provider.give(&provider.claims(), "third", FIRST);
    for _ in 0..5 {
        assert!(provider.vouch(&oidc, &config).await.is_err());
    }
    assert_eq!(provider.script().discovered, 2);
}

#[tokio::test]
async fn a_provider_that_does_not_give_tokens_as_it_should_lets_nobody_in() {
    let provider = Provider::start().await;
    provider.give(&provider.claims(), "first", FIRST);
    for answer in [Answer::Redirect, Answer::Never, Answer::WithoutEnd, Answer::NotFound, Answer::InProse] {
        provider.script().token = answer;
        let outcome = provider.vouch(&oidc(), &provider.config()).await;
        assert!(matches!(outcome, Err(LoginError::Exchange(_))), "{answer:?}: {outcome:?}");
        let words = outcome.unwrap_err().to_string();
        assert!(!words.contains("Welcome") && !words.contains("code-7f3a"), "{words}");
    }
}

#[tokio::test]
async fn what_the_token_does_not_say_is_asked_for_about_the_same_person() {
    let provider = Provider::start().await;
    let sparse = json!({ "email": null, "email_verified": null });
    provider.script().userinfo =
        json!({ "sub": "1", "email": "ann@example.org", "email_verified": true, "groups": ["staff"] });
    let vouched = with(&provider, &sparse).await.unwrap();
    assert_eq!(vouched.identity.email.as_deref(), Some("ann@example.org"));
    assert_eq!(
        (vouched.identity.email_verified, vouched.identity.groups),
        (Some(true), vec!["staff".to_owned()])
    );
    provider.script().userinfo = json!({ "sub": "2", "email": "bob@example.org", "email_verified": true });
    let outcome = with(&provider, &sparse).await;
    assert!(matches!(outcome, Err(LoginError::Untrusted(_))), "{outcome:?}");
}

#[tokio::test]
async fn groups_are_asked_for_where_they_decide_and_an_address_keeps_its_word() {
    let provider = Provider::start().await;
    // The word that the token's own address is verified says nothing about another address.
    provider.script().userinfo =
        json!({ "sub": "1", "email": "boss@example.org", "roles": { "all": ["staff"] } });
    let draft = OidcDraft {
        allowed_groups: vec!["staff".to_owned()],
        groups_claim: "roles.all".to_owned(),
        ..OidcDraft::new(&provider.url, CLIENT, "Example")
    };
    provider.give(&provider.claims(), "first", FIRST);
    let identity = provider.vouch(&oidc(), &draft.check().unwrap()).await.unwrap().identity;
    assert_eq!(identity.groups, ["staff"]);
    assert_eq!((identity.email.as_deref(), identity.email_verified), (Some("boss@example.org"), None));
    assert!(
        with(&provider, &json!({})).await.unwrap().identity.groups.is_empty(),
        "nobody wants to know them"
    );
}
