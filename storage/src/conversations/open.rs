//! Turns that were left open by a Mosaic that ended in the middle of them.

use mosaic_model::{AgentSlug, ConversationId, Owner, TurnId, TurnState, UserId};
use uuid::Uuid;

use super::slug;
use crate::{Store, StoreError};

/// A turn that was left open, and what is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenTurn {
    /// The conversation that it belongs to.
    pub conversation: ConversationId,
    /// The agent that was asked, if it is still there.
    pub agent: Option<AgentSlug>,
    /// The session of the gateway that it went to.
    pub session: String,
    /// What was asked.
    pub question: String,
    /// What had come of the answer, as far as it was kept.
    pub answer: String,
    /// How far it was.
    pub state: TurnState,
}

#[derive(sqlx::FromRow)]
struct OpenRow {
    conversation_id: Uuid,
    agent: Option<String>,
    session: String,
    question: String,
    answer: String,
    state: String,
}

impl Store {
    /// Every turn that is open, and whose it is: nothing of what was said.
    pub async fn open_turns(&self) -> Result<Vec<(UserId, TurnId)>, StoreError> {
        let rows: Vec<(Uuid, Uuid)> = sqlx::query_as(
            "SELECT user_id, id
             FROM turns
             WHERE finished_at IS NULL
             ORDER BY id",
        )
        .fetch_all(self.fleet())
        .await?;
        Ok(rows.into_iter().map(|(user, id)| (UserId::from_uuid(user), TurnId::from_uuid(id))).collect())
    }

    /// What is known of a turn that was left open. [`StoreError::NotFound`] where it has ended.
    pub async fn open_turn(&self, owner: Owner, id: TurnId) -> Result<OpenTurn, StoreError> {
        let mut transaction = self.begin(owner).await?;
        let row: Option<OpenRow> = sqlx::query_as(
            "SELECT it.conversation_id, agent.slug AS agent, it.session, it.question, it.state,
                    coalesce((
                        SELECT string_agg(event.payload, '' ORDER BY event.number)
                        FROM turn_events AS event
                        WHERE event.user_id = $2 AND event.turn_id = it.id
                    ), '') AS answer
             FROM turns AS it
             LEFT JOIN user_agent_config AS agent ON agent.user_id = it.user_id AND agent.id = it.agent_id
             WHERE it.id = $1 AND it.user_id = $2 AND it.finished_at IS NULL",
        )
        .bind(id.as_uuid())
        .bind(owner.user_id().as_uuid())
        .fetch_optional(&mut *transaction)
        .await?;
        let row = row.ok_or(StoreError::NotFound)?;
        let state = TurnState::parse(&row.state);
        Ok(OpenTurn {
            conversation: ConversationId::from_uuid(row.conversation_id),
            agent: row.agent.as_deref().map(slug).transpose()?,
            session: row.session,
            question: row.question,
            answer: row.answer,
            state: state.ok_or_else(|| StoreError::Corrupt(format!("turns.state of {id}")))?,
        })
    }
}
