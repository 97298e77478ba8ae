//! Everybody's agents: listed once, then heard of as they change.

use std::{
    cell::{Cell, RefCell},
    collections::HashSet,
    rc::Rc,
};

use gloo_timers::callback::Timeout;
use mosaic_api::{FleetStreamData, paths};
use yew::prelude::*;

use super::watch::{Heard, State, Watch, follow};
use super::{use_account, use_visible};
use crate::client;
use crate::fleet::Fleet;
use crate::remote::{Failure, Remote};

/// How much of what happens is shown at once. Milliseconds.
const DRAW_AFTER: u32 = 100;

/// All agents, as far as they are known.
#[derive(Clone)]
pub(crate) struct FleetHandle {
    pub(crate) fleet: Rc<RefCell<Fleet>>,
    /// Another one whenever something in it is another.
    pub(crate) version: u32,
    /// Whether the list is whole, or why it is not.
    pub(crate) listed: Remote<()>,
    /// Whether what happens is shown as it happens.
    pub(crate) live: bool,
    /// Lists them again.
    pub(crate) again: Callback<()>,
}

/// Lists all agents and hears of them while the page is looked at.
#[hook]
pub(crate) fn use_fleet() -> FleetHandle {
    let signed_out = use_account().signed_out;
    let visible = use_visible();
    let attempt = use_state(|| 0_u32);
    let version = use_state(|| 0_u32);
    let listed = use_state(|| Remote::Loading);
    let live = use_state_eq(|| true);
    let fleet = use_mut_ref(Fleet::default);
    let desk = {
        let (draw, listed) = (Draw::new(version.clone()), listed.clone());
        let live = live.clone();
        let signed_out = signed_out.clone();
        use_memo((), move |()| Desk {
            fleet,
            draw,
            listed,
            live,
            signed_out,
            whole: Cell::default(),
            asked: RefCell::default(),
        })
    };
    {
        let desk = Rc::clone(&desk);
        use_effect_with((visible, *attempt), move |(visible, _)| {
            let watch = visible.then(|| {
                let refusing = Rc::clone(&desk);
                Watch::begin(
                    |state| async move { desk.hear(&state).await },
                    signed_out,
                    move |failure| refusing.listed.set(Remote::Failed(failure)),
                )
            });
            move || drop(watch)
        });
    }
    let again = Callback::from(move |()| attempt.set(*attempt + 1));
    FleetHandle {
        fleet: Rc::clone(&desk.fleet),
        version: *version,
        listed: (*listed).clone(),
        live: *live,
        again,
    }
}

/// What outlives a drawing.
struct Desk {
    fleet: Rc<RefCell<Fleet>>,
    draw: Draw,
    listed: UseStateHandle<Remote<()>>,
    live: UseStateHandle<bool>,
    signed_out: Callback<()>,
    /// Whether the list is whole.
    whole: Cell<bool>,
    /// Newcomers that were asked about.
    asked: RefCell<HashSet<String>>,
}

impl Desk {
    /// Hears of the fleet. The list is fetched whenever the line has come up: what happens from then on is told.
    async fn hear(self: Rc<Self>, state: &Rc<State>) -> Result<(), Failure> {
        let (desk, listening) = (Rc::clone(&self), Rc::clone(state));
        let fresh = Cell::new(true);
        let list = {
            let (desk, state) = (Rc::clone(&desk), Rc::clone(state));
            move || {
                let (desk, state) = (Rc::clone(&desk), Rc::clone(&state));
                wasm_bindgen_futures::spawn_local(async move { desk.list(&state).await });
            }
        };
        follow(paths::ADMIN_FLEET_STREAM, None, state, move |heard: Heard<FleetStreamData>| match heard {
            Heard::Back => {
                desk.live.set(true);
                fresh.set(true);
                list();
            }
            Heard::Lost => desk.live.set(false),
            Heard::Event(told) => {
                let is_snapshot = matches!(told, FleetStreamData::Snapshot(_));
                desk.fleet.borrow_mut().hear(told);
                desk.draw.soon();
                // Something was missed, and newcomers may be part of it.
                if !fresh.replace(false) && is_snapshot {
                    list();
                }
                desk.meet_strangers(&listening);
            }
        })
        .await
    }

    /// Fetches the whole list, and shows each part as it comes.
    async fn list(self: Rc<Self>, state: &Rc<State>) {
        let mut cursor = None;
        loop {
            let page = client::fleet_page(cursor).await;
            if state.is_closed() {
                return;
            }
            match page {
                Ok(page) => {
                    self.fleet.borrow_mut().list(page.cells);
                    self.draw.soon();
                    cursor = page.next;
                }
                Err(failure) if failure.is_signed_out() => return self.signed_out.emit(()),
                Err(failure) => return self.listed.set(Remote::Failed(failure)),
            }
            if cursor.is_none() {
                break;
            }
        }
        // Together: the counts and the list are to say the same.
        self.draw.now();
        self.listed.set(Remote::Ready(()));
        self.whole.set(true);
        self.asked.take();
        self.meet_strangers(state);
    }

    /// Asks about agents that were not there when the list was made.
    fn meet_strangers(self: &Rc<Self>, state: &Rc<State>) {
        if !self.whole.get() {
            return;
        }
        for id in self.fleet.borrow().strangers() {
            if !self.asked.borrow_mut().insert(id.clone()) {
                continue;
            }
            let (desk, state) = (Rc::clone(self), Rc::clone(state));
            wasm_bindgen_futures::spawn_local(async move {
                // Whoever cannot be found is on the way out: the next whole list says so.
                if let Ok(found) = client::fleet_agent(id).await
                    && !state.is_closed()
                {
                    desk.fleet.borrow_mut().list(vec![found.cell]);
                    desk.draw.soon();
                }
            });
        }
    }
}

/// Has the page drawn again, not for every single thing that happens.
struct Draw {
    version: UseStateHandle<u32>,
    drawn: Rc<RefCell<(u32, Option<Timeout>)>>,
}

impl Draw {
    fn new(version: UseStateHandle<u32>) -> Self {
        Self { version, drawn: Rc::default() }
    }

    fn now(&self) {
        let mut drawn = self.drawn.borrow_mut();
        drawn.0 += 1;
        drawn.1 = None;
        self.version.set(drawn.0);
    }

    fn soon(&self) {
        let (version, drawn) = (self.version.clone(), Rc::clone(&self.drawn));
        let mut waiting = self.drawn.borrow_mut();
        if waiting.1.is_none() {
            waiting.1 = Some(Timeout::new(DRAW_AFTER, move || {
                let mut drawn = drawn.borrow_mut();
                drawn.0 += 1;
                drawn.1 = None;
                version.set(drawn.0);
            }));
        }
    }
}
