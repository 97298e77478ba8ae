//! What handlers work with.

use std::{net::SocketAddr, sync::Arc};

use axum::extract::FromRef;
use chrono::TimeDelta;
use dashmap::DashMap;
use mosaic_actors::Fleet;
use mosaic_model::{Agent, CellId, Clock, Owner, Timestamp, TokenHash, TokenId, UserId};
use mosaic_storage::{Caller, News, SessionCaller, Setup, Store, StoreError};
use tokio::sync::{Mutex, watch};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    auth::Throttles,
    beliefs::{Beliefs, Recall},
    meter::Meter,
    oidc::Oidc,
    setup::FirstSetup,
    trial::Trials,
    turns::Turns,
    watching::Watchers,
};

/// How often it is noted that a token or a session is in use.
const NOTED_EVERY: TimeDelta = TimeDelta::minutes(1);

/// How often the audit log says that a token of admin scope is in use.
const ADMIN_TOKEN_NOTED_EVERY: TimeDelta = TimeDelta::minutes(10);

/// The state of both routers. Clones share it.
#[derive(Debug, Clone)]
pub struct HttpState {
    pub(crate) store: Store,
    pub(crate) fleet: Fleet,
    pub(crate) clock: Arc<dyn Clock>,
    /// What goes on behind an answer.
    pub(crate) tasks: TaskTracker,
    pub(crate) throttles: Arc<Throttles>,
    pub(crate) oidc: Arc<Oidc>,
    /// Told when somebody's access changed.
    pub(crate) access_changes: watch::Sender<()>,
    /// Held while a user is erased.
    pub(crate) erasing: Arc<Mutex<()>>,
    pub(crate) setup: Arc<FirstSetup>,
    pub(crate) trials: Arc<Trials>,
    pub(crate) turns: Arc<Turns>,
    pub(crate) meter: Arc<Meter>,
    pub(crate) watchers: Arc<Watchers>,
    callers: Arc<Beliefs<TokenHash, Caller>>,
    sessions: Arc<Beliefs<TokenHash, SessionCaller>>,
    profiles: Arc<Beliefs<CellId, Arc<Profile>>>,
    /// When the audit log last said that this token of admin scope is in use.
    admin_tokens: Arc<DashMap<TokenId, Timestamp>>,
}

/// What a chat needs to know of its user.
#[derive(Debug)]
pub(crate) struct Profile {
    pub(crate) agents: Vec<Agent>,
    pub(crate) setup: Setup,
}

impl HttpState {
    /// The state over a store and a fleet; what it does behind an answer is tracked by `tasks`.
    pub fn new(store: Store, fleet: Fleet, clock: Arc<dyn Clock>, tasks: TaskTracker) -> Self {
        Self {
            store,
            meter: Arc::new(Meter::of(&fleet)),
            fleet,
            setup: Arc::default(),
            throttles: Arc::new(Throttles::new(Arc::clone(&clock))),
            oidc: Arc::new(Oidc::new(Arc::clone(&clock))),
            trials: Arc::new(Trials::new(Arc::clone(&clock))),
            turns: Arc::new(Turns::until(CancellationToken::new())),
            watchers: Arc::default(),
            clock,
            tasks,
            access_changes: watch::Sender::new(()),
            erasing: Arc::default(),
            callers: Arc::default(),
            sessions: Arc::default(),
            profiles: Arc::default(),
            admin_tokens: Arc::default(),
        }
    }

    /// The same, served at this address: on this host alone, providers send people back to it where no
    /// `public_url` is set.
    #[must_use]
    pub fn listening_at(self, address: SocketAddr) -> Self {
        let oidc = Oidc::new(Arc::clone(&self.clock)).listening_at(address);
        Self { oidc: Arc::new(oidc), ..self }
    }

    /// The same, until Mosaic ends: then turns are given up, and what was told of them is kept; and whoever watches is
    /// told no more.
    #[must_use]
    pub fn until(self, closing: CancellationToken) -> Self {
        let watchers = Arc::new(Watchers::until(closing.clone()));
        Self { turns: Arc::new(Turns::until(closing)), watchers, ..self }
    }

    /// Whom a token speaks for.
    pub(crate) async fn caller(&self, hash: TokenHash) -> Result<Option<Caller>, StoreError> {
        let caller = match self.callers.recall(&hash) {
            Recall::Fresh(caller) => caller,
            Recall::Aging(caller) => {
                let state = self.clone();
                self.tasks.spawn(async move { state.renew_caller(hash).await });
                caller
            }
            Recall::Nothing => {
                let question = self.callers.ask();
                let Some(caller) = self.store.authenticate(&hash).await? else { return Ok(None) };
                self.callers.remember(question, hash, caller.clone());
                self.note_token(&caller);
                caller
            }
        };
        Ok(caller.expires_at.is_none_or(|end| end > self.clock.now()).then_some(caller))
    }

    /// Whom a cookie speaks for.
    pub(crate) async fn session(&self, hash: TokenHash) -> Result<Option<SessionCaller>, StoreError> {
        let caller = match self.sessions.recall(&hash) {
            Recall::Fresh(caller) => caller,
            Recall::Aging(caller) => {
                let state = self.clone();
                self.tasks.spawn(async move { state.renew_session(hash).await });
                caller
            }
            Recall::Nothing => {
                let question = self.sessions.ask();
                let Some(caller) = self.store.authenticate_session(&hash).await? else { return Ok(None) };
                self.sessions.remember(question, hash, caller.clone());
                self.note_session(&caller);
                caller
            }
        };
        Ok((caller.ends_at > self.clock.now()).then_some(caller))
    }

