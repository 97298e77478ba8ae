//! A cell's row, and what it says.

use ipnet::Ipv4Net;
use mosaic_model::{
    Cause, CellId, GatewayToken, Generation, Images, Nonce, RestWishes, State, SystemCellId, Timestamp,
    UserId,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use uuid::Uuid;

use super::{images::read_images, statements::key};
use crate::{
    KeyOwner, KeyRing, Place, StoreError,
    sealed_columns::{SYSTEM_GATEWAY_TOKENS, USER_GATEWAY_TOKENS},
    wishes::wishes,
};

/// What is remembered of a cell.
#[derive(Debug, Clone)]
pub struct CellRecord {
    /// Whose cell.
    pub cell: CellId,
    /// Its present, or last, container.
    pub generation: Generation,
    /// What that container's label says.
    pub nonce: Nonce,
    /// The network it has, while it has one.
    pub subnet: Option<Ipv4Net>,
    /// The state last written.
    pub state: State,
    /// When its containers died, for the restart budget.
    pub deaths: Vec<Timestamp>,
    /// What became of its images.
    pub images: Images,
    /// The token its container was started with.
    pub gateway_token: GatewayToken,
    /// What its owner wants of its rest.
    pub wishes: RestWishes,
}

/// What everybody who looks after the fleet may know of a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellSummary {
    /// Whose cell.
    pub cell: CellId,
    /// Its present, or last, container; 0 where it never had one.
    pub generation: Generation,
    /// What that container's label says; empty where it never had one.
    pub nonce: Nonce,
    /// The state last written, without lines of standard error.
    pub state: State,
}

#[derive(sqlx::FromRow)]
pub(super) struct CellRow {
    generation: i64,
    nonce: String,
    subnet: Option<String>,
    state: Value,
    stderr: Vec<String>,
    deaths: Vec<Timestamp>,
    images: Value,
    sealed: Vec<u8>,
    keep_awake: bool,
    idle_timeout_secs: Option<i32>,
}

#[derive(sqlx::FromRow)]
pub(super) struct SummaryRow {
    user_id: Option<Uuid>,
    system_id: Option<Uuid>,
    generation: i64,
    nonce: String,
    state: Value,
}

impl CellRow {
    /// Reads the row of this cell.
    pub(super) fn into_record(self, cell: CellId, keys: &KeyRing) -> Result<CellRecord, StoreError> {
        Ok(CellRecord {
            cell,
            generation: Generation(self.generation.cast_unsigned()),
            nonce: Nonce::from_label(self.nonce),
            subnet: self.subnet.map(|text| parse_subnet(&text)).transpose()?,
            state: join_state(self.state, self.stderr)?,
            deaths: self.deaths,
            images: read_images(self.images)?,
            gateway_token: parse_token(keys, cell, &self.sealed)?,
            wishes: wishes(self.keep_awake, self.idle_timeout_secs),
        })
    }
}

impl TryFrom<SummaryRow> for CellSummary {
    type Error = StoreError;

    fn try_from(row: SummaryRow) -> Result<Self, Self::Error> {
        let cell = cell_of(row.user_id, row.system_id);
        Ok(Self {
            cell: cell.ok_or_else(|| StoreError::Corrupt("a cell that is nobody's".to_owned()))?,
            generation: Generation(row.generation.cast_unsigned()),
            nonce: Nonce::from_label(row.nonce),
            state: join_state(row.state, Vec::new())?,
        })
    }
}

/// The cell that two columns name, of which one is filled.
pub(super) fn cell_of(user: Option<Uuid>, system: Option<Uuid>) -> Option<CellId> {
    let user = user.map(|user| CellId::User(UserId::from_uuid(user)));
    user.or_else(|| system.map(|system| CellId::System(SystemCellId::from_uuid(system))))
}

/// Reads a network as Postgres writes it.
pub(super) fn parse_subnet(text: &str) -> Result<Ipv4Net, StoreError> {
    text.parse().ok().ok_or_else(|| StoreError::Corrupt(format!("cell_subnets.subnet {text}")))
}

/// A state as its column takes it, and apart from it the lines that only the owner may see.
pub(super) fn split_state(state: &State) -> Result<(Value, Vec<String>), StoreError> {
    let mut state = state.clone();
    let stderr = cause_of(&mut state).map(Cause::take_words).unwrap_or_default();
    Ok((to_value(&state)?, stderr))
}

/// A cause as its column takes it, and apart from it the lines that only the owner may see.
pub(super) fn split_cause(cause: Option<&Cause>) -> Result<(Option<Value>, Vec<String>), StoreError> {
    let Some(mut cause) = cause.cloned() else { return Ok((None, Vec::new())) };
    let stderr = cause.take_words();
    Ok((Some(to_value(&cause)?), stderr))
}

/// Reads a state as its column has it, and puts the lines back.
pub(super) fn join_state(value: Value, stderr: Vec<String>) -> Result<State, StoreError> {
    let mut state: State = from_value(value)?;
    if let Some(cause) = cause_of(&mut state) {
        cause.give_words(stderr);
    }
    Ok(state)
}

/// Reads a cause as its column has it, and puts the lines back.
pub(super) fn join_cause(value: Option<Value>, stderr: Vec<String>) -> Result<Option<Cause>, StoreError> {
    let Some(value) = value else { return Ok(None) };
    let mut cause: Cause = from_value(value)?;
    cause.give_words(stderr);
    Ok(Some(cause))
}

fn to_value(plain: &impl Serialize) -> Result<Value, StoreError> {
    serde_json::to_value(plain).map_err(|error| StoreError::Corrupt(error.to_string()))
}

fn from_value<T: DeserializeOwned>(value: Value) -> Result<T, StoreError> {
    serde_json::from_value(value).map_err(|error| StoreError::Corrupt(format!("of a cell: {error}")))
}

const fn cause_of(state: &mut State) -> Option<&mut Cause> {
    match state {
        State::Failed { cause, .. } | State::Quarantined { cause, .. } => Some(cause),
        State::Absent
        | State::Starting { .. }
        | State::Running { .. }
        | State::Draining { .. }
        | State::Freezing { .. }
        | State::Frozen { .. }
        | State::Thawing { .. }
        | State::Stopping { .. } => None,
    }
}

/// Where a cell's gateway token belongs.
pub(super) const fn token_place(cell: CellId) -> Place<'static> {
    let (column, owner) = match cell {
        CellId::User(user) => (USER_GATEWAY_TOKENS, KeyOwner::User(user)),
        CellId::System(_) => (SYSTEM_GATEWAY_TOKENS, KeyOwner::System),
    };
    column.of_id(key(cell), owner)
}

/// Opens a gateway token.
pub(super) fn parse_token(keys: &KeyRing, cell: CellId, sealed: &[u8]) -> Result<GatewayToken, StoreError> {
    let text = keys.open_text(&token_place(cell), sealed)?;
    GatewayToken::parse(text.expose()).ok_or_else(|| StoreError::Corrupt(format!("the token of {cell}")))
}
