//! The conversation that is looked at: opened, heard of, asked in.

use std::{cell::RefCell, future::Future, rc::Rc};

use gloo_timers::future::TimeoutFuture;
use mosaic_api::{Me, NewTurnBody, TurnBody};
use yew::prelude::*;

use super::{line, use_account, watch::Watch};
use crate::chat::{Action, Chat, What};
use crate::remote::Failure;
use crate::{client, route, storage};

/// How often a question is sent again that may not have arrived, and the wait before it. Milliseconds.
const SEND_AGAIN: [u32; 4] = [500, 1_500, 4_000, 8_000];

/// A conversation, and what one can do in it.
#[derive(Clone, PartialEq)]
pub(crate) struct ChatHandle {
    pub(crate) chat: Rc<Chat>,
    /// Asks an agent something: the agent's short name and the words.
    pub(crate) ask: Callback<(String, String)>,
    /// Stops the answer under way.
    pub(crate) stop: Callback<()>,
    /// Asks the question of a turn again.
    pub(crate) retry: Callback<String>,
    /// Asks something else instead of a turn's question.
    pub(crate) edit: Callback<(String, String)>,
    /// Looks at the conversation of this id, or begins one where it is empty.
    pub(crate) open: Callback<String>,
    /// Begins another conversation.
    pub(crate) restart: Callback<()>,
    /// Shows what was said before.
    pub(crate) earlier: Callback<()>,
}

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    pub(crate) children: Html,
}

/// Keeps the conversation while other pages are looked at.
#[component]
pub(crate) fn ChatProvider(props: &Props) -> Html {
    let account = use_account();
    let me = account.me.ready().cloned().flatten();
    let handle = use_conversation(me.as_ref(), account.signed_out);
    {
        let restart = handle.restart.clone();
        // Whoever signs in next opens their own, or the same again.
        use_effect_with(me.is_none(), move |nobody| {
            if *nobody {
                restart.emit(());
            }
        });
    }
    html! {
        <ContextProvider<ChatHandle> context={handle}>{ props.children.clone() }</ContextProvider<ChatHandle>>
    }
}

/// The conversation of this tab.
#[hook]
pub(crate) fn use_chat() -> ChatHandle {
    use_context().expect("the whole app is inside a ChatProvider")
}

/// The conversation that is open now, for those who act in it: what was drawn last may be older.
#[derive(Clone)]
struct Desk {
    /// Its id.
    id: Rc<RefCell<String>>,
    /// By which it is heard of.
    line: Rc<RefCell<Option<Watch>>>,
    dispatch: UseReducerDispatcher<Chat>,
    signed_out: Callback<()>,
    /// Whose drafts are kept.
    owner: String,
}

impl Desk {
    fn id(&self) -> String {
        self.id.borrow().clone()
    }

    fn tell(&self, of: &str, what: What) {
        self.dispatch.dispatch(Action { of: of.to_owned(), what });
    }

    fn open(&self, id: String) {
        if *self.id.borrow() == id && (id.is_empty() || self.line.borrow().is_some()) {
            return;
        }
        self.id.replace(id.clone());
        self.tell(&id, What::Opened);
        self.listen(id);
    }

    /// Hears of the conversation from now on, and of no other.
    fn listen(&self, id: String) {
        let line = (!id.is_empty()).then(|| {
            let desk = self.clone();
            let of = id.clone();
            line::open(id, Rc::new(move |what| desk.tell(&of, what)), self.signed_out.clone())
        });
        self.line.replace(line);
    }

    /// Sends a question, again where it may not have arrived: with the same key it is taken once.
    async fn ask(&self, agent: String, text: String) {
        let before = self.id();
        self.tell(&before, What::Asking(text.as_str().into()));
        if let Err(failure) = self.try_to_ask(&before, agent, &text).await {
            // It was not asked: it stands again where it was written.
            let id = self.id();
            storage::set_draft(&self.owner, &id, &text);
            self.refuse(&id, failure);
        }
    }

