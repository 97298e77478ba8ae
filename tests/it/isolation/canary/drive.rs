//! Mosaic is put through what goes well and what goes wrong, and all it answers is kept.

use http::{HeaderName, Method, header};
use serde_json::{Value, json};

use super::{
    OIDC_SECRET, PROVIDER_KEY, REPLACED_KEY,
    search::{Canary, search},
};
use crate::support::{Browser, Mosaic, Person, Reply, call, chat, eventually, get, send_bytes};

pub(super) const ADMIN: &str = "root@example.org";
pub(super) const PASSWORD: &str = "canary password/91bd+77aa==";
pub(super) const NEW_PASSWORD: &str = "canary password/2c3e+new==";
pub(super) const WRONG_PASSWORD: &str = "canary password/wrong+guess==";

/// What came of it.
#[derive(Debug, Default)]
pub(super) struct Driven {
    /// Every answer, with what it was to.
    replies: Vec<(String, Reply)>,
    /// Secrets that Mosaic made and handed out, by the answers that may have them.
    pub(super) made: Vec<(String, String)>,
    /// Which answers hand out which of them.
    handed_out: Vec<(usize, String)>,
}

impl Driven {
    pub(super) async fn drive(mosaic: &Mosaic, ann: &Person, bob: &Person) -> Self {
        let mut driven = Self::default();
        Self::chat(mosaic, ann, bob).await;
        driven.read(mosaic, ann).await;
        driven.send_nonsense(mosaic, ann).await;
        driven.sign_in(mosaic).await;
        driven.replace_key(mosaic, ann).await;
        driven
    }

    fn keep(&mut self, what: impl Into<String>, reply: Reply) -> usize {
        self.replies.push((what.into(), reply));
        self.replies.len() - 1
    }

    fn hand_out(&mut self, reply: usize, name: &str, text: &str) {
        self.made.push((name.to_owned(), text.to_owned()));
        self.handed_out.push((reply, name.to_owned()));
    }

    /// Chats that go well, are refused by the provider, and end in the agent's death.
    async fn chat(mosaic: &Mosaic, ann: &Person, bob: &Person) {
        assert!(chat(mosaic, ann, "c", "hello").await.done);
        assert!(chat(mosaic, bob, "c", "hello").await.done);
        let refused = chat(mosaic, ann, "c", "/standin error provider authentication_error").await;
        assert!(refused.error.is_some(), "{refused:?}");
        let died = chat(mosaic, ann, "c", "/standin exit 1").await;
        assert!(!died.done, "{died:?}");
        let retry = mosaic.url("/api/cell/retry");
        let again = eventually("Ann's agent is back", async || {
            call(Method::POST, &retry, &token(&ann.token), None).await;
            chat(mosaic, ann, "c", "hello").await.done.then_some(())
        });
        again.await;
    }

    async fn read(&mut self, mosaic: &Mosaic, ann: &Person) {
        let paths = ["/api/me", "/api/providers", "/api/agents", "/api/cell", "/v1/models", "/api/nowhere"];
        for path in paths.iter().chain(&["/api/openapi.json", "/api/health", "/"]) {
            self.keep(*path, get(&mosaic.url(path), &ann.token).await);
        }
        // Where a secret has no place: somebody's query, path, cookie or header.
        for path in [format!("/api/me?token={}", ann.token), format!("/api/agents/{}", ann.token)] {
            let reply = get(&mosaic.url(&path), "nonsense").await;
            self.keep("a secret in the URL", reply);
        }
        for name in [header::AUTHORIZATION, header::COOKIE, HeaderName::from_static("x-api-key")] {
            let text = format!("mosaic_session={PROVIDER_KEY}");
            self.keep(
                format!("{name}"),
                call(Method::GET, &mosaic.url("/api/me"), &[(name, text)], None).await,
            );
        }
        let internal = format!("{}/api/internal/agent-config/user-x", mosaic.internal_url());
        self.keep("the internal door", get(&internal, &ann.token).await);
    }

    /// Bodies that are wrong in every way, with secrets in the wrong places.
    async fn send_nonsense(&mut self, mosaic: &Mosaic, ann: &Person) {
        let provider = |field: &str, value: Value| {
            let mut body = json!({
                "name": "p", "kind": "openai-completions", "base_url": "http://p", "models": ["m"], "api_key": PROVIDER_KEY,
            });
            body[field] = value;
            body
        };
        let bodies = [
            provider("name", json!(7)),
            provider("kind", json!(PROVIDER_KEY)),
            provider("models", json!(PROVIDER_KEY)),
            provider("base_url", json!("ftp://x")),
            provider("api_key", json!([PROVIDER_KEY])),
            provider("api_key", json!({ "key": PROVIDER_KEY })),
            provider("api_key", json!(format!("{PROVIDER_KEY} with spaces"))),
            provider("name", json!("models")),
            json!(PROVIDER_KEY),
        ];
        for body in bodies {
            let url = mosaic.url("/api/providers");
            let reply = call(Method::POST, &url, &token(&ann.token), Some(&body)).await;
            assert!(reply.status.is_client_error(), "{body}: {reply:?}");
            self.keep(format!("a provider that is none: {}", self.replies.len()), reply);
        }
        let mut headers = token(&ann.token);
        headers.push((header::CONTENT_TYPE, "application/json".to_owned()));
        for path in ["/api/providers", "/v1/chat/completions", "/api/auth/login"] {
            let cut = format!("{{\"api_key\": \"{PROVIDER_KEY}\", \"password\": \"{WRONG_PASSWORD}\"");
            let reply = send_bytes(Method::POST, &mosaic.url(path), &headers, cut.into_bytes()).await;
            self.keep(format!("half a body to {path}"), reply);
        }
    }

