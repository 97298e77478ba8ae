//! What the simulation promises, on real parts: whatever dies, everybody is answered again, nobody has two
//! containers, and what an agent knows outlives it all.

mod engine;

use std::process::Command;

use self::engine::PrivateEngine;
use serde_json::json;
use tokio::task::JoinSet;

use crate::support::{Mosaic, Person, chat, docker, eventually, post, random, run, standin};

const NO_MODELS: &str = "http://standin.invalid/v1";
const BLOWS: usize = 12;
/// So many that nobody's agent dies more often than [`RestartPolicy`](mosaic_model::RestartPolicy) bears within
/// its window, whatever the dice say: one that is left alone after that is no fault.
const PEOPLE: usize = 4;

/// What befalls the fleet.
#[derive(Debug, Clone, Copy)]
enum Blow {
    /// Mosaic is killed, and started again.
    Mosaic,
    /// A container is killed.
    Container,
    /// A container is removed by somebody else.
    Removal,
    /// A container dies while Mosaic is away.
    ContainerMeanwhile,
    /// The database's processes are killed.
    Database,
}

impl Blow {
    const ALL: [Self; 5] =
        [Self::Mosaic, Self::Container, Self::Removal, Self::ContainerMeanwhile, Self::Database];

    const fn kills_a_container(self) -> bool {
        matches!(self, Self::Container | Self::Removal | Self::ContainerMeanwhile)
    }

    async fn strike(self, mosaic: &mut Mosaic, container: &str) {
        let at_container = |arguments: &[&str]| drop(docker(&[arguments, &[container]].concat()));
        match self {
            Self::Mosaic => {
                mosaic.kill();
                mosaic.restart().await;
            }
            Self::Container => at_container(&["kill"]),
            Self::Removal => at_container(&["rm", "-f"]),
            Self::ContainerMeanwhile => {
                mosaic.kill();
                at_container(&["kill"]);
                mosaic.restart().await;
            }
            Self::Database => kill_database(mosaic),
        }
    }
}

/// As the kernel does when memory is short: the database's first process, without a word.
fn kill_database(mosaic: &Mosaic) {
    let file = mosaic.home().join("postgres/data/postmaster.pid");
    let text = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let process = text.lines().next().expect("its first line is its number").to_owned();
    let (_, error, killed) = run(Command::new("kill").args(["-KILL", &process]), "");
    assert!(killed, "{error}");
}

/// Small and good enough: xorshift.
struct Dice(u64);

impl Dice {
    /// With a seed of its own each time, which the test prints.
    fn new() -> Self {
        Self(u64::from_ne_bytes(random()) | 1)
    }

    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(bound).expect("small")).expect("small")
    }
}

/// Everybody's running container, in the same order each time.
fn containers(mosaic: &Mosaic) -> Vec<String> {
    let mut listed = mosaic.engine_objects(&["ps", "--format", r#"{{.Label "mosaic.cell"}} {{.ID}}"#]);
    listed.sort_unstable();
    listed.iter().filter_map(|line| line.rsplit(' ').next()).map(ToOwned::to_owned).collect()
}

/// Asks until there is a whole answer: what is under way when something dies may fail, and says so.
async fn answered(mosaic: &Mosaic, person: &Person, words: &str) -> String {
    eventually("the agent answers again", async || {
        let answer = chat(mosaic, person, "c", words).await;
        assert!(answer.done || answer.error.is_some() || !answer.status.is_success(), "{answer:?}");
        (answer.done && answer.error.is_none()).then_some(answer.text)
    })
    .await
}

/// An answer that is being written when the blow falls.
fn begin_answer(mosaic: &Mosaic, person: &Person) -> JoinSet<()> {
    let (url, token) = (mosaic.url("/v1/chat/completions"), person.token.clone());
    let question = json!({
        "model": "main", "user": "c", "stream": true,
        "messages": [{ "role": "user", "content": "/standin slow 20 50" }],
    });
    let mut under_way = JoinSet::new();
    under_way.spawn(async move {
        post(&url, &token, &question).await;
    });
    under_way
}

#[tokio::test]
async fn whatever_dies_everybody_is_answered_again_and_nothing_is_lost() {
    let mut dice = Dice::new();
    eprintln!("seed {}", dice.0);
    let mut mosaic = Mosaic::start(standin()).await;
    let people: Vec<Person> =
        (0..PEOPLE).map(|number| mosaic.person(&format!("person{number}"), NO_MODELS)).collect();
    for person in &people {
        answered(&mosaic, person, "remember this").await;
    }
    let volumes = mosaic.engine_objects(&["volume", "ls", "-q"]);
    assert_eq!(volumes.len(), PEOPLE);
    let mut kills = 0;
    for count in 0..BLOWS {
        // Each kind once, then by chance.
        let blow = Blow::ALL.get(count).copied().unwrap_or_else(|| Blow::ALL[dice.below(Blow::ALL.len())]);
        eprintln!("blow {count}: {blow:?}");
        let mut under_way = begin_answer(&mosaic, &people[dice.below(PEOPLE)]);
        let victim = containers(&mosaic)[kills % PEOPLE].clone();
        kills += usize::from(blow.kills_a_container());
        blow.strike(&mut mosaic, &victim).await;
        for person in &people {
            answered(&mosaic, person, "and now?").await;
        }
        // Whole, cut or refused: it came to an end, and nobody waits for it.
        drop(under_way.join_next().await);
        let containers = mosaic.containers();
        assert!(containers.len() <= PEOPLE, "somebody has two: {containers:?}");
        assert_eq!(mosaic.engine_objects(&["volume", "ls", "-q"]), volumes, "a memory is gone");
    }
}

#[tokio::test]
async fn an_engine_that_is_started_anew_costs_nobody_more_than_a_wait() {
    let mut engine = PrivateEngine::with(&standin()).await;
    let mosaic = Mosaic::start_on(engine.url(), standin()).await;
    let (ann, bob) = (mosaic.person("ann", NO_MODELS), mosaic.person("bob", NO_MODELS));
    let first = answered(&mosaic, &ann, "remember this").await;
    answered(&mosaic, &bob, "and this").await;
    engine.end().await;
    // Asked while there is no engine: the agent is down, which nobody can see yet, or mend.
    let mut asked = begin_answer(&mosaic, &bob);
    engine.begin().await;
    assert_ne!(answered(&mosaic, &ann, "and now?").await, first, "it forgot");
    answered(&mosaic, &bob, "and now?").await;
    drop(asked.join_next().await);
    assert_eq!(mosaic.containers().len(), 2);
    assert_eq!(mosaic.engine_objects(&["volume", "ls", "-q"]).len(), 2);
}
