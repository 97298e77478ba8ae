//! Agents of the fleet's own: declared by an admin, owned by nobody.
//!
//! Each has a cell to itself, one provider account and one agent, in the tables that hold users' as well, under an
//! owner of its own ([`Owner::vouch_cell`]): so its keys are sealed with a key of its own, its configuration is
//! assembled as everybody's is, and a transaction that acts for a user sees nothing of it.

mod change;
mod delete;

use mosaic_model::{
    Agent, AgentDraft, AgentSlug, AuditAction, AuditEntry, AuditTarget, By, CellId, ModelRef, Owner,
    Provider, ProviderDraft, Secret, SystemCellId, Timestamp,
};
use sqlx::PgConnection;
use uuid::Uuid;

pub use self::change::SystemAgentChange;
use crate::{Store, StoreError, agents::select_agents, providers::select_providers, random};

/// The most agents of its own a fleet may have: each can be always on, in a container to itself.
const SYSTEM_AGENTS_MAX: i64 = 50;
/// What its agent is called in requests to its gateway: there is one a cell.
const SLUG: &str = "main";

/// An agent of the fleet's own.
#[derive(Debug, Clone, PartialEq)]
pub struct SystemAgent {
    /// Names it, and its cell.
    pub id: SystemCellId,
    /// Name, personality and model.
    pub agent: Agent,
    /// The account that pays for it.
    pub provider: Provider,
    /// Whether it is woken without being asked anything, and does not stop for idleness.
    pub always_on: bool,
    /// Whether an admin stopped it: then `always_on` waits until it is started again.
    pub held: bool,
    /// Grows with every change of it, its agent or its provider.
    pub version: i64,
    /// Since when it is declared.
    pub created_at: Timestamp,
}

/// What an agent of the fleet's own is declared with.
#[derive(Debug, Clone)]
pub struct NewSystemAgent {
    /// Its name for people.
    pub name: String,
    /// Who it is; added to every prompt.
    pub personality: String,
    /// The id of one of its provider's models.
    pub model: String,
    /// See [`SystemAgent::always_on`].
    pub always_on: bool,
    /// The account that pays for it.
    pub provider: ProviderDraft,
    /// That account's key, if it has one.
    pub key: Option<Secret<String>>,
}

#[derive(sqlx::FromRow)]
struct SystemAgentRow {
    id: Uuid,
    always_on: bool,
    held: bool,
    version: i64,
    created_at: Timestamp,
}

impl SystemAgent {
    /// Proof of acting for it.
    pub const fn owner(&self) -> Owner {
        owner(self.id)
    }
}

impl Store {
    /// Declares an agent of the fleet's own.
    pub async fn declare_system_agent(
        &self,
        new: NewSystemAgent,
        by: &By,
    ) -> Result<SystemAgent, StoreError> {
        let NewSystemAgent { name, personality, model, always_on, provider, key } = new;
        let now = self.now();
        let id = SystemCellId::new(now, random::bytes());
        let owner = owner(id);
        if self.system_agent_ids().await?.len() >= usize::try_from(SYSTEM_AGENTS_MAX).unwrap_or_default() {
            let most = format!("at most {SYSTEM_AGENTS_MAX} agents of the fleet's own: delete one first");
            return Err(StoreError::Invalid(most));
        }
        let mut transaction = self.begin(owner).await?;
        insert(&mut transaction, id, always_on, now).await?;
        let provider = self.add_provider_in(&mut transaction, owner, provider, key.as_ref(), by).await?;
        let slug = AgentSlug::parse(SLUG).expect("a short name");
        let draft = AgentDraft::new(slug, name, personality, ModelRef { provider: provider.id, model });
        self.add_agent_in(&mut transaction, owner, draft, by).await?;
        let target = AuditTarget::Cell(CellId::System(id));
        let entry = AuditEntry::done(by, AuditAction::SystemAgentDeclared, target);
        self.audit_in(&mut transaction, &entry.detailed(kept(always_on))).await?;
        let declared = select(&mut transaction, id).await?;
        transaction.commit().await?;
        Ok(declared)
    }