    /// Logins that are refused and one that is not; a token, another password, and out again.
    async fn sign_in(&mut self, mosaic: &Mosaic) {
        let mut browser = Browser::new(mosaic);
        let reply = browser.sign_in(ADMIN, WRONG_PASSWORD).await;
        assert_eq!(reply.status, 401);
        self.keep("a refused login", reply);
        for body in [
            json!({ "email": ADMIN, "password": [WRONG_PASSWORD] }),
            json!({ "email": WRONG_PASSWORD, "password": WRONG_PASSWORD }),
            json!({ "password": WRONG_PASSWORD }),
        ] {
            let reply = browser.send(Method::POST, "/api/auth/login", Some(&body)).await;
            self.keep("a login that is none", reply);
        }
        let reply = browser.sign_in(ADMIN, PASSWORD).await;
        assert!(reply.status.is_success(), "{reply:?}");
        let reply = self.keep("the login", reply);
        self.hand_out(reply, "the session's cookie", browser.cookie("mosaic_session").expect("signed in"));
        let new = json!({ "name": "canary", "scopes": ["admin_read"] });
        let made = browser.send(Method::POST, "/api/tokens", Some(&new)).await;
        let text = made.json()["token"].as_str().expect("a token").to_owned();
        let made = self.keep("the new token", made);
        self.hand_out(made, "the admin's token", &text);
        self.invite(mosaic, &mut browser).await;
        for (current, new) in [(WRONG_PASSWORD, NEW_PASSWORD), (PASSWORD, "short"), (PASSWORD, NEW_PASSWORD)]
        {
            let body = json!({ "current": current, "new": new });
            let reply = browser.send(Method::PUT, "/api/auth/password", Some(&body)).await;
            self.keep("another password", reply);
        }
        for path in ["/api/sessions", "/api/tokens", "/api/admin/audit", "/api/admin/audit/export"] {
            let reply = browser.send(Method::GET, path, None).await;
            assert!(reply.status.is_success(), "{path}: {reply:?}");
            self.keep(path, reply);
        }
        let query = format!("/api/admin/audit?action={OIDC_SECRET}");
        self.keep("a secret as a filter", browser.send(Method::GET, &query, None).await);
        self.keep("signing out", browser.send(Method::POST, "/api/auth/logout", None).await);
    }

    /// An invitation's code: in the answer to whoever made it, and sent back by whoever accepts it.
    async fn invite(&mut self, mosaic: &Mosaic, browser: &mut Browser<'_>) {
        let guest = json!({ "email": "guest@example.org", "role": "user" });
        let made = browser.post("/api/admin/invitations", &guest).await;
        let link = made.json()["link"].as_str().expect("a link").to_owned();
        let (_, code) = link.split_once('#').expect("the code behind it");
        let made = self.keep("the invitation", made);
        self.hand_out(made, "the invitation's code", code);
        self.keep("all invitations", browser.get("/api/admin/invitations").await);
        let mut guest = Browser::new(mosaic);
        self.keep("a look at it", guest.post("/api/auth/invitation", &json!({ "code": code })).await);
        for password in ["short", NEW_PASSWORD] {
            let body = json!({ "code": code, "password": password });
            self.keep("accepting it", guest.post("/api/auth/invitation/accept", &body).await);
        }
        self.hand_out(
            self.replies.len() - 1,
            "the guest's cookie",
            guest.cookie("mosaic_session").expect("in"),
        );
    }

    async fn replace_key(&mut self, mosaic: &Mosaic, ann: &Person) {
        let providers = get(&mosaic.url("/api/providers"), &ann.token).await.json();
        let id = providers["providers"][0]["id"].as_str().expect("an id").to_owned();
        let (url, body) =
            (mosaic.url(&format!("/api/providers/{id}/key")), json!({ "api_key": REPLACED_KEY }));
        let reply = call(Method::PUT, &url, &token(&ann.token), Some(&body)).await;
        assert!(reply.status.is_success(), "{reply:?}");
        self.keep("another key", reply);
    }

    /// Searches every answer for what it must not have.
    pub(super) fn search(&self, canaries: &[Canary]) {
        for (number, (what, reply)) in self.replies.iter().enumerate() {
            let text = format!("{:?}\n{}", reply.headers, reply.text);
            let headers = reply.headers.values().flat_map(|value| value.as_bytes().iter().chain(b"\n"));
            let all: Vec<u8> = text.bytes().chain(headers.copied()).collect();
            for canary in canaries {
                let is_its_own = self.handed_out.contains(&(number, canary.name.clone()));
                if is_its_own {
                    assert!(canary.is_in(&all), "{what} should hand {} out", canary.name);
                } else {
                    search(&format!("the answer to {what}"), &all, std::slice::from_ref(canary));
                }
            }
        }
    }
}

fn token(token: &str) -> Vec<(HeaderName, String)> {
    vec![(header::AUTHORIZATION, format!("Bearer {token}"))]
}
