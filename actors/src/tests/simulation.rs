//! Random histories: wakes, drops, deaths, faults and orders in any order, and what holds in all of them.

use std::{
    collections::{BTreeSet, HashMap},
    ops::RangeInclusive,
    time::Duration,
};

use http::Response;
use mosaic_docker::{Call, EngineError, Script};
use mosaic_model::{CellId, ImageName, Served, Settings};
use tokio::{
    runtime,
    task::{self, JoinHandle},
    time,
};

use super::{
    dice::{CELLS, Dice},
    gateway::{Door, Manner, NEVER_READY, STILLBORN},
    house::{House, cell, until},
    rest::Rest,
};
use crate::{FleetError, LeasedBody, Tuning};

const SEEDS: u64 = 1_000;
const SEEDS_TOLD_TWICE: u64 = 20;
/// Of the long run, which takes a while.
const MANY_SEEDS: u64 = 100_000;
/// Most of what a history costs is asking whether gateways are ready.
const READY_INTERVAL: Duration = Duration::from_millis(250);
const STEPS: usize = 60;
const STARTS: u32 = 2;
const IDLE_TIMEOUT_SECS: u32 = 60;
const FREEZE_AFTER_SECS: u32 = 15;
/// How far the host's clock may be set off, either way. Seconds.
const CLOCK_OFF: u64 = 3_600;
/// How many cells fit into the host's memory.
const ROOM: u32 = 3;

struct Request {
    cell: CellId,
    answer: JoinHandle<Result<Response<LeasedBody>, FleetError>>,
}

/// A response whose body is open, and the container it came from.
struct Open {
    cell: CellId,
    container: Option<String>,
    _response: Response<LeasedBody>,
}

struct Simulation {
    house: House,
    dice: Dice,
    /// Nothing happens that may end a container but idleness.
    calm: bool,
    sent: u32,
    /// Cells that have had a container, and so a volume.
    born: BTreeSet<CellId>,
    requests: Vec<Request>,
    open: Vec<Open>,
    orders: Vec<JoinHandle<Result<(), FleetError>>>,
}

#[test]
fn random_histories_keep_every_promise() {
    keep_every_promise(1..=SEEDS);
}

/// The other half, for the other core.
#[test]
fn more_random_histories_keep_every_promise() {
    keep_every_promise(SEEDS + 1..=2 * SEEDS);
}

/// Or a seed would not tell what happened.
#[test]
fn a_seed_has_one_history() {
    for seed in 1..=SEEDS_TOLD_TWICE {
        let [once, again] = [(), ()].map(|()| history_of(seed));
        let differs = once.iter().zip(&again).find(|(one, other)| one != other);
        assert!(
            once == again,
            "seed {seed} has two histories, of {} and {} steps, which differ in {differs:#?}",
            once.len(),
            again.len()
        );
    }
}

#[test]
#[ignore = "ten minutes on two cores with CARGO_PROFILE_DEV_OPT_LEVEL=2, an hour without; for whoever changed the lifecycle or an actor"]
fn a_hundred_thousand_random_histories_keep_every_promise() {
    let each = MANY_SEEDS / 2;
    std::thread::scope(|threads| {
        for first in [1, each + 1] {
            threads.spawn(move || keep_every_promise(first..=first + each - 1));
        }
    });
}

fn keep_every_promise(seeds: RangeInclusive<u64>) {
    for seed in seeds {
        let run = std::panic::catch_unwind(|| history_of(seed));
        assert!(run.is_ok(), "the history of seed {seed} broke a promise");
    }
}

/// What the engine was asked, one call after the other.
fn history_of(seed: u64) -> Vec<Call> {
    let paused = runtime::Builder::new_current_thread().enable_all().start_paused(true).build();
    paused.expect("a runtime").block_on(simulate(seed))
}

async fn simulate(seed: u64) -> Vec<Call> {
    let settings = Settings {
        idle_timeout_secs: IDLE_TIMEOUT_SECS,
        freeze_after_secs: FREEZE_AFTER_SECS,
        host_memory_mib: ROOM * 2_048,
        memory_limit_mib: 2_048,
        start_timeout_secs: 20,
        concurrent_starts: STARTS,
        requests_per_user: 5,
        ..Settings::default()
    };
    let tuning = Tuning { ready_interval: READY_INTERVAL, ..Tuning::default() };
    let house = House::tuned(settings, tuning).await;
    let mut it = Simulation {
        house,
        dice: Dice::of(seed),
        calm: seed.is_multiple_of(3),
        sent: 0,
        born: BTreeSet::new(),
        requests: Vec::new(),
        open: Vec::new(),
        orders: Vec::new(),
    };
    for _ in 0..STEPS {
        it.step().await;
        it.pass_a_moment().await;
        it.collect().await;
        it.check();
    }
    it.come_to_rest().await
}

