//! The conversations, one JSON file each on the state volume, so that they outlive the container.

use std::{
    collections::HashMap,
    fmt::Write as _,
    fs, io,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::OwnedMutexGuard;

use crate::clock;

/// One message of a conversation.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Message {
    role: String,
    text: String,
    at_ms: u64,
    id: String,
}

impl Message {
    fn to_item(&self, number: usize) -> Value {
        let content = match self.role.as_str() {
            "user" => json!(self.text),
            _ => json!([{ "type": "text", "text": self.text }]),
        };
        json!({
            "role": self.role, "content": content, "timestamp": self.at_ms,
            "__openclaw": { "id": self.id, "seq": number },
        })
    }
}

/// All conversations of this gateway.
#[derive(Debug)]
pub(crate) struct Sessions {
    directory: PathBuf,
    turns: Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>,
}

impl Sessions {
    /// Opens the directory on the volume.
    pub(crate) fn open(directory: PathBuf) -> io::Result<Self> {
        fs::create_dir_all(&directory)?;
        Ok(Self { directory, turns: Mutex::default() })
    }

    /// Waits for the conversation's turn that runs, if one does: turns of one conversation never overlap.
    pub(crate) async fn turn(&self, key: &str) -> OwnedMutexGuard<()> {
        let turn = {
            let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(turns.entry(key.to_owned()).or_default())
        };
        turn.lock_owned().await
    }

    /// How many messages the user has sent in this conversation.
    pub(crate) fn user_messages(&self, key: &str) -> usize {
        let messages = self.load(key).unwrap_or_default();
        messages.iter().filter(|message| message.role == "user").count()
    }

    /// Adds a message; the caller holds the conversation's turn.
    pub(crate) fn append(&self, key: &str, role: &str, text: &str) -> io::Result<()> {
        let mut messages = self.load(key).unwrap_or_default();
        let (role, text) = (role.to_owned(), text.to_owned());
        messages.push(Message { role, text, at_ms: clock::now_ms(), id: clock::unique_id() });
        let file = self.file(key);
        let temporary = file.with_extension("new");
        fs::write(&temporary, json!(messages).to_string())?;
        fs::rename(temporary, file)
    }

    /// One page of a conversation in OpenClaw's form: the newest `limit` messages before `cursor`.
    pub(crate) fn page(&self, key: &str, limit: usize, cursor: Option<usize>) -> Option<Value> {
        let messages = self.load(key)?;
        // Messages are numbered from 1; a page ends before the number that the page after it began with.
        let end = cursor.map_or(messages.len(), |number| number.saturating_sub(1).min(messages.len()));
        let start = end.saturating_sub(limit);
        let numbered = messages.iter().enumerate().take(end).skip(start);
        let items: Vec<Value> = numbered.map(|(index, message)| message.to_item(index + 1)).collect();
        let mut page = json!({ "sessionKey": key, "items": items, "messages": items, "hasMore": start > 0 });
        if start > 0 {
            page["nextCursor"] = json!((start + 1).to_string());
        }
        Some(page)
    }

    fn load(&self, key: &str) -> Option<Vec<Message>> {
        serde_json::from_slice(&fs::read(self.file(key)).ok()?).ok()
    }

    /// Keys hold colons and whatever the caller named the user: hex makes a file name of any of them.
    fn file(&self, key: &str) -> PathBuf {
        let mut name = String::new();
        for byte in key.bytes() {
            // Writing to a string cannot fail.
            let _ = write!(name, "{byte:02x}");
        }
        // A file name has at most 255 bytes; two keys that long and alike do not occur in a test.
        name.truncate(240);
        self.directory.join(format!("{name}.json"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_conversation_outlives_the_process_and_is_read_in_pages() {
        let directory = tempfile::tempdir().unwrap();
        let key = "agent:main:openai-user:a/b";
        {
            let sessions = Sessions::open(directory.path().join("s")).unwrap();
            for number in 1..=3 {
                sessions.append(key, "user", &format!("question {number}")).unwrap();
                sessions.append(key, "assistant", &format!("answer {number}")).unwrap();
            }
        }
        let sessions = Sessions::open(directory.path().join("s")).unwrap();
        assert_eq!(sessions.user_messages(key), 3);
        let newest = sessions.page(key, 2, None).unwrap();
        assert_eq!(newest["items"][0]["content"], "question 3");
        assert_eq!(newest["items"][1]["content"][0]["text"], "answer 3");
        assert_eq!((&newest["hasMore"], &newest["nextCursor"]), (&json!(true), &json!("5")));
        let rest = sessions.page(key, 10, Some(5)).unwrap();
        assert_eq!(rest["items"].as_array().unwrap().len(), 4);
        assert_eq!(rest["hasMore"], false);
        assert!(sessions.page("agent:main:openai-user:other", 2, None).is_none());
    }
}
