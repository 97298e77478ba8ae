//! What is remembered of cells.

use std::collections::HashSet;

use ipnet::Ipv4Net;
use mosaic_model::{By, Cause, CellId, Clock, Generation, ImageName, ImageNews, RestWishes, State, UserId};
use mosaic_storage::{StoreError, testing::TestDatabase};
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::seed::{RANGE, cell, login, step, system_cell};

#[tokio::test]
async fn each_generation_has_a_token_and_a_nonce_of_its_own_and_keeps_its_network() {
    let db = TestDatabase::create().await;
    for cell in [cell(db.user("ann").await), system_cell(&db).await] {
        assert!(db.store.cell_record(cell).await.unwrap().is_none());
        assert!(db.store.gateway_token(cell).await.unwrap().is_none());
        let first = db.store.begin_generation(cell, RANGE, &[]).await.unwrap();
        let second = db.store.begin_generation(cell, RANGE, &[]).await.unwrap();
        assert_eq!((first.generation, second.generation), (Generation(1), Generation(2)));
        assert_ne!(first.nonce, second.nonce);
        assert!(first.gateway_token != second.gateway_token);
        assert_eq!(first.subnet, second.subnet);

        let read = db.store.cell_record(cell).await.unwrap().unwrap();
        assert_eq!(
            (read.generation, &read.nonce, read.subnet),
            (second.generation, &second.nonce, second.subnet)
        );
        assert!(db.store.gateway_token(cell).await.unwrap() == Some(second.gateway_token));

        db.store.release_subnet(cell).await.unwrap();
        db.store.release_subnet(cell).await.unwrap();
        assert_eq!(db.store.cell_record(cell).await.unwrap().unwrap().subnet, None);
    }
}

