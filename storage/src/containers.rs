//! What the actors remember of their cells between two lives of Mosaic.
//!
//! A projection: while an actor lives, it decides and writes here, and nothing else does. A user's cell is
//! written in that user's own transaction; the fleet's own cells in one without an owner.

mod events;
mod figures;
mod fleet;
mod images;
mod record;
mod statements;
mod subnet;

use ipnet::Ipv4Net;
use mosaic_model::{CellId, GatewayToken, Generation, Nonce, Owner, Timestamp, Transition};
use sqlx::{PgConnection, Postgres, Transaction};
use uuid::Uuid;

pub use self::{
    events::CellEvent,
    figures::{FIGURE_PARTS, FigurePart, FleetFigures, WakeFigures},
    fleet::{FleetEntry, FleetFilter, FleetOwner, FleetPlace, FleetSort},
    record::{CellRecord, CellSummary},
};
use self::{
    record::{CellRow, SummaryRow, cell_of, parse_token, split_state, token_place},
    statements::{Statements, key},
    subnet::Taken,
};
use crate::{Store, StoreError, error::broken_unique, random};

/// How often another network is tried when somebody else takes the chosen one first.
const SUBNET_ATTEMPTS: u32 = 64;

impl Store {
    /// What is remembered of a cell; none where it never had a container.
    pub async fn cell_record(&self, cell: CellId) -> Result<Option<CellRecord>, StoreError> {
        let mut transaction = self.begin_cell(cell).await?;
        self.select_record(&mut transaction, cell).await
    }

    /// Prepares for a new container: the next generation, with a nonce, a gateway token and a /28 network that
    /// is no other cell's and overlaps none of `avoid`. A network the cell still holds is kept if it will do.
    pub async fn begin_generation(
        &self,
        cell: CellId,
        range: Ipv4Net,
        avoid: &[Ipv4Net],
    ) -> Result<CellRecord, StoreError> {
        for attempt in 0..SUBNET_ATTEMPTS {
            let taken = self.taken_subnets().await?;
            let subnet = taken.choose(cell, range, avoid, attempt).ok_or(StoreError::NoSubnetLeft)?;
            let mut transaction = self.begin_cell(cell).await?;
            self.insert_generation(&mut transaction, cell).await?;
            match put_subnet(&mut transaction, cell, subnet).await {
                Ok(()) => {}
                Err(error) if broken_unique(&error) == Some("cell_subnets_pkey") => continue,
                Err(error) => return Err(error.into()),
            }
            let record = self.select_record(&mut transaction, cell).await?;
            transaction.commit().await?;
            let vanished = || StoreError::Corrupt(format!("cell {cell} vanished while it began"));
            return record.ok_or_else(vanished);
        }
        Err(StoreError::NoSubnetLeft)
    }

