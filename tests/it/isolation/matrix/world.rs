//! Who is there: three people with all that people can have, and whoever else may call.

use std::{
    collections::HashMap,
    sync::{
        Mutex,
        atomic::{AtomicU32, Ordering},
    },
};

use serde_json::{Value, json};
use uuid::Uuid;

use super::row::Thing;
use crate::support::{Lasting, Mosaic, Person, chat_whole, get, post, standin};

/// Everybody's password.
pub(super) const PASSWORD: &str = "correct horse battery";
/// What a token may be given.
pub(super) const SCOPES: [&str; 5] = ["chat", "configure", "knowledge", "admin_read", "admin_write"];
/// How many invitations there are to accept: one for everybody who may knock.
const CODES: usize = 40;
/// Stands in Ann's things and nowhere else.
pub(super) const ANNS_MARK: &str = "marked-as-anns";

/// A running Mosaic and those who use it.
#[derive(Debug)]
pub(super) struct World {
    pub(super) mosaic: Mosaic,
    /// Whose things are reached for.
    pub(super) ann: Person,
    /// Reaches for them.
    pub(super) bob: Person,
    /// Reaches for them as well.
    pub(super) admin: Person,
    /// Was shut out.
    pub(super) disabled: Person,
    /// Only ever signs in.
    pub(super) visitor: Person,
    /// What Ann's cell and Bob's prove themselves with.
    pub(super) anns_gateway: String,
    pub(super) bobs_gateway: String,
    /// An id that nothing ever had.
    pub(super) made_up: String,
    /// What belongs to Ann: it stands in no answer to anybody else.
    pub(super) anns: Vec<String>,
    counter: AtomicU32,
    /// Codes of invitations that nobody has accepted.
    codes: Mutex<Vec<String>>,
    /// Users who are there to be changed, by id.
    spares: Mutex<HashMap<String, String>>,
}

impl World {
    pub(super) async fn make() -> Self {
        let mosaic = Mosaic::start(standin()).await;
        mosaic.command(&["admin", "create", "--email", "root@example.org", "--password-stdin"], PASSWORD);
        let admin = Person { email: "root@example.org".to_owned(), token: String::new() };
        mosaic.equip(&admin, "http://models.root.example/v1", "sk-test");
        let ann = mosaic.person("ann", &format!("http://{ANNS_MARK}.example/v1"));
        let bob = mosaic.person("bob", "http://models.bob.example/v1");
        let (disabled, visitor) = (mosaic.newcomer("dan"), mosaic.newcomer("vic"));
        for person in [&ann, &bob, &disabled, &visitor] {
            mosaic.lend_password(person, &admin).await;
        }
        mosaic.disable(&disabled).await;
        let anns_gateway = gateway_token(&mosaic, &ann).await;
        let bobs_gateway = gateway_token(&mosaic, &bob).await;
        let id = |list: &Value| list[0]["id"].as_str().expect("an id").to_owned();
        let provider = get(&mosaic.url("/api/providers"), &ann.token).await.json();
        let agent = get(&mosaic.url("/api/agents"), &ann.token).await.json();
        let anns = vec![
            ANNS_MARK.to_owned(),
            id(&provider["providers"]),
            id(&agent["agents"]),
            mosaic.id_of(&ann).await.to_string(),
            ann.email.clone(),
            ann.token.clone(),
            anns_gateway.clone(),
        ];
        let made_up = Uuid::from_u128(0x0192_f7a0_0000_7000_8000_0000_0000_0001).to_string();
        let counter = AtomicU32::new(0);
        let codes = Mutex::new(codes(&mosaic, &admin).await);
        Self {
            mosaic,
            ann,
            bob,
            admin,
            disabled,
            visitor,
            anns_gateway,
            bobs_gateway,
            made_up,
            anns,
            counter,
            codes,
            spares: Mutex::default(),
        }
    }

    /// The code of an invitation that stays open.
    pub(super) fn open_code(&self) -> String {
        self.codes.lock().expect("no test panicked").first().expect("one is left").clone()
    }

    /// The code of an invitation for whoever accepts it.
    pub(super) fn code(&self) -> String {
        let mut codes = self.codes.lock().expect("no test panicked");
        assert!(codes.len() > 1, "more invitations are accepted than were made: raise CODES");
        codes.pop().expect("more than one")
    }

    /// The e-mail address of a user whom [`World::give_ann`] made.
    pub(super) fn email_of(&self, id: &str) -> String {
        let spares = self.spares.lock().expect("no test panicked");
        spares.get(id).cloned().unwrap_or_else(|| self.ann.email.clone())
    }

    /// A name that nothing had before.
    pub(super) fn fresh(&self, word: &str) -> String {
        format!("{word}-{}", self.counter.fetch_add(1, Ordering::Relaxed))
    }

    /// The cookie of a new session.
    pub(super) async fn session(&self, person: &Person) -> String {
        self.mosaic.session(person, Lasting::Still).await.0
    }

    /// A new token with these scopes.
    pub(super) async fn token(&self, person: &Person, scopes: &[&str]) -> String {
        self.mosaic.token(person, scopes, Lasting::Still).await
    }

