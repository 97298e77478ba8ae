//! Turns as they are asked and answered.

use mosaic_model::{
    AgentId, AgentSlug, ConversationId, Owner, TokenUsage, Turn, TurnFailure, TurnId, TurnState,
    check_question, goes_on_in, title_from,
};
use sqlx::PgConnection;

use super::turn::{select_thread, select_turn, select_turn_of_key};
use crate::{Store, StoreError, random};

/// The most turns of one conversation, replaced ones included.
const TURNS_MAX: i64 = 5_000;
/// How many turns are looked at for what a new session is told.
const REMEMBERED_TURNS: u32 = 500;

/// A question to ask.
#[derive(Debug, Clone)]
pub struct NewTurn {
    /// The words.
    pub question: String,
    /// Who is asked: one of the owner's agents.
    pub agent: (AgentId, AgentSlug),
    /// The client's own name for its request, so that sent twice it is one turn.
    pub idempotency_key: Option<String>,
    /// Asked instead of this turn and all that follow it.
    pub replaces: Option<TurnId>,
}

/// A turn that was begun.
#[derive(Debug, Clone)]
pub struct BegunTurn {
    /// The turn.
    pub turn: Turn,
    /// What came before it in the thread, where its session knows nothing of it; otherwise nothing.
    pub untold: Vec<Turn>,
    /// Whether it was begun just now, and not by an earlier sending of the same request.
    pub is_new: bool,
}

/// How a turn ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TurnEnd {
    /// Where it is now.
    pub state: TurnState,
    /// The answer, as far as it came.
    pub answer: String,
    /// Why it is not whole.
    pub failure: Option<TurnFailure>,
    /// What it took.
    pub usage: Option<TokenUsage>,
}

impl Store {
    /// Begins a turn. [`StoreError::Conflict`] while another one of the conversation is under way.
    pub async fn begin_turn(
        &self,
        owner: Owner,
        conversation: ConversationId,
        new: NewTurn,
    ) -> Result<BegunTurn, StoreError> {
        let question =
            check_question(&new.question).map_err(|error| StoreError::Invalid(error.to_string()))?;
        let mut transaction = self.begin(owner).await?;
        lock(&mut transaction, owner, conversation).await?;
        if let Some(key) = &new.idempotency_key
            && let Some(turn) = select_turn_of_key(&mut transaction, owner, conversation, key).await?
        {
            return Ok(BegunTurn { turn, untold: Vec::new(), is_new: false });
        }
        let replaced = match new.replaces {
            Some(id) => Some(select_turn(&mut transaction, owner, conversation, id).await?),
            None => None,
        };
        let before = replaced.as_ref().map(|turn| turn.number);
        let mut thread =
            select_thread(&mut transaction, owner, conversation, before, REMEMBERED_TURNS).await?;
        thread.reverse();
        // The session of what is replaced has heard what is to be unsaid.
        let goes_on = thread.last().filter(|_| replaced.is_none());
        let kept = goes_on_in(goes_on, new.agent.0).map(ToOwned::to_owned);
        let turn = Turn {
            id: TurnId::new(self.now(), random::bytes()),
            number: 0,
            // Whoever knows of none of the turns in between must drop what those had replaced.
            replaces: replaced
                .as_ref()
                .map(|turn| turn.replaces.map_or(turn.number, |it| it.min(turn.number))),
            agent: Some(new.agent),
            session: kept.clone().unwrap_or_else(|| format!("web-{}", hex::encode(random::bytes::<16>()))),
            question: question.to_owned(),
            answer: String::new(),
            state: TurnState::Queued,
            failure: None,
            usage: None,
            created_at: self.now(),
            finished_at: None,
        };
        let number =
            insert(&mut transaction, owner, conversation, &turn, new.idempotency_key.as_deref()).await?;
        if let Some(from) = before {
            replace(&mut transaction, owner, conversation, from, number).await?;
        }
        let turn = Turn { number, ..turn };
        self.touch(&mut transaction, owner, conversation, &turn).await?;
        transaction.commit().await?;
        let untold = if kept.is_some() { Vec::new() } else { thread };
        Ok(BegunTurn { turn, untold, is_new: true })
    }

