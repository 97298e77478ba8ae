//! All cells, as those who look after the fleet see them: who, in which state and why. Nothing secret, nothing
//! that a container wrote. An owner who never had a container has a cell that sleeps.

use mosaic_model::{CellId, Generation, State, StateKind, Timestamp, UserId};
use serde_json::Value;
use sqlx::{Postgres, QueryBuilder};
use uuid::Uuid;

use super::{
    owner_of,
    record::{cell_of, join_state},
    statements::key,
};
use crate::{Store, StoreError};

/// Which cells to list; whatever is not said does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FleetFilter {
    /// In which state.
    pub state: Option<StateKind>,
    /// A part of the owner's e-mail address or id; empty for any.
    pub text: String,
}

/// In which order cells are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FleetSort {
    /// By the owner's e-mail address; the fleet's own come first.
    #[default]
    Owner,
    /// Those whose state was written last come first.
    Changed,
}

/// Where a page ended: what its last cell was sorted by, and the cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FleetPlace {
    /// What it was sorted by, as text.
    pub key: String,
    /// Which cell.
    pub cell: CellId,
}

/// A cell's owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FleetOwner {
    /// A user.
    User {
        /// Who.
        user: UserId,
        /// Their e-mail address.
        email: String,
        /// Whether they are shut out.
        disabled: bool,
    },
    /// The fleet itself.
    Fleet {
        /// What its agent is called.
        name: String,
    },
}

/// A cell in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FleetEntry {
    /// Which.
    pub cell: CellId,
    /// Whose.
    pub owner: FleetOwner,
    /// Its present, or last, container; 0 where it never had one.
    pub generation: Generation,
    /// The state last written, without the container's own words.
    pub state: State,
    /// When that was written.
    pub changed_at: Option<Timestamp>,
    /// When its containers died, as far as that is remembered.
    pub deaths: Vec<Timestamp>,
    /// Where it is in the order that was asked for.
    pub place: FleetPlace,
}

#[derive(sqlx::FromRow)]
struct EntryRow {
    user_id: Option<Uuid>,
    system_id: Option<Uuid>,
    /// The user's e-mail address, or the agent's name.
    name: String,
    disabled: bool,
    generation: i64,
    state: Value,
    changed_at: Option<Timestamp>,
    deaths: Vec<Timestamp>,
    sort_key: String,
}

/// Every cell, whoever's. The key of a sort by time is counted from its end, so that both sorts ascend.
const CELLS: &str = "
    SELECT users.id AS user_id, NULL::uuid AS system_id, users.id, users.email AS name, users.disabled,
           coalesce(generation, 0) AS generation, coalesce(state, '{\"state\": \"absent\"}') AS state,
           user_containers.updated_at AS changed_at, coalesce(deaths, '{}') AS deaths
    FROM users
    LEFT JOIN user_containers ON user_containers.user_id = users.id
    UNION ALL
    SELECT NULL, system_agents.id, system_agents.id, coalesce(user_agent_config.name, ''), false,
           coalesce(generation, 0), coalesce(state, '{\"state\": \"absent\"}'), system_containers.updated_at,
           coalesce(deaths, '{}')
    FROM system_agents
    LEFT JOIN system_containers ON system_containers.id = system_agents.id
    LEFT JOIN user_agent_config ON user_agent_config.user_id = system_agents.id";

impl Store {
    /// At most `limit` cells, after the one that the last page ended with.
    pub async fn fleet_page(
        &self,
        filter: &FleetFilter,
        sort: FleetSort,
        after: Option<&FleetPlace>,
        limit: u32,
    ) -> Result<Vec<FleetEntry>, StoreError> {
        let mut query = select(sort);
        query.push(" WHERE true");
        if let Some(state) = filter.state {
            query.push(" AND state->>'state' = ").push_bind(state.as_str());
        }
        let text = filter.text.trim().to_lowercase();
        if !text.is_empty() {
            query.push(" AND (strpos(lower(name), ").push_bind(text.clone());
            query.push(") > 0 OR strpos(id::text, ").push_bind(text).push(") > 0)");
        }
        if let Some(after) = after {
            query.push(" AND (sort_key, id) > (").push_bind(after.key.clone());
            query.push(" COLLATE \"C\", ").push_bind(key(after.cell)).push(")");
        }
        query.push(" ORDER BY sort_key, id LIMIT ").push_bind(i64::from(limit));
        let rows: Vec<EntryRow> = query.build_query_as().fetch_all(self.fleet()).await?;
        rows.into_iter().map(FleetEntry::try_from).collect()
    }

    /// One cell.
    pub async fn fleet_entry(&self, cell: CellId) -> Result<FleetEntry, StoreError> {
        let mut query = select(FleetSort::Owner);
        query.push(" WHERE id = ").push_bind(key(cell));
        query.push(" AND (user_id IS NOT NULL) = ").push_bind(owner_of(cell).is_some());
        let row: Option<EntryRow> = query.build_query_as().fetch_optional(self.fleet()).await?;
        row.map_or(Err(StoreError::NotFound), FleetEntry::try_from)
    }
}

fn select(sort: FleetSort) -> QueryBuilder<Postgres> {
    let sort_key = match sort {
        // The fleet's own come first.
        FleetSort::Owner => "CASE WHEN user_id IS NULL THEN '' ELSE name END",
        // Microseconds until the year 5138, as digits of one length.
        FleetSort::Changed => {
            "lpad((100000000000000000 - (extract(epoch FROM coalesce(changed_at, 'epoch')) * 1000000)::bigint)::text,
                  18, '0')"
        }
    };
    let mut query = QueryBuilder::new("SELECT * FROM (SELECT *, ");
    query.push(sort_key).push(" COLLATE \"C\" AS sort_key FROM (").push(CELLS).push(") AS cells) AS sorted");
    query
}

impl TryFrom<EntryRow> for FleetEntry {
    type Error = StoreError;

    fn try_from(row: EntryRow) -> Result<Self, Self::Error> {
        let cell = cell_of(row.user_id, row.system_id);
        let cell = cell.ok_or_else(|| StoreError::Corrupt("a cell that is nobody's".to_owned()))?;
        let owner = match cell {
            CellId::User(user) => FleetOwner::User { user, email: row.name, disabled: row.disabled },
            CellId::System(_) => FleetOwner::Fleet { name: row.name },
        };
        Ok(Self {
            cell,
            owner,
            generation: Generation(row.generation.cast_unsigned()),
            state: join_state(row.state, Vec::new())?,
            changed_at: row.changed_at,
            deaths: row.deaths,
            place: FleetPlace { key: row.sort_key, cell },
        })
    }
}
