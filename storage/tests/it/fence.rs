//! One manager per database.

use std::time::Duration;

use mosaic_storage::{Fence, FenceError, testing::TestDatabase};

use crate::seed::login;

const PAUSE: Duration = Duration::from_millis(20);

#[tokio::test]
async fn a_database_has_one_manager_and_each_take_over_a_higher_number() {
    let db = TestDatabase::create().await;
    let first = Fence::acquire(&db.url).await.unwrap();
    let second = Fence::acquire(&db.url).await;
    assert!(matches!(second, Err(FenceError::AlreadyHeld { number, .. }) if number == first.number()));
    let elsewhere = TestDatabase::create().await;
    Fence::acquire(&elsewhere.url).await.unwrap();
    let number = first.number();
    first.release().await;
    assert_eq!(Fence::acquire(&db.url).await.unwrap().number(), number + 1);
}

/// Ends the connection that holds the lock, as a restart of the database does.
async fn cut(db: &TestDatabase) {
    sqlx::query(
        "SELECT pg_terminate_backend(pid)
         FROM pg_locks
         WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
    )
    .execute(&mut login(db).await)
    .await
    .unwrap();
    // It goes a moment later.
    while is_locked(db).await {
        tokio::time::sleep(PAUSE).await;
    }
}

#[tokio::test]
async fn a_manager_whose_connection_is_cut_goes_on_if_nobody_took_over() {
    let db = TestDatabase::create().await;
    let mut fence = Fence::acquire(&db.url).await.unwrap();
    let number = fence.number();
    cut(&db).await;
    let retaken = async {
        // Held again, by the same manager, without its having ended: it goes on watching while another tries.
        while !is_locked(&db).await {
            tokio::time::sleep(PAUSE).await;
        }
        Fence::acquire(&db.url).await
    };
    let other = tokio::select! {
        () = fence.lost() => panic!("it was not taken by anybody"),
        other = retaken => other,
    };
    assert!(matches!(other, Err(FenceError::AlreadyHeld { number: held, .. }) if held == number));
}

#[tokio::test]
async fn a_manager_whose_connection_is_cut_stops_when_another_took_over() {
    let db = TestDatabase::create().await;
    let mut fence = Fence::acquire(&db.url).await.unwrap();
    cut(&db).await;
    let other = Fence::acquire(&db.url).await.unwrap();
    fence.lost().await;
    // Also when the other one is gone again: it may have changed everything.
    other.release().await;
    let mut third = Fence::acquire(&db.url).await.unwrap();
    cut(&db).await;
    let fourth = Fence::acquire(&db.url).await.unwrap();
    fourth.release().await;
    third.lost().await;
}

async fn is_locked(db: &TestDatabase) -> bool {
    sqlx::query_scalar(
        "SELECT EXISTS (
             SELECT
             FROM pg_locks
             WHERE locktype = 'advisory'
               AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
         )",
    )
    .fetch_one(&mut login(db).await)
    .await
    .unwrap()
}