    /// What the user has set up.
    pub(crate) async fn profile(&self, owner: Owner) -> Result<Arc<Profile>, StoreError> {
        match self.profiles.recall(&owner.cell()) {
            Recall::Fresh(profile) => return Ok(profile),
            Recall::Aging(profile) => {
                let state = self.clone();
                self.tasks.spawn(async move {
                    let question = state.profiles.ask();
                    if let Ok(profile) = state.look_up_profile(owner).await {
                        state.profiles.remember(question, owner.cell(), profile);
                    }
                });
                return Ok(profile);
            }
            Recall::Nothing => {}
        }
        let question = self.profiles.ask();
        let profile = self.look_up_profile(owner).await?;
        // What is still missing is looked for anew each time: it may be there a moment later.
        if profile.setup == Setup::Ready {
            self.profiles.remember(question, owner.cell(), Arc::clone(&profile));
        }
        Ok(profile)
    }

    /// Drops what is remembered and may not be true any more, and tells of newcomers.
    pub fn forget(&self, news: &News) {
        match news {
            News::Settings => {}
            News::ConfigChanged(cell) => self.profiles.forget(cell),
            News::AccessChanged(user) => self.forget_access(*user),
            News::Newcomer(user) => self.watchers.newcomer(Some(CellId::User(*user))),
            News::Missed => self.forget_everything(),
        }
    }

    /// The user changed what they have set up.
    pub(crate) fn forget_profile(&self, owner: Owner) {
        self.profiles.forget(&owner.cell());
    }

    /// What this user may do, or whether their tokens and sessions hold, is another thing now.
    pub(crate) fn forget_access(&self, user: UserId) {
        self.forget_user(user);
        self.access_changes.send_replace(());
    }

    /// As [`HttpState::forget_access`], by whoever has seen to the rest.
    pub(crate) fn forget_user(&self, user: UserId) {
        self.callers.forget_where(|caller| caller.user == user);
        self.sessions.forget_where(|caller| caller.user == user);
        self.turns.access_changed(Some(user));
    }

    /// Anything may have changed.
    fn forget_everything(&self) {
        self.callers.forget_where(|_| true);
        self.sessions.forget_where(|_| true);
        self.profiles.forget_where(|_| true);
        self.turns.access_changed(None);
        self.watchers.newcomer(None);
        self.access_changes.send_replace(());
    }

    /// Whether the audit log has not said for a while that this token of admin scope is in use.
    pub(crate) fn is_first_use_in_a_while(&self, token: TokenId) -> bool {
        let now = self.clock.now();
        let mut noted = self.admin_tokens.entry(token).or_insert(Timestamp::UNIX_EPOCH);
        let is_due = now - *noted >= ADMIN_TOKEN_NOTED_EVERY;
        if is_due {
            *noted = now;
        }
        is_due
    }

    async fn look_up_profile(&self, owner: Owner) -> Result<Arc<Profile>, StoreError> {
        let setup = self.store.has_agent_and_provider(owner).await?;
        Ok(Arc::new(Profile { agents: self.store.agents(owner).await?, setup }))
    }

    async fn renew_caller(&self, hash: TokenHash) {
        let question = self.callers.ask();
        match self.store.authenticate(&hash).await {
            Ok(Some(caller)) => {
                self.note_token(&caller);
                self.callers.remember(question, hash, caller);
            }
            Ok(None) => self.callers.forget(&hash),
            Err(error) => tracing::warn!(%error, "a token could not be looked up again"),
        }
    }

    async fn renew_session(&self, hash: TokenHash) {
        let question = self.sessions.ask();
        match self.store.authenticate_session(&hash).await {
            Ok(Some(caller)) => {
                self.note_session(&caller);
                self.sessions.remember(question, hash, caller);
            }
            Ok(None) => self.sessions.forget(&hash),
            Err(error) => tracing::warn!(%error, "a session could not be looked up again"),
        }
    }

    /// Notes, behind the answer, that a token is in use.
    fn note_token(&self, caller: &Caller) {
        if caller.last_used_at.is_some_and(|last| self.clock.now() - last < NOTED_EVERY) {
            return;
        }
        #[expect(clippy::disallowed_methods, reason = "the token has just proved who the caller is")]
        let owner = Owner::vouch(caller.user);
        let (store, token) = (self.store.clone(), caller.token);
        self.tasks.spawn(async move {
            if let Err(error) = store.touch_token(owner, token).await {
                tracing::debug!(%error, "the use of a token could not be noted");
            }
        });
    }

    /// Notes, behind the answer, that a session is in use.
    fn note_session(&self, caller: &SessionCaller) {
        if self.clock.now() - caller.last_seen_at < NOTED_EVERY {
            return;
        }
        #[expect(clippy::disallowed_methods, reason = "the cookie has just proved who the caller is")]
        let owner = Owner::vouch(caller.user);
        let (store, session) = (self.store.clone(), caller.session);
        self.tasks.spawn(async move {
            if let Err(error) = store.touch_session(owner, session).await {
                tracing::debug!(%error, "the use of a session could not be noted");
            }
        });
    }
}

impl FromRef<HttpState> for Store {
    fn from_ref(state: &HttpState) -> Self {
        state.store.clone()
    }
}

impl FromRef<HttpState> for Fleet {
    fn from_ref(state: &HttpState) -> Self {
        state.fleet.clone()
    }
}
