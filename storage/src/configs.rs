//! Configurations: what `openclaw.json` is made of, and the record of what it was meant to be.
//!
//! Revisions hold references to keys, never the keys: an old revision cannot revive a revoked one.

/// Selects which container is the owner's (`$1`) present or last one, whether the owner is a user or the fleet.
macro_rules! present_generation {
    () => {
        "SELECT generation FROM user_containers WHERE user_id = $1
         UNION ALL
         SELECT generation FROM system_containers WHERE id = $1"
    };
}

mod fates;
mod served;

use std::{collections::HashMap, fmt};

use mosaic_model::{
    Agent, AssemblyError, AssemblyInput, Fingerprint, Owner, Provider, ProviderCredential, ProviderId,
    RevisionId, Wanted, assemble, config_fingerprint,
};
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    Store, StoreError,
    agents::select_agents,
    providers::{key_place, select_providers},
    random,
    users::lock_owner,
};

/// How many revisions of one user are kept, beside the last that was healthy.
const REVISIONS_KEPT: i64 = 100;

pub use self::{
    fates::{CellConfig, Fallback},
    served::ConfigStanding,
};

/// What a cell is given as its configuration, with its owner's keys.
#[derive(Clone, PartialEq, Eq)]
pub struct GivenConfig {
    /// The whole `openclaw.json`.
    pub document: Value,
    /// Which revision it is, counted from 1 on.
    pub revision: i64,
}

impl fmt::Debug for GivenConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GivenConfig").field("revision", &self.revision).finish_non_exhaustive()
    }
}

/// A recorded configuration.
struct Revision {
    id: RevisionId,
    number: i64,
    fingerprint: Fingerprint,
}

/// Why no revision was recorded.
#[derive(Debug, thiserror::Error)]
pub enum RevisionError {
    /// The owner has to set something up first.
    #[error(transparent)]
    Incomplete(#[from] AssemblyError),
    /// The database did not take it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// How far a user is with setting up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setup {
    /// There is no provider yet, or none that is switched on.
    NoProvider,
    /// There is a provider, but no agent yet.
    NoAgent,
    /// A chat can begin.
    Ready,
}

#[derive(sqlx::FromRow)]
struct RevisionRow {
    id: Uuid,
    number: i64,
    fingerprint: String,
}

impl From<RevisionRow> for Revision {
    fn from(row: RevisionRow) -> Self {
        Self {
            id: RevisionId::from_uuid(row.id),
            number: row.number,
            fingerprint: Fingerprint::from_stored(row.fingerprint),
        }
    }
}

impl Store {
    /// All that `openclaw.json` is made of, with the keys in clear: only for the owner's own cell.
    pub async fn assembly_input(&self, owner: Owner) -> Result<AssemblyInput, StoreError> {
        Ok(self.assembly(owner).await?.1)
    }

    /// The configuration for a cell that asks. What is wanted is recorded as a revision, unless the last one says the
    /// same; given is that, or where it was refused an earlier one that stands in for it.
    pub async fn serve_config(&self, owner: Owner) -> Result<GivenConfig, RevisionError> {
        let (referring, input) = self.assembly(owner).await?;
        let mut transaction = self.begin(owner).await?;
        lock_owner(&mut transaction, owner).await?;
        let given = match assemble(&referring) {
            Ok(document) => {
                let wanted = self.record_revision(&mut transaction, owner, document).await?.number;
                match fates::stand_in(&mut transaction, owner, wanted, &input).await? {
                    Some((revision, document)) => Ok(GivenConfig { document, revision }),
                    None => Ok(GivenConfig { document: assemble(&input)?, revision: wanted }),
                }
            }
            // That nothing could be given is a thing to remember too: it may change.
            Err(incomplete) => Err(RevisionError::Incomplete(incomplete)),
        };
        let (wanted, revision) = (Wanted::of(&referring), given.as_ref().ok().map(|it| it.revision));
        served::put(&mut transaction, owner, &wanted, revision, self.now()).await?;
        transaction.commit().await.map_err(StoreError::from)?;
        given
    }