    async fn try_to_ask(&self, before: &str, agent: String, text: &str) -> Result<(), Failure> {
        let mut id = before.to_owned();
        if id.is_empty() {
            id = client::begin_conversation().await?.id;
            if *self.id.borrow() == before {
                self.id.replace(id.clone());
            }
            self.tell(before, What::Named(id.clone()));
        }
        let turn =
            NewTurnBody { text: text.to_owned(), agent: Some(agent), idempotency_key: Some(random_name()) };
        let turn = persistently(|| client::ask_turn(&id, &turn)).await?;
        self.tell(&id, What::Asked(Box::new(turn)));
        if before.is_empty() && *self.id.borrow() == id {
            self.listen(id.clone());
            if route::here() == "/" {
                route::replace(&route::conversation(&id));
            }
        }
        Ok(())
    }

    fn refuse(&self, id: &str, failure: Failure) {
        if failure.is_signed_out() {
            self.signed_out.emit(());
        }
        self.tell(id, What::Refused(failure));
    }

    /// What came of asking something instead.
    fn asked(&self, id: &str, asked: Result<TurnBody, Failure>) {
        match asked {
            Ok(turn) => self.tell(id, What::Asked(Box::new(turn))),
            Err(failure) => self.refuse(id, failure),
        }
    }
}

#[hook]
fn use_conversation(me: Option<&Me>, signed_out: Callback<()>) -> ChatHandle {
    let chat = use_reducer(Chat::default);
    let (id, line) = (use_mut_ref(String::new), use_mut_ref(|| None));
    let owner = me.map(|me| me.id.clone()).unwrap_or_default();
    let desk = Desk { id, line, dispatch: chat.dispatcher(), signed_out, owner };
    let deps = desk.owner.clone();
    let open = {
        let desk = desk.clone();
        use_callback(deps.clone(), move |id, _| desk.open(id))
    };
    let restart = open.reform(|()| String::new());
    let ask = {
        let desk = desk.clone();
        use_callback(deps.clone(), move |(agent, text), _| {
            let desk = desk.clone();
            wasm_bindgen_futures::spawn_local(async move { desk.ask(agent, text).await });
        })
    };
    let stop = {
        let (desk, open) = (desk.clone(), chat.open_turn().map(|turn| turn.id.clone()));
        Callback::from(move |()| {
            let Some(turn) = open.clone() else { return };
            let (desk, id) = (desk.clone(), desk.id());
            wasm_bindgen_futures::spawn_local(async move {
                if let Err(failure) = persistently(|| client::stop_turn(&id, &turn)).await {
                    desk.refuse(&id, failure);
                }
            });
        })
    };
    let retry = {
        let desk = desk.clone();
        use_callback(deps.clone(), move |turn: String, _| {
            let (desk, id) = (desk.clone(), desk.id());
            wasm_bindgen_futures::spawn_local(async move {
                desk.asked(&id, client::retry_turn(&id, &turn).await);
            });
        })
    };
    let edit = {
        let desk = desk.clone();
        use_callback(deps, move |(turn, text): (String, String), _| {
            let (desk, id) = (desk.clone(), desk.id());
            wasm_bindgen_futures::spawn_local(async move {
                desk.asked(&id, client::edit_turn(&id, &turn, text).await);
            });
        })
    };
    let earlier = {
        let first = chat.turns.first().map(|turn| turn.number);
        Callback::from(move |()| {
            let (desk, id) = (desk.clone(), desk.id());
            wasm_bindgen_futures::spawn_local(async move {
                match client::conversation(&id, first).await {
                    Ok(thread) => desk.tell(&id, What::Earlier(Box::new(thread))),
                    Err(failure) => desk.refuse(&id, failure),
                }
            });
        })
    };
    ChatHandle { chat: Rc::new((*chat).clone()), ask, stop, retry, edit, open, restart, earlier }
}

/// Tries until the server has answered, whatever it says; a few times.
async fn persistently<T, F>(work: impl Fn() -> F) -> Result<T, Failure>
where
    F: Future<Output = Result<T, Failure>>,
{
    for wait in SEND_AGAIN {
        match work().await {
            Err(failure) if failure.code.is_none() => TimeoutFuture::new(wait).await,
            answered => return answered,
        }
    }
    work().await
}

/// A name that nothing else has: 128 random bits.
///
/// Not `randomUUID`, which a browser offers on a secure address only, and a first look at Mosaic may well be
/// over plain HTTP.
fn random_name() -> String {
    let mut bytes = [0; 16];
    if let Some(crypto) = web_sys::window().and_then(|window| window.crypto().ok()) {
        let _ = crypto.get_random_values_with_u8_array(&mut bytes);
    }
    bytes.iter().fold(String::new(), |name, byte| format!("{name}{byte:02x}"))
}
