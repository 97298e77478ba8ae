//! Users' conversations. What is said in them is their owner's alone: nothing here is had without one, and no
//! other role than the owner's own reads a word of it.

mod open;
mod search;
mod turn;
mod write;

use mosaic_model::{AgentSlug, Conversation, ConversationId, Owner, Timestamp, check_title};
use sqlx::PgConnection;
use uuid::Uuid;

pub use self::{
    open::OpenTurn,
    search::ConversationFilter,
    write::{BegunTurn, NewTurn, TurnEnd},
};
use crate::{Store, StoreError, random};

/// The most conversations of one user.
const CONVERSATIONS_MAX: i64 = 10_000;

#[derive(sqlx::FromRow)]
struct ConversationRow {
    id: Uuid,
    title: String,
    agent: Option<String>,
    is_open: bool,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl TryFrom<ConversationRow> for Conversation {
    type Error = StoreError;

    fn try_from(row: ConversationRow) -> Result<Self, Self::Error> {
        Ok(Self {
            id: ConversationId::from_uuid(row.id),
            title: row.title,
            agent: row.agent.as_deref().map(slug).transpose()?,
            is_open: row.is_open,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}

fn slug(text: &str) -> Result<AgentSlug, StoreError> {
    AgentSlug::parse(text).ok().ok_or_else(|| StoreError::Corrupt("user_agent_config.slug".to_owned()))
}

impl Store {
    /// Begins a conversation without a title: its first question gives it one.
    pub async fn create_conversation(&self, owner: Owner) -> Result<Conversation, StoreError> {
        let now = self.now();
        let id = ConversationId::new(now, random::bytes());
        let mut transaction = self.begin(owner).await?;
        let inserted = sqlx::query(
            "INSERT INTO conversations (id, user_id, title, created_at, updated_at)
             SELECT $1, $2, '', $3, $3
             WHERE (SELECT count(*) FROM conversations WHERE user_id = $2) < $4",
        )
        .bind(id.as_uuid())
        .bind(owner.user_id().as_uuid())
        .bind(now)
        .bind(CONVERSATIONS_MAX)
        .execute(&mut *transaction)
        .await?;
        if inserted.rows_affected() == 0 {
            let limit = format!("at most {CONVERSATIONS_MAX} conversations: delete some first");
            return Err(StoreError::Invalid(limit));
        }
        transaction.commit().await?;
        Ok(Conversation {
            id,
            title: String::new(),
            agent: None,
            is_open: false,
            created_at: now,
            updated_at: now,
        })
    }

    /// One conversation.
    pub async fn conversation(&self, owner: Owner, id: ConversationId) -> Result<Conversation, StoreError> {
        let mut transaction = self.begin(owner).await?;
        select_conversation(&mut transaction, owner, id).await
    }

    /// Gives a conversation another title.
    pub async fn rename_conversation(
        &self,
        owner: Owner,
        id: ConversationId,
        title: &str,
    ) -> Result<Conversation, StoreError> {
        let title = check_title(title).map_err(|error| StoreError::Invalid(error.to_string()))?;
        let mut transaction = self.begin(owner).await?;
        let renamed = sqlx::query(
            "UPDATE conversations
             SET title = $3
             WHERE id = $1 AND user_id = $2",
        )
        .bind(id.as_uuid())
        .bind(owner.user_id().as_uuid())
        .bind(title)
        .execute(&mut *transaction)
        .await?;
        if renamed.rows_affected() == 0 {
            return Err(StoreError::NotFound);
        }
        let conversation = select_conversation(&mut transaction, owner, id).await?;
        transaction.commit().await?;
        Ok(conversation)
    }

    /// Deletes a conversation with all its turns. What the gateway remembers of it stays on its own volume.
    pub async fn delete_conversation(&self, owner: Owner, id: ConversationId) -> Result<(), StoreError> {
        let mut transaction = self.begin(owner).await?;
        let deleted = sqlx::query(
            "DELETE FROM conversations
             WHERE id = $1 AND user_id = $2",
        )
        .bind(id.as_uuid())
        .bind(owner.user_id().as_uuid())
        .execute(&mut *transaction)
        .await?;
        if deleted.rows_affected() == 0 {
            return Err(StoreError::NotFound);
        }
        transaction.commit().await?;
        Ok(())
    }
}

async fn select_conversation(
    connection: &mut PgConnection,
    owner: Owner,
    id: ConversationId,
) -> Result<Conversation, StoreError> {
    let row: Option<ConversationRow> = sqlx::query_as(
        "SELECT it.id, it.title, agent.slug AS agent, it.created_at, it.updated_at,
                EXISTS (
                    SELECT FROM turns
                    WHERE turns.user_id = $2 AND turns.conversation_id = it.id AND turns.finished_at IS NULL
                ) AS is_open
         FROM conversations AS it
         LEFT JOIN user_agent_config AS agent ON agent.user_id = it.user_id AND agent.id = it.agent_id
         WHERE it.id = $1 AND it.user_id = $2",
    )
    .bind(id.as_uuid())
    .bind(owner.user_id().as_uuid())
    .fetch_optional(connection)
    .await?;
    row.map_or(Err(StoreError::NotFound), Conversation::try_from)
}
