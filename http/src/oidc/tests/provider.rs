//! A provider that does as it is told, however wrong.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard},
};

use axum::{
    Json, Router,
    body::{Body, Bytes},
    extract::State,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use http::{HeaderMap, StatusCode, header};
use mosaic_model::{Clock, Issuer, OidcConfig, OidcDraft, Secret, Timestamp};
use openidconnect::{
    JsonWebKeyId, PrivateSigningKey,
    core::{CoreEdDsaPrivateSigningKey, CoreJwsSigningAlgorithm},
    url::form_urlencoded,
};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::keys::FIRST;
use crate::oidc::{LoginError, Oidc, Vouched, outbound::Outbound, vouched::Terms};

pub(super) const CLIENT: &str = "mosaic";
pub(super) const SECRET: &str = "client secret";
pub(super) const NONCE: &str = "the nonce";

/// How it answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    AsItShould,
    Redirect,
    Never,
    WithoutEnd,
    NotFound,
    InProse,
}

/// What it was told to do, and how often it was asked.
#[derive(Debug)]
pub(super) struct Script {
    pub(super) discovery: Answer,
    /// Merged into the description of itself; null removes.
    pub(super) metadata: Value,
    pub(super) token: Answer,
    /// The ID token; none where it gives none.
    pub(super) id_token: Option<String>,
    pub(super) userinfo: Value,
    /// The keys that it publishes.
    pub(super) keys: Vec<(&'static str, &'static str)>,
    pub(super) discovered: u32,
    /// What the token endpoint was sent last.
    pub(super) form: HashMap<String, String>,
    pub(super) authorization: String,
}

/// A running one.
#[derive(Debug, Clone)]
pub(super) struct Provider {
    pub(super) url: String,
    script: Arc<Mutex<Script>>,
}

/// A clock that stands.
#[derive(Debug)]
struct Noon;

impl Clock for Noon {
    fn now(&self) -> Timestamp {
        now()
    }
}

pub(super) fn now() -> Timestamp {
    Timestamp::from_timestamp(1_700_049_600, 0).unwrap()
}

impl Provider {
    pub(super) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let script = Script {
            discovery: Answer::AsItShould,
            metadata: json!({}),
            token: Answer::AsItShould,
            id_token: None,
            userinfo: json!({}),
            keys: vec![("first", FIRST)],
            discovered: 0,
            form: HashMap::new(),
            authorization: String::new(),
        };
        let url = format!("http://{}", listener.local_addr().unwrap());
        let provider = Self { url, script: Arc::new(Mutex::new(script)) };
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(discovery))
            .route("/jwks", get(jwks))
            .route("/token", post(token))
            .route("/userinfo", get(async |State(it): State<Self>| Json(it.script().userinfo.clone())))
            .with_state(provider.clone());
        #[expect(clippy::disallowed_methods, reason = "it ends with the test")]
        tokio::spawn(async move { axum::serve(listener, router).await });
        provider
    }

    pub(super) fn script(&self) -> MutexGuard<'_, Script> {
        self.script.lock().unwrap()
    }

    pub(super) fn issuer(&self) -> Issuer {
        self.url.parse().unwrap()
    }

    pub(super) fn config(&self) -> OidcConfig {
        OidcDraft::new(&self.url, CLIENT, "Example").check().unwrap()
    }

    /// What a sound ID token says.
    pub(super) fn claims(&self) -> Value {
        json!({
            "iss": self.url, "sub": "1", "aud": CLIENT, "nonce": NONCE,
            "iat": now().timestamp(), "exp": now().timestamp() + 300,
            "email": "ann@example.org", "email_verified": true,
        })
    }

    /// Has it give an ID token with these claims, signed with this key.
    pub(super) fn give(&self, claims: &Value, kid: &str, key: &str) {
        let header = json!({ "alg": "EdDSA", "kid": kid, "typ": "JWT" });
        let unsigned = format!("{}.{}", encoded(&header), encoded(claims));
        let signature =
            signing_key(kid, key).sign(&CoreJwsSigningAlgorithm::EdDsa, unsigned.as_bytes()).unwrap();
        self.script().id_token = Some(format!("{unsigned}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature)));
    }

    /// Brings it a code, as a callback does.
    pub(super) async fn vouch(&self, oidc: &Oidc, config: &OidcConfig) -> Result<Vouched, LoginError> {
        let secret = Secret::new(SECRET.to_owned());
        let terms = Terms {
            config,
            version: 1,
            secret: Some(&secret),
            redirect_uri: "http://127.0.0.1:1/callback",
            nonce: NONCE,
            verifier: "the verifier",
            now: now(),
        };
        oidc.vouch(&terms, "code-7f3a").await
    }
}

/// What Mosaic has, with little patience.
pub(super) fn oidc() -> Oidc {
    let outbound = Outbound::impatient(std::time::Duration::from_millis(500));
    Oidc { outbound, ..Oidc::new(Arc::new(Noon)) }
}

pub(super) fn encoded(value: &Value) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(value.to_string())
}