    /// Notes that a turn is this far. From `waking` on it is never asked again.
    pub async fn note_turn(&self, owner: Owner, turn: TurnId, state: TurnState) -> Result<(), StoreError> {
        let mut transaction = self.begin(owner).await?;
        let noted = sqlx::query(
            "UPDATE turns
             SET state = $3, forwarded_at = coalesce(forwarded_at, $4)
             WHERE id = $1 AND user_id = $2 AND finished_at IS NULL",
        )
        .bind(turn.as_uuid())
        .bind(owner.user_id().as_uuid())
        .bind(state.as_str())
        .bind(self.now())
        .execute(&mut *transaction)
        .await?;
        if noted.rows_affected() == 0 {
            return Err(StoreError::NotFound);
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Keeps a piece of a turn's answer, under the number of the last event that it has part in.
    pub async fn append_answer(
        &self,
        owner: Owner,
        turn: TurnId,
        number: u64,
        text: &str,
    ) -> Result<(), StoreError> {
        let mut transaction = self.begin(owner).await?;
        let kept = sqlx::query(
            "INSERT INTO turn_events (turn_id, number, user_id, kind, payload, created_at)
             SELECT id, $3, user_id, 'delta', $4, $5
             FROM turns
             WHERE id = $1 AND user_id = $2 AND finished_at IS NULL",
        )
        .bind(turn.as_uuid())
        .bind(owner.user_id().as_uuid())
        .bind(number.cast_signed())
        .bind(text)
        .bind(self.now())
        .execute(&mut *transaction)
        .await?;
        if kept.rows_affected() == 0 {
            return Err(StoreError::NotFound);
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Ends a turn: its answer is in one piece from now on. Gives the time of its end; one that has ended already
    /// is not found.
    pub async fn finish_turn(
        &self,
        owner: Owner,
        turn: TurnId,
        end: &TurnEnd,
    ) -> Result<mosaic_model::Timestamp, StoreError> {
        let now = self.now();
        let mut transaction = self.begin(owner).await?;
        let conversation: Option<uuid::Uuid> = sqlx::query_scalar(
            "UPDATE turns
             SET state = $3, answer = $4, failure = $5, failure_code = $6, prompt_tokens = $7, answer_tokens = $8,
                 finished_at = $9
             WHERE id = $1 AND user_id = $2 AND finished_at IS NULL
             RETURNING conversation_id",
        )
        .bind(turn.as_uuid())
        .bind(owner.user_id().as_uuid())
        .bind(end.state.as_str())
        .bind(&end.answer)
        .bind(end.failure.as_ref().map(|it| &it.detail))
        .bind(end.failure.as_ref().map(|it| &it.code))
        .bind(end.usage.map(|it| it.prompt.cast_signed()))
        .bind(end.usage.map(|it| it.answer.cast_signed()))
        .bind(now)
        .fetch_optional(&mut *transaction)
        .await?;
        let conversation = conversation.ok_or(StoreError::NotFound)?;
        sqlx::query(
            "DELETE FROM turn_events
             WHERE turn_id = $1 AND user_id = $2",
        )
        .bind(turn.as_uuid())
        .bind(owner.user_id().as_uuid())
        .execute(&mut *transaction)
        .await?;
        sqlx::query(
            "UPDATE conversations
             SET updated_at = greatest(updated_at, $3)
             WHERE id = $1 AND user_id = $2",
        )
        .bind(conversation)
        .bind(owner.user_id().as_uuid())
        .bind(now)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(now)
    }

    /// The conversation is the newest now; its first question gives it a title.
    async fn touch(
        &self,
        connection: &mut PgConnection,
        owner: Owner,
        conversation: ConversationId,
        turn: &Turn,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE conversations
             SET updated_at = greatest(updated_at, $3), agent_id = $4, title = CASE title WHEN '' THEN $5 ELSE title END
             WHERE id = $1 AND user_id = $2",
        )
        .bind(conversation.as_uuid())
        .bind(owner.user_id().as_uuid())
        .bind(turn.created_at)
        .bind(turn.agent.as_ref().map(|(id, _)| id.as_uuid()))
        .bind(title_from(&turn.question))
        .execute(connection)
        .await?;
        Ok(())
    }
}

/// One at a time at a conversation.
async fn lock(
    connection: &mut PgConnection,
    owner: Owner,
    conversation: ConversationId,
) -> Result<(), StoreError> {
    let found = sqlx::query(
        "SELECT
         FROM conversations
         WHERE id = $1 AND user_id = $2
         FOR UPDATE",
    )
    .bind(conversation.as_uuid())
    .bind(owner.user_id().as_uuid())
    .fetch_optional(connection)
    .await?;
    found.map(drop).ok_or(StoreError::NotFound)
}

/// Inserts a turn behind the last one; its number.
async fn insert(
    connection: &mut PgConnection,
    owner: Owner,
    conversation: ConversationId,
    turn: &Turn,
    key: Option<&str>,
) -> Result<u64, StoreError> {
    let number: Option<i64> = sqlx::query_scalar(
        "INSERT INTO turns (id, user_id, conversation_id, number, state, session, agent_id, replaces,
                            idempotency_key, question, created_at)
         SELECT $1, $2, $3, last.number + 1, $4, $5, $6, $7, $8, $9, $10
         FROM (
             SELECT coalesce(max(number), 0) AS number
             FROM turns
             WHERE user_id = $2 AND conversation_id = $3
         ) AS last
         WHERE last.number < $11
         RETURNING number",
    )
    .bind(turn.id.as_uuid())
    .bind(owner.user_id().as_uuid())
    .bind(conversation.as_uuid())
    .bind(turn.state.as_str())
    .bind(&turn.session)
    .bind(turn.agent.as_ref().map(|(id, _)| id.as_uuid()))
    .bind(turn.replaces.map(u64::cast_signed))
    .bind(key)
    .bind(&turn.question)
    .bind(turn.created_at)
    .bind(TURNS_MAX)
    .fetch_optional(connection)
    .await?;
    let full = || StoreError::Invalid(format!("this conversation has {TURNS_MAX} turns: begin another"));
    number.map(i64::cast_unsigned).ok_or_else(full)
}

/// Takes the turns from one number on, up to another one, out of the thread.
async fn replace(
    connection: &mut PgConnection,
    owner: Owner,
    conversation: ConversationId,
    from: u64,
    to: u64,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE turns
         SET replaced = true
         WHERE user_id = $1 AND conversation_id = $2 AND number >= $3 AND number < $4",
    )
    .bind(owner.user_id().as_uuid())
    .bind(conversation.as_uuid())
    .bind(from.cast_signed())
    .bind(to.cast_signed())
    .execute(connection)
    .await?;
    Ok(())
}