impl Simulation {
    async fn step(&mut self) {
        match self.dice.below(if self.calm { 17 } else { 37 }) {
            0..=3 => self.send(),
            4 | 5 => {
                if let Some(left) = self.dice.one_of(&mut self.requests) {
                    left.answer.abort();
                }
            }
            6 => drop(self.dice.one_of(&mut self.open)),
            7 => self.house.host.finish_streams(),
            8 => self.house.host.engine.break_events(),
            9 => {
                let cell = self.dice.cell();
                if let Some(actor) = self.house.fleet.world.actor(cell) {
                    actor.kill();
                }
            }
            10 => time::sleep(Duration::from_millis(self.dice.below(300))).await,
            11 => time::sleep(Duration::from_secs(self.dice.below(90))).await,
            12 => self.house.pages.change(self.dice.cell()),
            13 => self.house.fleet.config_changed(self.dice.cell()),
            14 | 15 => {
                let rests = [Rest::Promises, Rest::Promises, Rest::Busy, Rest::Unknown, Rest::Speechless];
                let (cell, rest) = (self.dice.cell(), self.dice.any_of(rests));
                self.house.host.behave(cell, Manner { rest, ..self.house.host.manner(cell) });
            }
            16 => self.want_an_image(),
            17 => {
                let (cell, exit_code) = (self.dice.cell(), self.dice.exit_code());
                self.house.host.kill(cell, exit_code);
            }
            18 => self.house.host.engine.remove_behind_our_back(self.dice.cell()),
            19 => self.script(),
            20 => self.fault(),
            21 => {
                let reachable = self.dice.below(2) == 0;
                self.house.host.engine.set_reachable(reachable);
            }
            22 => {
                let reachable = self.dice.below(3) > 0;
                self.house.pages.set_reachable(reachable);
            }
            23 => self.order(|fleet, cell| Box::pin(async move { fleet.stop(cell).await })),
            24 => self.order(|fleet, cell| Box::pin(async move { fleet.retry(cell).await })),
            25 => self.order(|fleet, cell| Box::pin(async move { fleet.restart(cell).await })),
            26 => self.order(|fleet, cell| Box::pin(async move { fleet.recreate(cell).await })),
            27 => self.order(|fleet, cell| Box::pin(async move { fleet.wake(cell).await })),
            28 => self.house.change_config(self.dice.cell()),
            29 => self.house.host.run_out_of_memory(self.dice.cell()),
            30 => self.house.host.engine.repeat_events(),
            31 => {
                let ahead = i64::try_from(self.dice.below(2 * CLOCK_OFF)).expect("small");
                self.house.set_clock(ahead - i64::try_from(CLOCK_OFF).expect("small"));
            }
            32 => self.end_and_begin().await,
            33 => self.be_killed().await,
            _ => {
                let (cell, bad) = (self.dice.cell(), self.dice.below(7));
                let door = match bad {
                    2 => Door::Shut,
                    3 => Door::Mute,
                    _ => Door::Open,
                };
                let manner =
                    Manner { ready: bad != 0, alive: bad != 1, door, ..self.house.host.manner(cell) };
                self.house.host.behave(cell, manner);
            }
        }
    }

    /// Mosaic ends, and another one begins. Whoever was being answered is cut off.
    async fn end_and_begin(&mut self) {
        self.house.host.engine.set_reachable(true);
        self.house.pages.set_reachable(true);
        self.cut_off_everybody();
        self.house.begin_anew().await;
    }

    /// Mosaic is killed, and another one begins, whether its neighbours answer or not.
    async fn be_killed(&mut self) {
        self.cut_off_everybody();
        self.house.be_killed().await;
    }

    fn cut_off_everybody(&mut self) {
        self.open.clear();
        for cut_off in self.requests.drain(..) {
            cut_off.answer.abort();
        }
        for cut_off in self.orders.drain(..) {
            cut_off.abort();
        }
    }