    /// Gives Ann another such thing; its id.
    pub(super) async fn give_ann(&self, thing: Thing) -> String {
        match thing {
            Thing::Session => self.mosaic.session(&self.ann, Lasting::Still).await.1.to_string(),
            Thing::Token => {
                let cookie = self.session(&self.ann).await;
                let body = json!({ "name": ANNS_MARK, "scopes": ["chat"] });
                self.made(&super::callers::by_cookie(&cookie), "/api/tokens", &body).await
            }
            // What admins look after is nobody's alone: it is only there to be reached for.
            Thing::User => {
                let email = format!("{}@example.org", self.fresh("spare"));
                self.mosaic.command(&["user", "create", "--email", &email], "");
                let spare = Person { email: email.clone(), token: String::new() };
                self.mosaic.lend_password(&spare, &self.admin).await;
                let id = self.mosaic.id_of(&spare).await.to_string();
                self.spares.lock().expect("no test panicked").insert(id.clone(), email);
                id
            }
            Thing::Invitation => {
                let token = self.token(&self.admin, &["admin_write"]).await;
                invited(&self.mosaic, &token, &self.fresh("invited")).await["id"]
                    .as_str()
                    .expect("an id")
                    .to_owned()
            }
            Thing::SystemAgent => {
                let token = self.token(&self.admin, &["admin_write"]).await;
                let headers = super::callers::by_token(&token);
                self.made(&headers, "/api/admin/system-agents", &Self::a_system_agent()).await
            }
            Thing::Conversation => self.made_by_ann("/api/conversations", &Value::Null).await,
            Thing::Turn => {
                let conversation = self.made_by_ann("/api/conversations", &Value::Null).await;
                let path = format!("/api/conversations/{conversation}/turns");
                let turn = self.made_by_ann(&path, &json!({ "text": ANNS_MARK })).await;
                crate::support::ended(&self.mosaic, &self.ann, &conversation).await;
                format!("{conversation} {turn}")
            }
            Thing::Cell => format!("user-{}", self.mosaic.id_of(&self.ann).await),
            Thing::SleepingCell => {
                let sleeper = self.mosaic.newcomer(&self.fresh("sleeper"));
                format!("user-{}", self.mosaic.id_of(&sleeper).await)
            }
            Thing::Provider => self.made_by_ann("/api/providers", &self.a_provider()).await,
            Thing::Agent => {
                let provider = self.made_by_ann("/api/providers", &self.a_provider()).await;
                let slug = self.fresh("spare");
                let body =
                    json!({ "slug": slug, "name": ANNS_MARK, "provider_id": provider, "model": "small" });
                self.made_by_ann("/api/agents", &body).await
            }
        }
    }

    /// One to declare.
    pub(super) fn a_system_agent() -> Value {
        json!({ "name": "Concierge", "model": "small", "provider": {
            "name": "m", "kind": "openai-completions", "models": ["small"],
            "base_url": "http://standin.invalid/v1", "api_key": "k" } })
    }

    fn a_provider(&self) -> Value {
        json!({ "name": self.fresh(ANNS_MARK), "kind": "openai-completions", "models": ["small"],
            "base_url": "http://standin.invalid/v1", "api_key": "k" })
    }

    async fn made_by_ann(&self, path: &str, body: &Value) -> String {
        let reply = post(&self.mosaic.url(path), &self.ann.token, body).await;
        reply.json()["id"].as_str().unwrap_or_else(|| panic!("{path}: {reply:?}")).to_owned()
    }

    async fn made(&self, headers: &super::callers::Headers, path: &str, body: &Value) -> String {
        let reply =
            crate::support::call(http::Method::POST, &self.mosaic.url(path), headers, Some(body)).await;
        reply.json()["id"].as_str().unwrap_or_else(|| panic!("{path}: {reply:?}")).to_owned()
    }
}

/// Codes of open invitations.
async fn codes(mosaic: &Mosaic, admin: &Person) -> Vec<String> {
    let token = mosaic.token(admin, &["admin_write"], Lasting::Still).await;
    let mut codes = Vec::new();
    for number in 0..CODES {
        let made = invited(mosaic, &token, &format!("guest{number}")).await;
        let link = made["link"].as_str().expect("a link");
        codes.push(link.split_once('#').expect("a code").1.to_owned());
    }
    codes
}

/// An invitation for somebody of this name.
async fn invited(mosaic: &Mosaic, admins_token: &str, name: &str) -> Value {
    let body = json!({ "email": format!("{name}@example.org"), "role": "user" });
    post(&mosaic.url("/api/admin/invitations"), admins_token, &body).await.json()
}

/// The token of a person's cell, as the cell itself tells it.
async fn gateway_token(mosaic: &Mosaic, person: &Person) -> String {
    let reply = chat_whole(mosaic, person, "token", "/standin read /run/mosaic/token").await;
    let token = reply.text.split(|c: char| !c.is_ascii_hexdigit()).find(|it| it.len() == 64);
    token.unwrap_or_else(|| panic!("no token in {reply:?}")).to_owned()
}
