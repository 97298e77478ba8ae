//! Looking things up in the audit log, and holding an export against it.

use std::time::Duration;

use mosaic_model::{
    AuditAction, AuditActor, AuditEntry, AuditExcerpt, AuditOutcome, AuditTarget, By, Clock, Owner,
};
use mosaic_storage::{AuditComparison, AuditFilter, AuditListed, testing::TestDatabase};

use crate::seed::{cell, login};

/// The log: two users made (1, 2); Ann signs in from one address (3) and fails from another (4); Bob is disabled by
/// Ann (5); Bob's cell is stopped by hand (6). A second lies between one entry and the next.
async fn busy_log() -> (TestDatabase, Owner, Owner) {
    let db = TestDatabase::create().await;
    let ann = db.user("ann").await;
    let bob = db.user("bob").await;
    let from = |address: &str| By {
        actor: AuditActor::Anonymous,
        address: Some(address.parse().unwrap()),
        request_id: "r".to_owned(),
    };
    let by_ann = from("192.0.2.1").user(ann.user_id());
    let user = |owner: Owner| AuditTarget::User(owner.user_id());
    for entry in [
        AuditEntry::done(&by_ann, AuditAction::Login, user(ann)),
        AuditEntry::refused(&from("192.0.2.2"), AuditAction::Login, user(ann), "wrong password"),
        AuditEntry::done(&by_ann, AuditAction::UserDisabled, user(bob)),
        AuditEntry::done(&By::host(), AuditAction::CellStopped, AuditTarget::Cell(cell(bob))),
    ] {
        db.clock.advance(Duration::from_secs(1));
        db.store.audit(&entry).await.unwrap();
    }
    (db, ann, bob)
}

fn numbers(entries: &[AuditListed]) -> Vec<u64> {
    entries.iter().map(|entry| entry.record.number).collect()
}

#[tokio::test]
async fn every_filter_finds_what_it_says_and_nothing_else() {
    let (db, ann, bob) = busy_log().await;
    let start = db.clock.now() - chrono::TimeDelta::seconds(4);
    let after = |secs| Some(start + chrono::TimeDelta::seconds(secs));
    let all = AuditFilter::default();
    let cases = [
        (all.clone(), vec![6, 5, 4, 3, 2, 1]),
        (AuditFilter { action: Some("login".to_owned()), ..all.clone() }, vec![4, 3]),
        (AuditFilter { action: Some("no such".to_owned()), ..all.clone() }, vec![]),
        (AuditFilter { actor: Some(ann.user_id()), ..all.clone() }, vec![5, 3]),
        (AuditFilter { target: Some(format!("user/{}", bob.user_id())), ..all.clone() }, vec![5, 2]),
        (AuditFilter { outcome: Some(AuditOutcome::Refused), ..all.clone() }, vec![4]),
        (AuditFilter { address: Some("192.0.2.2".parse().unwrap()), ..all.clone() }, vec![4]),
        (AuditFilter { from: after(2), ..all.clone() }, vec![6, 5, 4]),
        (AuditFilter { to: after(2), ..all.clone() }, vec![3, 2, 1]),
        (AuditFilter { from: after(1), to: after(3), action: Some("login".to_owned()), ..all }, vec![4, 3]),
    ];
    for (filter, expected) in cases {
        let newest_first = db.store.audit_page(&filter, None, 100).await.unwrap();
        assert_eq!(numbers(&newest_first), expected, "{filter:?}");
        let oldest_first = db.store.audit_after(&filter, 0, u64::MAX, 100).await.unwrap();
        let reversed: Vec<u64> = expected.into_iter().rev().collect();
        assert_eq!(numbers(&oldest_first), reversed, "{filter:?}");
    }
}

#[tokio::test]
async fn pages_follow_each_other_without_a_gap_or_an_overlap() {
    let (db, ..) = busy_log().await;
    let all = AuditFilter::default();
    let (mut before, mut after, mut down, mut up) = (None, 0, Vec::new(), Vec::new());
    for _ in 0..3 {
        let page = db.store.audit_page(&all, before, 2).await.unwrap();
        before = page.last().map(|entry| entry.record.number);
        down.extend(numbers(&page));
        let page = db.store.audit_after(&all, after, 6, 2).await.unwrap();
        after = page.last().unwrap().record.number;
        up.extend(numbers(&page));
    }
    assert_eq!((down, up), (vec![6, 5, 4, 3, 2, 1], vec![1, 2, 3, 4, 5, 6]));
    assert!(db.store.audit_page(&all, Some(1), 2).await.unwrap().is_empty());
    assert_eq!(db.store.audit_page(&all, Some(u64::MAX), 2).await.unwrap().len(), 2);
    assert_eq!(numbers(&db.store.audit_after(&all, 2, 4, 100).await.unwrap()), [3, 4]);
    assert_eq!(db.store.last_audit_number().await.unwrap(), 6);
}

#[tokio::test]
async fn addresses_are_looked_up_and_gone_with_their_user() {
    let (db, ann, bob) = busy_log().await;
    let page = async || db.store.audit_page(&AuditFilter::default(), None, 100).await.unwrap();
    let entries = page().await;
    let shown: Vec<_> =
        entries.iter().map(|it| (it.actor_email.as_deref(), it.target_email.as_deref())).collect();
    let (a, b) = (Some("ann@example.org"), Some("bob@example.org"));
    assert_eq!(shown, [(None, b), (a, b), (None, a), (a, a), (None, b), (None, a)]);
    sqlx::query("DELETE FROM users WHERE id = $1")
        .bind(bob.user_id().as_uuid())
        .execute(&mut login(&db).await)
        .await
        .unwrap();
    let entries = page().await;
    assert_eq!((entries[1].actor_email.as_deref(), entries[1].target_email.as_deref()), (a, None));
    assert_eq!(entries[1].record.actor_id, Some(ann.user_id()));
}

#[tokio::test]
async fn what_is_listed_can_be_checked_and_held_against_the_log() {
    let (db, ..) = busy_log().await;
    let all = AuditFilter::default();
    let entries = db.store.audit_after(&all, 0, u64::MAX, 100).await.unwrap();
    let mut whole = AuditExcerpt::default();
    for entry in &entries {
        whole.follow(&entry.record, &entry.previous, &entry.hash).unwrap();
    }
    assert_eq!((whole.entries, whole.gaps), (6, 0));
    let mut pairs: Vec<_> = entries.iter().map(|entry| (entry.record.number, entry.hash)).collect();
    assert_eq!(db.store.compare_with_audit(&pairs).await.unwrap(), AuditComparison::Same);
    pairs[3].1[0] ^= 1;
    let compared = db.store.compare_with_audit(&pairs).await.unwrap();
    assert_eq!(compared, AuditComparison::Differs { number: 4 });
    // The database is a copy from before the seventh entry.
    let compared = db.store.compare_with_audit(&[(7, [0; 32])]).await.unwrap();
    assert_eq!(compared, AuditComparison::Missing { number: 7 });
}