    /// Each request has a path of its own, so that one that is sent twice is seen.
    fn send(&mut self) {
        self.sent += 1;
        let kind = self.dice.any_of(["/say", "/say", "/stream", "/hang", "/die"]);
        let path: &'static str = format!("{kind}{}", self.sent).leak();
        let cell = self.dice.cell();
        self.requests.push(Request { cell, answer: self.house.send(cell, path) });
    }

    /// All cells are to have another image from now on, or one that no cell is well with.
    fn want_an_image(&mut self) {
        let name = self.dice.any_of(["one", "two", "two", NEVER_READY, STILLBORN]);
        self.house.settings.send_modify(|it| it.image = ImageName::parse(name).expect("a name"));
    }

    /// A container is of the image that is wanted, or of the last healthy one where that failed.
    fn check_image(&self, cell: CellId) {
        let Some(spec) = self.house.host.engine.spec_of(cell) else { return };
        let images = self.house.pages.row(cell).expect("a row").images;
        let wanted = self.house.settings.borrow().image.clone();
        assert_eq!(spec.image, images.choose(&wanted).to_string(), "a rollout was forgotten");
    }

    fn script(&mut self) {
        let millis = Duration::from_millis(self.dice.below(3_000));
        let script = match self.dice.below(5) {
            0 => Script::works().start_takes(millis),
            1 => Script::works().stop_takes(millis * 5),
            2 => {
                // Of any start, since pausing comes long after it.
                let script = Script::works().pause_takes(millis);
                return self.house.host.engine.script_for(self.dice.cell(), script);
            }
            3 => Script::dies_after(Duration::ZERO, self.dice.exit_code()),
            _ => Script::dies_after(millis, self.dice.exit_code()).start_takes(millis / 3),
        };
        self.house.host.engine.script_next(self.dice.cell(), script);
    }

    fn fault(&mut self) {
        let matches: fn(&Call) -> bool = match self.dice.below(5) {
            0 => |call| matches!(call, Call::Start { .. }),
            3 => |call| matches!(call, Call::Pause { .. } | Call::Unpause { .. }),
            1 => |call| matches!(call, Call::Stop { .. }),
            2 => |call| matches!(call, Call::Look { .. }),
            _ => |call| matches!(call, Call::StderrTail { .. } | Call::List | Call::Deaths { .. }),
        };
        let error = match self.dice.below(2) {
            0 => EngineError::Unreachable("scripted".to_owned()),
            _ => EngineError::Refused("scripted".to_owned()),
        };
        self.house.host.engine.fail_next(matches, error);
    }

    fn order(
        &mut self,
        order: fn(crate::Fleet, CellId) -> futures_util::future::BoxFuture<'static, Result<(), FleetError>>,
    ) {
        let order = order(self.house.fleet.clone(), self.dice.cell());
        self.orders.push(self.house.fleet.world.tasks.spawn(order));
    }

    /// Takes the answers that are there.
    async fn collect(&mut self) {
        let (done, waiting) =
            std::mem::take(&mut self.requests).into_iter().partition(|it| it.answer.is_finished());
        self.requests = waiting;
        for Request { cell, answer } in Vec::from_iter::<Vec<Request>>(done) {
            if let Ok(response) = answer.await.expect("no panic, and nobody left") {
                let container = self.house.host.engine.container(cell).map(|it| it.container);
                self.open.push(Open { cell, container, _response: response });
            }
        }
    }

    /// Between two steps nobody gets a turn, or some do, or all that is due soon happens.
    async fn pass_a_moment(&mut self) {
        match self.dice.below(4) {
            0 => {}
            1 | 2 => {
                for _ in 0..self.dice.below(30) {
                    task::yield_now().await;
                }
            }
            _ => time::sleep(Duration::from_millis(self.dice.below(20))).await,
        }
    }

