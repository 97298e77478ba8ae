//! Reading turns.

use mosaic_model::{
    AgentId, ConversationId, Owner, Timestamp, TokenUsage, Turn, TurnFailure, TurnId, TurnState,
};
use sqlx::PgConnection;
use uuid::Uuid;

use super::slug;
use crate::{Store, StoreError};

/// What is read of a turn; the statement goes on with its own conditions behind it. `$1` is the owner.
macro_rules! select_turns {
    ($rest:literal) => {
        concat!(
            "SELECT it.id, it.number, it.replaces, it.agent_id, agent.slug AS agent_slug, it.session, it.question,
                    it.answer, it.state, it.failure, it.failure_code, it.prompt_tokens, it.answer_tokens,
                    it.created_at, it.finished_at
             FROM turns AS it
             LEFT JOIN user_agent_config AS agent ON agent.user_id = it.user_id AND agent.id = it.agent_id
             WHERE it.user_id = $1 AND ",
            $rest
        )
    };
}

#[derive(sqlx::FromRow)]
pub(super) struct TurnRow {
    id: Uuid,
    number: i64,
    replaces: Option<i64>,
    agent_id: Option<Uuid>,
    agent_slug: Option<String>,
    session: String,
    question: String,
    answer: Option<String>,
    state: String,
    failure: Option<String>,
    failure_code: Option<String>,
    prompt_tokens: Option<i64>,
    answer_tokens: Option<i64>,
    created_at: Timestamp,
    finished_at: Option<Timestamp>,
}

impl TryFrom<TurnRow> for Turn {
    type Error = StoreError;

    fn try_from(row: TurnRow) -> Result<Self, Self::Error> {
        let state = TurnState::parse(&row.state);
        let agent = row.agent_id.zip(row.agent_slug);
        let failure = row.failure_code.zip(row.failure);
        let usage = row.prompt_tokens.zip(row.answer_tokens);
        Ok(Self {
            id: TurnId::from_uuid(row.id),
            number: row.number.cast_unsigned(),
            replaces: row.replaces.map(i64::cast_unsigned),
            agent: agent
                .map(|(id, name)| Ok::<_, StoreError>((AgentId::from_uuid(id), slug(&name)?)))
                .transpose()?,
            session: row.session,
            question: row.question,
            answer: row.answer.unwrap_or_default(),
            state: state.ok_or_else(|| StoreError::Corrupt(format!("turns.state of {}", row.id)))?,
            failure: failure.map(|(code, detail)| TurnFailure { code, detail }),
            usage: usage.map(|(prompt, answer)| TokenUsage {
                prompt: prompt.cast_unsigned(),
                answer: answer.cast_unsigned(),
            }),
            created_at: row.created_at,
            finished_at: row.finished_at,
        })
    }
}

impl Store {
    /// The last turns of a conversation's thread, the oldest first: at most `limit`, those before a number if one
    /// is given. What was replaced is not among them.
    pub async fn turns(
        &self,
        owner: Owner,
        conversation: ConversationId,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<Turn>, StoreError> {
        let mut transaction = self.begin(owner).await?;
        let mut turns = select_thread(&mut transaction, owner, conversation, before, limit).await?;
        turns.reverse();
        Ok(turns)
    }

    /// The turns of a conversation's thread from a number on, the oldest first, at most `limit`.
    pub async fn turns_from(
        &self,
        owner: Owner,
        conversation: ConversationId,
        from: u64,
        limit: u32,
    ) -> Result<Vec<Turn>, StoreError> {
        let mut transaction = self.begin(owner).await?;
        let rows: Vec<TurnRow> = sqlx::query_as(select_turns!(
            "it.conversation_id = $2 AND NOT it.replaced AND it.number >= $3
             ORDER BY it.number
             LIMIT $4"
        ))
        .bind(owner.user_id().as_uuid())
        .bind(conversation.as_uuid())
        .bind(clamp(from))
        .bind(i64::from(limit))
        .fetch_all(&mut *transaction)
        .await?;
        rows.into_iter().map(Turn::try_from).collect()
    }

    /// One turn of a conversation's thread.
    pub async fn turn(
        &self,
        owner: Owner,
        conversation: ConversationId,
        id: TurnId,
    ) -> Result<Turn, StoreError> {
        let mut transaction = self.begin(owner).await?;
        select_turn(&mut transaction, owner, conversation, id).await
    }
}

pub(super) async fn select_turn(
    connection: &mut PgConnection,
    owner: Owner,
    conversation: ConversationId,
    id: TurnId,
) -> Result<Turn, StoreError> {
    let row: Option<TurnRow> =
        sqlx::query_as(select_turns!("it.conversation_id = $2 AND it.id = $3 AND NOT it.replaced"))
            .bind(owner.user_id().as_uuid())
            .bind(conversation.as_uuid())
            .bind(id.as_uuid())
            .fetch_optional(connection)
            .await?;
    row.map_or(Err(StoreError::NotFound), Turn::try_from)
}

pub(super) async fn select_turn_of_key(
    connection: &mut PgConnection,
    owner: Owner,
    conversation: ConversationId,
    key: &str,
) -> Result<Option<Turn>, StoreError> {
    let row: Option<TurnRow> =
        sqlx::query_as(select_turns!("it.conversation_id = $2 AND it.idempotency_key = $3"))
            .bind(owner.user_id().as_uuid())
            .bind(conversation.as_uuid())
            .bind(key)
            .fetch_optional(connection)
            .await?;
    row.map(Turn::try_from).transpose()
}

/// The thread before a number, the newest first.
pub(super) async fn select_thread(
    connection: &mut PgConnection,
    owner: Owner,
    conversation: ConversationId,
    before: Option<u64>,
    limit: u32,
) -> Result<Vec<Turn>, StoreError> {
    let rows: Vec<TurnRow> = sqlx::query_as(select_turns!(
        "it.conversation_id = $2 AND NOT it.replaced AND ($3::bigint IS NULL OR it.number < $3)
         ORDER BY it.number DESC
         LIMIT $4"
    ))
    .bind(owner.user_id().as_uuid())
    .bind(conversation.as_uuid())
    .bind(before.map(clamp))
    .bind(i64::from(limit))
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(Turn::try_from).collect()
}

/// Numbers beyond what a conversation can hold are as good as its end.
fn clamp(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
