//! What is said.

use crate::{Behaviour, question::Question};

/// The first words of every echo: nobody should take this for a model.
pub(crate) const DISCLAIMER: &str =
    "I am Mosaic's demo model server, no real model: I only repeat what I am told.";

/// The text of the answer.
pub(crate) fn text(question: &Question, behaviour: &Behaviour) -> String {
    match behaviour {
        Behaviour::Say(text) => text.clone(),
        Behaviour::Deltas { count, .. } => {
            (1..=*count).map(|number| number.to_string()).collect::<Vec<_>>().join(" ")
        }
        _ => match &question.tool_result {
            Some(result) => format!("{DISCLAIMER} The tool answered: {result}"),
            None => echo(question),
        },
    }
}

fn echo(question: &Question) -> String {
    let count = question.user_messages.len();
    let messages = if count == 1 { "message" } else { "messages" };
    format!(
        "{DISCLAIMER} You said: “{}”. I have seen {count} {messages} of yours in this conversation.",
        question.newest()
    )
}

/// The answer in the pieces in which it is streamed: words, each with the space that follows it.
pub(crate) fn deltas(text: &str) -> Vec<&str> {
    text.split_inclusive(' ').collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_echo_is_honest_and_counts_the_users_messages() {
        let user = |text: &str| json!({ "role": "user", "content": text });
        let question = Question::read(&json!({ "messages": [user("one"), user("two")] }));
        let text = text(&question, &Behaviour::Echo);
        assert!(text.contains("no real model") && text.contains("“two”") && text.contains("seen 2 messages"));
        assert_eq!(deltas(&text).concat(), text);
    }
}
