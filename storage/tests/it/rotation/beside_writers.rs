//! A rotation that is killed at random moments while others add, replace and delete keys.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use mosaic_model::{By, CellId, Owner, ProviderCredential, ProviderId, Secret};
use mosaic_storage::{AuditCheck, KeyRing, Removal, Store, testing::TestDatabase};
use tokio::task::JoinSet;

use super::{counts, new_keys, open};
use crate::seed::{RANGE, cell, provider, system_cell};

const USERS: u64 = 5;
const KILLS: u64 = 25;

/// A small generator, so that a run can be repeated from its seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }
}

/// What one user's providers hold, as their only writer knows it.
type Known = HashMap<ProviderId, String>;

async fn assert_readable(store: &Store, owner: Owner, known: &Known) {
    let input = store.assembly_input(owner).await.expect("everything opens at every moment");
    let found = input.providers.into_iter().filter_map(|(provider, credential)| match credential {
        ProviderCredential::Key(key) => Some((provider.id, key.expose().clone())),
        ProviderCredential::Version(_) | ProviderCredential::None => None,
    });
    let found: Known = found.collect();
    assert_eq!(found, *known);
}

/// One act of a user's, and a look at whether everything of theirs is still there.
async fn act(store: &Store, owner: Owner, known: &mut Known, dice: &mut Dice) {
    let key = format!("sk-{:016x}", dice.roll(u64::MAX));
    let secret = Secret::new(key.clone());
    let some = known.keys().min().copied();
    match (dice.roll(4), some) {
        (0, Some(id)) if known.len() > 1 => {
            store.remove_provider(owner, id, Removal::default(), &By::host()).await.unwrap();
            known.remove(&id);
        }
        (1, Some(_)) => drop(store.begin_generation(cell(owner), RANGE, &[]).await.unwrap()),
        (2, Some(id)) => {
            store.replace_provider_key(owner, id, &secret, &By::host()).await.unwrap();
            known.insert(id, key);
        }
        _ if known.len() < 20 => {
            let draft = provider(&format!("p{:016x}", dice.roll(u64::MAX)));
            let added = store.add_provider(owner, draft, Some(&secret), &By::host()).await.unwrap();
            known.insert(added.id, key);
        }
        _ => {}
    }
    assert_readable(store, owner, known).await;
    store.gateway_token(cell(owner)).await.expect("it opens at every moment");
}

/// A user who goes on until told to stop.
async fn go_on(
    store: Store,
    owner: Owner,
    mut known: Known,
    mut dice: Dice,
    stop: Arc<AtomicBool>,
    acts: Arc<AtomicU64>,
) -> (Owner, Known) {
    while !stop.load(Ordering::SeqCst) {
        act(&store, owner, &mut known, &mut dice).await;
        acts.fetch_add(1, Ordering::SeqCst);
    }
    (owner, known)
}

/// Begins the rotation again and again and cuts it off; how often it was cut off before it was done.
async fn rotate_and_kill(rotating: &Store, old: &Store, cell: CellId, dice: &mut Dice) -> u64 {
    let mut cut_off = 0;
    for _ in 0..KILLS {
        let patience = Duration::from_micros(dice.roll(30_000));
        let outcome = tokio::time::timeout(patience, rotating.rotate_keys(&By::host())).await;
        cut_off += u64::from(outcome.is_err());
        if let Ok(outcome) = outcome {
            outcome.unwrap();
            // So that there is something to do next time: what a forgotten process with the old key seals.
            let _ = old.begin_generation(cell, RANGE, &[]).await;
        }
    }
    cut_off
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_rotation_killed_again_and_again_beside_writers_loses_nothing() {
    let seed = u64::from_be_bytes(KeyRing::generate().expose().as_bytes()[..8].try_into().unwrap());
    println!("seed {seed}");
    let mut dice = Dice(seed);
    let db = TestDatabase::create().await;
    let system = system_cell(&db).await;
    let mut people = Vec::new();
    for number in 0..USERS {
        let (owner, mut known) = (db.user(&format!("user{number}")).await, Known::new());
        for _ in 0..8 {
            act(&db.store, owner, &mut known, &mut dice).await;
        }
        people.push((owner, known));
    }
    let (new, both) = new_keys();
    let (serving, rotating) = (open(&db, &both).await.unwrap(), open(&db, &both).await.unwrap());
    let (stop, acts) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let mut writers = JoinSet::new();
    for (owner, known) in people {
        let dice = Dice(dice.roll(u64::MAX));
        writers.spawn(go_on(serving.clone(), owner, known, dice, Arc::clone(&stop), Arc::clone(&acts)));
    }
    let cut_off = rotate_and_kill(&rotating, &db.store, system, &mut dice).await;
    rotating.rotate_keys(&By::host()).await.expect("the last run goes to its end");
    assert_eq!(counts(&rotating).await[1], (Some(2), 0), "while the others still write");
    stop.store(true, Ordering::SeqCst);
    let people = writers.join_all().await;
    println!("{cut_off} of {KILLS} rotations were cut off beside {} acts", acts.load(Ordering::SeqCst));
    assert!(cut_off > 0, "no rotation was cut off: this proves little");
    assert!(acts.load(Ordering::SeqCst) > USERS, "nobody wrote: this proves little");

    assert_eq!(counts(&rotating).await[1], (Some(2), 0));
    let alone = open(&db, &new).await.expect("the new key alone is enough");
    for (owner, known) in people {
        assert_readable(&alone, owner, &known).await;
        alone.gateway_token(cell(owner)).await.unwrap();
    }
    assert!(matches!(alone.verify_audit().await.unwrap(), AuditCheck::Sound { .. }));
}
