//! The list of conversations, the newest first, a page at a time.

use mosaic_model::{Conversation, ConversationId, Owner, Timestamp};
use sqlx::{Postgres, QueryBuilder};

use super::ConversationRow;
use crate::{Store, StoreError};

/// How many of the owner's newest turns are searched for words: a search reads them all.
const SEARCHED_TURNS: i64 = 5_000;

/// Which conversations to list.
#[derive(Debug, Clone, Default)]
pub struct ConversationFilter {
    /// Words that stand in the title, or in what was said lately; empty for all.
    pub words: String,
    /// The place of the last one of the page before.
    pub after: Option<(Timestamp, ConversationId)>,
}

impl Store {
    /// At most `limit` of the owner's conversations, those first in which something was said last.
    pub async fn conversations(
        &self,
        owner: Owner,
        filter: &ConversationFilter,
        limit: u32,
    ) -> Result<Vec<Conversation>, StoreError> {
        let mut query = select(owner, filter);
        query.push(" ORDER BY it.updated_at DESC, it.id DESC LIMIT ").push_bind(i64::from(limit));
        let mut transaction = self.begin(owner).await?;
        let rows: Vec<ConversationRow> = query.build_query_as().fetch_all(&mut *transaction).await?;
        rows.into_iter().map(Conversation::try_from).collect()
    }
}

fn select(owner: Owner, filter: &ConversationFilter) -> QueryBuilder<Postgres> {
    let user = owner.user_id().as_uuid();
    let mut query = QueryBuilder::new(
        "SELECT it.id, it.title, agent.slug AS agent, it.created_at, it.updated_at,
                EXISTS (
                    SELECT FROM turns
                    WHERE turns.user_id = it.user_id AND turns.conversation_id = it.id
                      AND turns.finished_at IS NULL
                ) AS is_open
         FROM conversations AS it
         LEFT JOIN user_agent_config AS agent ON agent.user_id = it.user_id AND agent.id = it.agent_id
         WHERE it.user_id = ",
    );
    query.push_bind(user);
    let words = filter.words.trim().to_lowercase();
    if !words.is_empty() {
        query.push(" AND (strpos(lower(it.title), ").push_bind(words.clone());
        query.push(
            ") > 0 OR it.id IN (
                SELECT lately.conversation_id
                FROM (
                    SELECT conversation_id, question, answer
                    FROM turns
                    WHERE NOT replaced AND user_id = ",
        );
        query.push_bind(user).push(" ORDER BY id DESC LIMIT ").push_bind(SEARCHED_TURNS);
        query.push(") AS lately WHERE strpos(lower(lately.question), ").push_bind(words.clone());
        query.push(") > 0 OR strpos(lower(coalesce(lately.answer, '')), ").push_bind(words).push(") > 0))");
    }
    if let Some((updated_at, id)) = filter.after {
        query.push(" AND (it.updated_at, it.id) < (").push_bind(updated_at);
        query.push(", ").push_bind(id.as_uuid()).push(")");
    }
    query
}