    fn check(&mut self) {
        self.house.host.assert_sound();
        for cell in (1..=CELLS).map(|number| cell(number.into())) {
            if self.house.has_container(cell) {
                self.born.insert(cell);
            }
            let healthy =
                self.house.pages.row(cell).and_then(|it| it.images.healthy).map(|it| it.to_string());
            let is_ill = healthy.is_some_and(|it| [NEVER_READY, STILLBORN].contains(&it.as_str()));
            assert!(!is_ill, "a cell was taken to be well with an image that none is well with");
            let has_volume = self.house.host.engine.has_volume(cell);
            assert!(has_volume || !self.born.contains(&cell), "a cell lost its volume");
        }
        assert!(self.house.host.engine.peak_starting() <= STARTS as usize, "too many starts at once");
        let mut heard = HashMap::new();
        // The last questions of all have no number.
        for request in self.house.host.heard().into_iter().filter(|it| it.path != "/say") {
            let times = heard.entry(request.path.clone()).or_insert(0);
            *times += 1;
            assert_eq!(*times, 1, "{} was sent twice", request.path);
        }
        for open in &self.open {
            let now = self.house.host.engine.container(open.cell).map(|it| it.container);
            let same = now == open.container && now.is_some();
            assert!(!same || !self.house.host.is_frozen(open.cell), "a leased cell was frozen");
        }
        let alive = (1..=CELLS).filter(|number| self.house.host.runs(cell((*number).into()))).count();
        assert!(!self.calm || alive <= ROOM as usize, "{alive} cells share the memory of {ROOM}");
        for open in self.open.iter().filter(|_| self.calm) {
            let now = self.house.host.engine.container(open.cell).map(|it| it.container);
            assert_eq!(now, open.container, "a leased cell was stopped");
        }
    }

    /// All faults end and every client is served, refused or leaves: then nothing may be left over.
    async fn come_to_rest(mut self) -> Vec<Call> {
        // Nobody waits for memory any more, and nobody sleeps yet: what runs is looked at first.
        self.house.settings.send_modify(|it| it.host_memory_mib = 0);
        self.house.settings.send_modify(|it| it.idle_timeout_secs = 8 * 3_600);
        // Right again, and never behind what it was.
        self.house.set_clock(i64::try_from(CLOCK_OFF).expect("small"));
        self.house.host.engine.set_reachable(true);
        self.house.pages.set_reachable(true);
        for number in 1..=CELLS {
            self.house.host.behave(cell(number.into()), Manner::GOOD);
        }
        let hanging = |path: &str| path.starts_with("/hang");
        time::sleep(Duration::from_mins(5)).await;
        self.collect().await;
        let (taken, muted) = (self.house.host.heard(), self.house.host.net().muted);
        assert!(
            self.requests.len() <= taken.iter().filter(|it| hanging(&it.path)).count() + muted,
            "a request was neither answered nor refused"
        );
        for request in self.requests.drain(..) {
            request.answer.abort();
        }
        for order in self.orders.drain(..) {
            assert!(order.is_finished(), "an order was not answered");
        }
        self.open.clear();
        // Two looks at everything later at most, whoever was told of it.
        time::sleep(Duration::from_mins(3)).await;
        for number in 1..=CELLS {
            let (cell, runs) = (cell(number.into()), self.house.has_container(cell(number.into())));
            let served = self.house.pages.compare(cell);
            assert!(!runs || served == Served::Wanted, "a changed configuration was forgotten");
            self.check_image(cell);
        }
        self.house.settings.send_modify(|it| it.idle_timeout_secs = IDLE_TIMEOUT_SECS);
        for number in 1..=CELLS {
            self.rest_of(cell(number.into())).await;
        }
        assert_eq!(self.house.host.open_calls(), 0);
        self.house.fleet.close().await;
        assert!(self.house.fleet.world.tasks.is_empty(), "a task goes on after the end");
        self.check();
        self.house.host.engine.calls()
    }

    async fn rest_of(&self, cell: CellId) {
        let gate = self.house.fleet.world.gate(cell);
        until(|| gate.leases() == 0 && gate.in_flight() == 0).await;
        until(|| {
            let status = self.house.fleet.world.status(cell);
            status.is_none_or(|it| it.state.name() == "quarantined")
        })
        .await;
        until(|| !self.house.has_container(cell)).await;
        self.house.change_config(cell);
        let asked = time::timeout(Duration::from_mins(10), self.house.ask(cell)).await;
        assert!(asked.is_ok(), "a request after all is well was neither answered nor refused");
        time::sleep(Duration::from_mins(5)).await;
        assert!(!self.house.has_container(cell), "an idle cell goes on");
        let network = self.house.pages.row(cell).and_then(|it| it.subnet);
        assert_eq!(network, None, "a cell at rest keeps a network from others");
    }
}
