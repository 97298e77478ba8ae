//! What handlers work with.

use std::{sync::Arc, time::Duration};

use axum::extract::FromRef;
use dashmap::DashMap;
use mosaic_actors::Fleet;
use mosaic_model::{Agent, Clock, Owner, TokenHash, UserId};
use mosaic_storage::{Caller, Setup, Store, StoreError};
use tokio::time::Instant;

/// How long a verified token, or a user's set-up, is believed without asking the database.
const BELIEF: Duration = Duration::from_secs(5);
/// How many of each are remembered; beyond it all are forgotten and asked for anew.
const REMEMBERED_MAX: usize = 50_000;

/// The state of both routers. Clones share it.
#[derive(Debug, Clone)]
pub struct HttpState {
    pub(crate) store: Store,
    pub(crate) fleet: Fleet,
    pub(crate) clock: Arc<dyn Clock>,
    callers: Arc<Memory<TokenHash, Caller>>,
    profiles: Arc<Memory<UserId, Arc<Profile>>>,
}

/// What a chat needs to know of its user.
#[derive(Debug)]
pub(crate) struct Profile {
    pub(crate) agents: Vec<Agent>,
    pub(crate) setup: Setup,
}

impl HttpState {
    /// The state over a store and a fleet.
    pub fn new(store: Store, fleet: Fleet, clock: Arc<dyn Clock>) -> Self {
        Self { store, fleet, clock, callers: Arc::default(), profiles: Arc::default() }
    }

    /// Whom a token speaks for. The hot path is not the database's.
    pub(crate) async fn caller(&self, hash: TokenHash) -> Result<Option<Caller>, StoreError> {
        if let Some(caller) = self.callers.recall(&hash) {
            return Ok(caller.expires_at.is_none_or(|end| end > self.clock.now()).then_some(caller));
        }
        let caller = self.store.authenticate(&hash).await?;
        if let Some(caller) = &caller {
            #[expect(clippy::disallowed_methods, reason = "the token has just proved who the caller is")]
            self.store.touch_token(Owner::vouch(caller.user), caller.token).await?;
            self.callers.remember(hash, caller.clone());
        }
        Ok(caller)
    }

    /// What the user has set up.
    pub(crate) async fn profile(&self, owner: Owner) -> Result<Arc<Profile>, StoreError> {
        if let Some(profile) = self.profiles.recall(&owner.user_id()) {
            return Ok(profile);
        }
        let setup = self.store.has_agent_and_provider(owner).await?;
        let profile = Arc::new(Profile { agents: self.store.agents(owner).await?, setup });
        // What is still missing is looked for anew each time: it may be there a moment later.
        if profile.setup == Setup::Ready {
            self.profiles.remember(owner.user_id(), Arc::clone(&profile));
        }
        Ok(profile)
    }

    /// The user changed what they have set up.
    pub(crate) fn forget_profile(&self, owner: Owner) {
        self.profiles.known.remove(&owner.user_id());
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

/// Answers of the database, believed for [`BELIEF`].
#[derive(Debug)]
struct Memory<K: Eq + std::hash::Hash, V> {
    known: DashMap<K, (V, Instant)>,
}

impl<K: Eq + std::hash::Hash, V> Default for Memory<K, V> {
    fn default() -> Self {
        Self { known: DashMap::new() }
    }
}

impl<K: Eq + std::hash::Hash, V: Clone> Memory<K, V> {
    fn recall(&self, key: &K) -> Option<V> {
        let (value, since) = self.known.get(key).map(|entry| entry.value().clone())?;
        (since.elapsed() < BELIEF).then_some(value)
    }

    fn remember(&self, key: K, value: V) {
        if self.known.len() >= REMEMBERED_MAX {
            self.known.clear();
        }
        self.known.insert(key, (value, Instant::now()));
    }
}
