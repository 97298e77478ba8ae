//! One manager per database.

use mosaic_storage::{Fence, FenceError, testing::TestDatabase};

use crate::seed::login;

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

#[tokio::test]
async fn a_manager_whose_connection_is_cut_learns_it() {
    let db = TestDatabase::create().await;
    let mut fence = Fence::acquire(&db.url).await.unwrap();
    sqlx::query(
        "SELECT pg_terminate_backend(pid)
         FROM pg_locks
         WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
    )
    .execute(&mut login(&db).await)
    .await
    .unwrap();
    fence.lost().await;
    Fence::acquire(&db.url).await.unwrap();
}
