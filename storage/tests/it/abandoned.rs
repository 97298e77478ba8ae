//! Questions that nobody waits for any more.

use std::time::Duration;

use mosaic_storage::testing::TestDatabase;
use tokio::time;

use crate::seed::{login, user_with_everything};

#[tokio::test]
async fn a_question_that_is_dropped_anywhere_leaves_no_transaction_open() {
    let db = TestDatabase::create().await;
    let ann = user_with_everything(&db, "ann").await;
    for micros in 0..400 {
        let _ = time::timeout(Duration::from_micros(micros * 10), db.store.serve_config(ann)).await;
    }
    let mut other = login(&db).await;
    let left_open = async |other: &mut _| {
        let count: i64 = sqlx::query_scalar(
            "SELECT count(*)
             FROM pg_stat_activity
             WHERE datname = current_database() AND state LIKE 'idle in transaction%'",
        )
        .fetch_one(other)
        .await
        .unwrap();
        count
    };
    // What was dropped is taken back in a moment.
    let closed = async {
        while left_open(&mut other).await > 0 {
            time::sleep(Duration::from_millis(20)).await;
        }
    };
    time::timeout(Duration::from_secs(20), closed).await.expect("each transaction ends");
}