    /// What the configuration is made of now, twice from one view of the database: with references in
    /// place of keys, and with the keys.
    async fn assembly(&self, owner: Owner) -> Result<(AssemblyInput, AssemblyInput), StoreError> {
        let mut transaction = self.begin_snapshot(owner).await?;
        let referring = referring_input(&mut transaction, owner).await?;
        let sealed = select_keys(&mut transaction, owner).await?;
        let mut input = referring.clone();
        for (provider, credential) in input.providers.iter_mut().filter(|(provider, _)| provider.has_key) {
            let missing = || StoreError::Corrupt(format!("provider {} has no key", provider.id));
            let sealed = sealed.get(&provider.id).ok_or_else(missing)?;
            let key = self.keys().open_text(&key_place(owner, provider.id), sealed)?;
            *credential = ProviderCredential::Key(key);
        }
        Ok((referring, input))
    }

    async fn record_revision(
        &self,
        connection: &mut PgConnection,
        owner: Owner,
        document: Value,
    ) -> Result<Revision, StoreError> {
        let fingerprint = config_fingerprint(&document);
        let last = last_revision(connection, owner).await?;
        let number = match last {
            Some(last) if last.fingerprint == fingerprint => return Ok(last),
            Some(last) => last.number + 1,
            None => 1,
        };
        let id = RevisionId::new(self.now(), random::bytes());
        let revision = Revision { id, number, fingerprint };
        self.insert_revision(connection, owner, &revision, document).await?;
        Ok(revision)
    }

    /// How far the owner is with setting up: one cheap question.
    pub async fn has_agent_and_provider(&self, owner: Owner) -> Result<Setup, StoreError> {
        let mut transaction = self.begin(owner).await?;
        let (provider, agent): (bool, bool) = sqlx::query_as(
            "SELECT
                EXISTS (SELECT FROM llm_providers WHERE user_id = $1 AND enabled),
                EXISTS (SELECT FROM user_agent_config WHERE user_id = $1)",
        )
        .bind(owner.user_id().as_uuid())
        .fetch_one(&mut *transaction)
        .await?;
        Ok(match (provider, agent) {
            (false, _) => Setup::NoProvider,
            (true, false) => Setup::NoAgent,
            (true, true) => Setup::Ready,
        })
    }

    async fn insert_revision(
        &self,
        connection: &mut PgConnection,
        owner: Owner,
        revision: &Revision,
        document: Value,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO config_revisions (id, user_id, number, fingerprint, document, created_at)
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(revision.id.as_uuid())
        .bind(owner.user_id().as_uuid())
        .bind(revision.number)
        .bind(revision.fingerprint.as_str())
        .bind(document)
        .bind(self.now())
        .execute(&mut *connection)
        .await?;
        sqlx::query(
            "DELETE FROM config_revisions
             WHERE user_id = $1
               AND number <= $2
               AND number IS DISTINCT FROM (
                   SELECT max(number)
                   FROM config_revisions
                   WHERE user_id = $1 AND fate = 'healthy'
               )",
        )
        .bind(owner.user_id().as_uuid())
        .bind(revision.number - REVISIONS_KEPT)
        .execute(connection)
        .await?;
        Ok(())
    }
}

/// The owner's agents and providers, with references in place of keys.
async fn referring_input(connection: &mut PgConnection, owner: Owner) -> Result<AssemblyInput, StoreError> {
    let agents = select_agents(connection, owner).await?;
    let agents = agents.into_iter().map(Agent::try_from).collect::<Result<_, _>>()?;
    let mut providers = Vec::new();
    for row in select_providers(connection, owner).await? {
        let credential =
            if row.has_key { ProviderCredential::Version(row.key_version) } else { ProviderCredential::None };
        providers.push((Provider::try_from(row)?, credential));
    }
    Ok(AssemblyInput { agents, providers })
}

async fn select_keys(
    connection: &mut PgConnection,
    owner: Owner,
) -> Result<HashMap<ProviderId, Vec<u8>>, StoreError> {
    let rows: Vec<(Uuid, Vec<u8>)> = sqlx::query_as(
        "SELECT provider_id, sealed
         FROM llm_provider_keys
         WHERE user_id = $1",
    )
    .bind(owner.user_id().as_uuid())
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|(id, sealed)| (ProviderId::from_uuid(id), sealed)).collect())
}

async fn last_revision(connection: &mut PgConnection, owner: Owner) -> Result<Option<Revision>, StoreError> {
    let row: Option<RevisionRow> = sqlx::query_as(
        "SELECT id, number, fingerprint
         FROM config_revisions
         WHERE user_id = $1
         ORDER BY number DESC
         LIMIT 1",
    )
    .bind(owner.user_id().as_uuid())
    .fetch_optional(connection)
    .await?;
    Ok(row.map(Revision::from))
}
