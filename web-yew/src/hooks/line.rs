//! How a page hears of a conversation: what is there, then what happens.

use std::rc::Rc;

use mosaic_api::{Code, ConversationEvent};
use yew::Callback;

use super::watch::{Heard, Patience, State, Watch, follow, is_passing};
use crate::chat::{What, gone};
use crate::client;
use crate::remote::Failure;

/// Tells what is heard.
type Tell = Rc<dyn Fn(What)>;

/// Begins to hear.
pub(super) fn open(id: String, tell: Tell, signed_out: Callback<()>) -> Watch {
    let refuse = Rc::clone(&tell);
    Watch::begin(
        |state| async move { listen(&id, &state, &tell).await },
        signed_out,
        move |failure| {
            refuse(What::Refused(if failure.is(Code::NotFound) { gone() } else { failure }));
        },
    )
}

async fn listen(id: &str, state: &State, tell: &Tell) -> Result<(), Failure> {
    let mut patience = Patience::default();
    let cursor = loop {
        match client::conversation(id, None).await {
            _ if state.is_closed() => return Ok(()),
            Ok(thread) => {
                let cursor = thread.cursor.clone();
                tell(What::Loaded(Box::new(thread)));
                break cursor;
            }
            Err(failure) if !is_passing(&failure) => return Err(failure),
            Err(_) => {
                tell(What::LineLost);
                patience.wait().await;
            }
        }
    };
    let heard = |heard: Heard<ConversationEvent>| match heard {
        Heard::Back => tell(What::LineBack),
        Heard::Event(event) => tell(What::Heard(event)),
        Heard::Lost => tell(What::LineLost),
    };
    follow(&client::events_path(id), Some(cursor), state, heard).await
}