    /// Writes a cell's state, for readers and for the next life of its actor, and how it came to it.
    pub async fn save_state(
        &self,
        cell: CellId,
        step: &Transition,
        deaths: &[Timestamp],
    ) -> Result<(), StoreError> {
        let (state, stderr) = split_state(&step.to)?;
        let (sql, id) = (Statements::of(cell), key(cell));
        let mut transaction = self.begin_cell(cell).await?;
        sqlx::query(sql.save_state)
            .bind(id)
            .bind(&state)
            .bind(stderr)
            .bind(deaths)
            .bind(self.now())
            .execute(&mut *transaction)
            .await?;
        self.add_event(&mut transaction, cell, state, step).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Frees the cell's network for others. Freeing twice is no error.
    pub async fn release_subnet(&self, cell: CellId) -> Result<(), StoreError> {
        let mut transaction = self.begin_cell(cell).await?;
        sqlx::query(Statements::of(cell).release_subnet).bind(key(cell)).execute(&mut *transaction).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Every cell that ever was, with its last state. No secrets, and no lines of standard error.
    pub async fn cells(&self) -> Result<Vec<CellSummary>, StoreError> {
        let rows: Vec<SummaryRow> = sqlx::query_as(
            "SELECT user_id, NULL::uuid AS system_id, generation, nonce, state
             FROM user_containers
             UNION ALL
             SELECT NULL::uuid, id, generation, nonce, state
             FROM system_containers
             ORDER BY user_id, system_id",
        )
        .fetch_all(self.fleet())
        .await?;
        rows.into_iter().map(CellSummary::try_from).collect()
    }

    /// The cells whose last written state is none to rest in ([`mosaic_model::State::is_at_rest`]), and those that
    /// still have a network.
    pub async fn unsettled_cells(&self) -> Result<Vec<CellId>, StoreError> {
        let rows: Vec<(Option<Uuid>, Option<Uuid>)> = sqlx::query_as(
            "SELECT user_id, NULL::uuid AS system_id
             FROM user_containers
             WHERE state ->> 'state' NOT IN ('absent', 'quarantined')
             UNION
             SELECT NULL::uuid, id
             FROM system_containers
             WHERE state ->> 'state' NOT IN ('absent', 'quarantined')
             UNION
             SELECT user_id, system_id
             FROM cell_subnets",
        )
        .fetch_all(self.fleet())
        .await?;
        let nobody = || StoreError::Corrupt("a cell that is nobody's".to_owned());
        rows.into_iter().map(|(user, system)| cell_of(user, system).ok_or_else(nobody)).collect()
    }

    /// The token that a cell's present container was started with; none while the cell's owner is shut out.
    pub async fn gateway_token(&self, cell: CellId) -> Result<Option<GatewayToken>, StoreError> {
        let mut transaction = self.begin_cell(cell).await?;
        let sealed: Option<Vec<u8>> = sqlx::query_scalar(Statements::of(cell).select_token)
            .bind(key(cell))
            .fetch_optional(&mut *transaction)
            .await?;
        sealed.map(|sealed| parse_token(self.keys(), cell, &sealed)).transpose()
    }

    /// Begins a transaction that may touch this cell.
    async fn begin_cell(&self, cell: CellId) -> Result<Transaction<'static, Postgres>, StoreError> {
        match owner_of(cell) {
            Some(owner) => self.begin(owner).await,
            None => self.begin_unowned().await,
        }
    }

    async fn taken_subnets(&self) -> Result<Taken, StoreError> {
        let rows: Vec<(String, Option<Uuid>, Option<Uuid>)> = sqlx::query_as(
            "SELECT subnet::text, user_id, system_id
             FROM cell_subnets",
        )
        .fetch_all(self.fleet())
        .await?;
        Taken::from_rows(rows)
    }

    async fn insert_generation(
        &self,
        connection: &mut PgConnection,
        cell: CellId,
    ) -> Result<Generation, StoreError> {
        let (sql, id, now) = (Statements::of(cell), key(cell), self.now());
        let generation: i64 = sqlx::query_scalar(sql.next_generation)
            .bind(id)
            .bind(Nonce::from_random(random::bytes()).as_str())
            .bind(now)
            .fetch_one(&mut *connection)
            .await?;
        let token = GatewayToken::from_random(random::bytes());
        let sealed = self.keys().seal(&token_place(cell), token.expose().as_bytes());
        sqlx::query(sql.put_token).bind(id).bind(sealed).bind(now).execute(connection).await?;
        Ok(Generation(generation.cast_unsigned()))
    }

    async fn select_record(
        &self,
        connection: &mut PgConnection,
        cell: CellId,
    ) -> Result<Option<CellRecord>, StoreError> {
        let row: Option<CellRow> = sqlx::query_as(Statements::of(cell).select_record)
            .bind(key(cell))
            .fetch_optional(connection)
            .await?;
        row.map(|row| row.into_record(cell, self.keys())).transpose()
    }
}

/// Who owns what a cell is configured from.
#[expect(clippy::disallowed_methods, reason = "only a cell's own actor and caller name it here")]
pub(crate) const fn config_owner(cell: CellId) -> Owner {
    Owner::vouch_cell(cell)
}

/// The user whose cell it is; none where it is the fleet's own.
fn owner_of(cell: CellId) -> Option<Owner> {
    matches!(cell, CellId::User(_)).then(|| config_owner(cell))
}

async fn put_subnet(connection: &mut PgConnection, cell: CellId, subnet: Ipv4Net) -> Result<(), sqlx::Error> {
    sqlx::query(Statements::of(cell).put_subnet)
        .bind(key(cell))
        .bind(subnet.to_string())
        .execute(connection)
        .await?;
    Ok(())
}