fn signing_key(kid: &str, pem: &str) -> CoreEdDsaPrivateSigningKey {
    CoreEdDsaPrivateSigningKey::from_ed25519_pem(pem, Some(JsonWebKeyId::new(kid.to_owned()))).unwrap()
}

async fn discovery(State(provider): State<Provider>) -> Response {
    let answer = {
        let mut script = provider.script();
        script.discovered += 1;
        script.discovery
    };
    let url = &provider.url;
    let mut metadata = json!({
        "issuer": url,
        "authorization_endpoint": format!("{url}/auth"),
        "token_endpoint": format!("{url}/token"),
        "userinfo_endpoint": format!("{url}/userinfo"),
        "jwks_uri": format!("{url}/jwks"),
        "response_types_supported": ["code", "id_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["EdDSA", "none", "HS256"],
        "code_challenge_methods_supported": ["S256", "plain"],
    });
    for (name, value) in provider.script().metadata.as_object().unwrap() {
        metadata[name] = value.clone();
    }
    metadata.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    give(answer, url, Json(metadata).into_response()).await
}

async fn jwks(State(provider): State<Provider>) -> Response {
    let keys: Vec<Value> = provider
        .script()
        .keys
        .iter()
        .map(|(kid, pem)| serde_json::to_value(signing_key(kid, pem).as_verification_key()).unwrap())
        .collect();
    Json(json!({ "keys": keys })).into_response()
}

async fn token(State(provider): State<Provider>, headers: HeaderMap, form: Bytes) -> Response {
    let (answer, id_token) = {
        let mut script = provider.script();
        script.form = form_urlencoded::parse(&form).into_owned().collect();
        let authorization = headers.get(header::AUTHORIZATION);
        script.authorization = authorization.map_or("", |it| it.to_str().unwrap()).to_owned();
        (script.token, script.id_token.clone())
    };
    let mut tokens = json!({ "access_token": "access", "token_type": "Bearer" });
    if let Some(id_token) = id_token {
        tokens["id_token"] = id_token.into();
    }
    give(answer, &provider.url, Json(tokens).into_response()).await
}

async fn give(answer: Answer, url: &str, proper: Response) -> Response {
    match answer {
        Answer::AsItShould => proper,
        Answer::Redirect => Redirect::temporary(&format!("{url}/jwks")).into_response(),
        Answer::Never => std::future::pending().await,
        Answer::WithoutEnd => {
            let block = futures_util::stream::repeat_with(|| Ok::<_, std::io::Error>(vec![b' '; 64 * 1024]));
            ([(header::CONTENT_TYPE, "application/json")], Body::from_stream(block)).into_response()
        }
        Answer::NotFound => StatusCode::NOT_FOUND.into_response(),
        Answer::InProse => "Welcome!".into_response(),
    }
}