    /// The fleet's own agents, the oldest first, without those that are being erased.
    pub async fn system_agents(&self) -> Result<Vec<SystemAgent>, StoreError> {
        let mut agents = Vec::new();
        for id in self.system_agent_ids().await? {
            match self.system_agent(id).await {
                Ok(agent) => agents.push(agent),
                // Deleted meanwhile.
                Err(StoreError::NotFound) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(agents)
    }

    /// One of the fleet's own agents. [`StoreError::NotFound`] where it is being erased.
    pub async fn system_agent(&self, id: SystemCellId) -> Result<SystemAgent, StoreError> {
        let mut transaction = self.begin_snapshot(owner(id)).await?;
        select(&mut transaction, id).await
    }

    /// The cells of those that are to be awake though nobody asks them anything.
    pub async fn always_on_cells(&self) -> Result<Vec<CellId>, StoreError> {
        let ids: Vec<Uuid> = sqlx::query_scalar(
            "SELECT id
             FROM system_agents
             WHERE always_on AND NOT held AND deleting_at IS NULL
             ORDER BY id",
        )
        .fetch_all(self.app())
        .await?;
        Ok(ids.into_iter().map(|id| CellId::System(SystemCellId::from_uuid(id))).collect())
    }

    async fn system_agent_ids(&self) -> Result<Vec<SystemCellId>, StoreError> {
        let ids: Vec<Uuid> = sqlx::query_scalar(
            "SELECT id
             FROM system_agents
             WHERE deleting_at IS NULL
             ORDER BY created_at, id",
        )
        .fetch_all(self.app())
        .await?;
        Ok(ids.into_iter().map(SystemCellId::from_uuid).collect())
    }
}

#[expect(clippy::disallowed_methods, reason = "named by an admin's request, or made here")]
const fn owner(id: SystemCellId) -> Owner {
    Owner::vouch_cell(CellId::System(id))
}

/// In words for the audit log.
const fn kept(always_on: bool) -> &'static str {
    if always_on { "always on" } else { "on demand" }
}

async fn insert(
    connection: &mut PgConnection,
    id: SystemCellId,
    always_on: bool,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO config_owners (user_id) VALUES ($1)")
        .bind(id.as_uuid())
        .execute(&mut *connection)
        .await?;
    sqlx::query(
        "INSERT INTO system_agents (id, always_on, created_at, updated_at)
         VALUES ($1, $2, $3, $3)",
    )
    .bind(id.as_uuid())
    .bind(always_on)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}

/// Reads one as it is in this transaction of its own.
async fn select(connection: &mut PgConnection, id: SystemCellId) -> Result<SystemAgent, StoreError> {
    let row: Option<SystemAgentRow> = sqlx::query_as(
        "SELECT id, always_on, held, version, created_at
         FROM system_agents
         WHERE id = $1 AND deleting_at IS NULL",
    )
    .bind(id.as_uuid())
    .fetch_optional(&mut *connection)
    .await?;
    let row = row.ok_or(StoreError::NotFound)?;
    let missing = |what: &str| StoreError::Corrupt(format!("the fleet's agent {id:?} has no {what}"));
    let agent = select_agents(&mut *connection, owner(id)).await?.into_iter().next();
    let provider = select_providers(&mut *connection, owner(id)).await?.into_iter().next();
    let agent = Agent::try_from(agent.ok_or_else(|| missing("agent"))?)?;
    let provider = Provider::try_from(provider.ok_or_else(|| missing("provider"))?)?;
    Ok(SystemAgent {
        id: SystemCellId::from_uuid(row.id),
        // Each of the three counts its own changes from 1 on, and none ever goes back.
        version: row.version + (agent.version - 1) + (provider.version - 1),
        agent,
        provider,
        always_on: row.always_on,
        held: row.held,
        created_at: row.created_at,
    })
}