#[tokio::test]
async fn a_network_to_be_avoided_is_given_up_for_another() {
    let db = TestDatabase::create().await;
    let cell = cell(db.user("ann").await);
    let first = db.store.begin_generation(cell, RANGE, &[]).await.unwrap().subnet.unwrap();
    let second = db.store.begin_generation(cell, RANGE, &[first]).await.unwrap().subnet.unwrap();
    assert_ne!(first, second);
    let everything: Ipv4Net = "10.0.0.0/8".parse().unwrap();
    let refused = db.store.begin_generation(cell, RANGE, &[everything]).await;
    assert!(matches!(refused, Err(StoreError::NoSubnetLeft)), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn cells_that_begin_at_once_get_networks_of_their_own() {
    let db = TestDatabase::create().await;
    // Exactly as many networks as cells, so that they are bound to meet.
    let range: Ipv4Net = "10.213.0.0/22".parse().unwrap();
    let mut beginning = JoinSet::new();
    for number in 0..64 {
        let cell = if number % 8 == 0 {
            system_cell(&db).await
        } else {
            cell(db.user(&format!("user{number}")).await)
        };
        let store = db.store.clone();
        beginning
            .spawn(async move { store.begin_generation(cell, range, &[]).await.unwrap().subnet.unwrap() });
    }
    let subnets: HashSet<Ipv4Net> = beginning.join_all().await.into_iter().collect();
    assert_eq!(subnets.len(), 64);
    assert!(subnets.iter().all(|subnet| range.contains(subnet) && subnet.prefix_len() == 28));
    let late = db.store.begin_generation(system_cell(&db).await, range, &[]).await;
    assert!(matches!(late, Err(StoreError::NoSubnetLeft)), "{late:?}");
}

#[tokio::test]
async fn a_state_reads_back_and_only_its_owner_sees_standard_error() {
    let db = TestDatabase::create().await;
    let now = db.clock.now();
    let cause =
        Cause::Exited { code: 1, out_of_memory: false, stderr: vec!["for the owner's eyes".to_owned()] };
    let state = State::Failed { since: now, cause, retry_at: now };
    for cell in [cell(db.user("ann").await), system_cell(&db).await] {
        db.store.begin_generation(cell, RANGE, &[]).await.unwrap();
        db.store.save_state(cell, &step(state.clone()), &[now]).await.unwrap();
        let record = db.store.cell_record(cell).await.unwrap().unwrap();
        assert_eq!((&record.state, &record.deaths[..]), (&state, &[now][..]));
    }
    let cells = db.store.cells().await.unwrap();
    assert_eq!(cells.len(), 2);
    assert!(cells.iter().all(|it| it.state.name() == "failed" && it.generation == Generation(1)));
    assert!(!format!("{cells:?}").contains("eyes"));
}

#[tokio::test]
async fn a_state_can_be_saved_before_the_first_container() {
    let db = TestDatabase::create().await;
    let cell = cell(db.user("ann").await);
    let state = State::Starting { since: db.clock.now() };
    db.store.save_state(cell, &step(state.clone()), &[]).await.unwrap();
    assert!(db.store.cell_record(cell).await.unwrap().is_none());
    assert_eq!(db.store.cells().await.unwrap()[0].generation, Generation(0));
    let record = db.store.begin_generation(cell, RANGE, &[]).await.unwrap();
    assert_eq!((record.generation, record.state), (Generation(1), state));
}

#[tokio::test]
async fn wishes_for_a_cells_rest_are_its_owners_and_read_with_the_cell() {
    let db = TestDatabase::create().await;
    let (ann, bob) = (db.user("ann").await, db.user("bob").await);
    let wishes = RestWishes { keep_awake: true, idle_timeout_secs: Some(90) };
    for changed in [RestWishes::default(), wishes] {
        db.store.set_rest_wishes(ann, &changed, &By::host()).await.unwrap();
        assert_eq!(db.store.rest_wishes(ann).await.unwrap(), changed);
    }
    assert_eq!(db.store.rest_wishes(bob).await.unwrap(), RestWishes::default());
    for (cell, wanted) in [
        (cell(ann), wishes),
        (cell(bob), RestWishes::default()),
        (system_cell(&db).await, RestWishes::default()),
    ] {
        assert_eq!(db.store.begin_generation(cell, RANGE, &[]).await.unwrap().wishes, wanted);
    }
}

#[tokio::test]
async fn cells_that_something_goes_on_with_are_told_from_those_at_rest() {
    let db = TestDatabase::create().await;
    let since = db.clock.now();
    let cause = Cause::Vanished;
    let states = [
        State::Absent,
        State::Starting { since },
        State::Running { since, idle_since: None },
        State::Stopping { since },
        State::Failed { since, cause: cause.clone(), retry_at: since },
        State::Quarantined { since, cause },
    ];
    let mut unsettled = HashSet::new();
    for (number, state) in states.into_iter().enumerate() {
        let cells = [cell(db.user(&format!("user{number}")).await), system_cell(&db).await];
        for cell in cells {
            db.store.save_state(cell, &step(state.clone()), &[]).await.unwrap();
            if !state.is_at_rest() {
                unsettled.insert(cell);
            }
        }
    }
    // At rest, but for a network that was not given back.
    for cell in [cell(db.user("zoe").await), system_cell(&db).await] {
        db.store.begin_generation(cell, RANGE, &[]).await.unwrap();
        unsettled.insert(cell);
    }
    let found = db.store.unsettled_cells().await.unwrap();
    assert_eq!(found.len(), unsettled.len());
    assert_eq!(HashSet::from_iter(found), unsettled);
}

#[tokio::test]
async fn the_history_of_a_cell_is_bounded() {
    let db = TestDatabase::create().await;
    let now = db.clock.now();
    for cell in [cell(db.user("ann").await), system_cell(&db).await] {
        for _ in 0..205 {
            db.store.save_state(cell, &step(State::Stopping { since: now }), &[]).await.unwrap();
        }
    }
    let kept: Vec<i64> =
        sqlx::query_scalar("SELECT count(*) FROM cell_transitions GROUP BY user_id, system_id")
            .fetch_all(&mut login(&db).await)
            .await
            .unwrap();
    assert_eq!(kept, [200, 200]);
}

#[tokio::test]
async fn a_cell_of_nobody_does_not_begin() {
    let db = TestDatabase::create().await;
    let nobody = CellId::User(UserId::from_uuid(Uuid::from_u128(1)));
    let refused = db.store.begin_generation(nobody, RANGE, &[]).await;
    assert!(matches!(refused, Err(StoreError::NotFound)), "{refused:?}");
    let refused = db.store.save_state(nobody, &step(State::Absent), &[]).await;
    assert!(matches!(refused, Err(StoreError::NotFound)), "{refused:?}");
}

#[tokio::test]
async fn what_became_of_a_cells_images_outlives_its_containers() {
    let db = TestDatabase::create().await;
    let wanted = |name: &str| ImageNews::Starting { wanted: ImageName::parse(name).unwrap() };
    for cell in [cell(db.user("ann").await), system_cell(&db).await] {
        db.store.begin_generation(cell, RANGE, &[]).await.unwrap();
        let failed = ImageNews::Failed { reason: "it ended".to_owned() };
        for news in [wanted("old"), ImageNews::Healthy, wanted("new"), failed] {
            db.store.note_image(cell, news).await.unwrap();
        }
        let next = db.store.begin_generation(cell, RANGE, &[]).await.unwrap();
        assert_eq!(next.images.goes_back_to(), ImageName::parse("old").as_ref());
        let images = db.store.note_image(cell, wanted("new")).await.unwrap();
        assert_eq!(images.started, ImageName::parse("old"));
        assert_eq!(db.store.cell_images(cell).await.unwrap(), images);
    }
}
