//! Users and how they prove who they are.

use mosaic_model::{By, Email, Secret};
use mosaic_storage::{Role, StoreError, testing::TestDatabase};

#[tokio::test]
async fn an_email_address_belongs_to_one_user() {
    let db = TestDatabase::create().await;
    let ann = Email::parse("ann@example.org").unwrap();
    let user = db.store.create_user(&ann, Role::User, &By::host()).await.unwrap();
    let again =
        db.store.create_user(&Email::parse("ANN@example.org").unwrap(), Role::Admin, &By::host()).await;
    assert!(matches!(again, Err(StoreError::Conflict(_))), "{again:?}");
    assert_eq!(db.store.user_by_email(&ann).await.unwrap(), Some(user.clone()));
    assert_eq!(db.store.user_by_email(&Email::parse("bob@example.org").unwrap()).await.unwrap(), None);
    assert_eq!(db.store.users().await.unwrap(), [user]);
}

#[tokio::test]
async fn a_breakglass_admin_needs_a_real_password() {
    let db = TestDatabase::create().await;
    let email = Email::parse("root@example.org").unwrap();
    let short = db.store.create_breakglass(&email, &Secret::new("hunter2".to_owned()), &By::host()).await;
    assert!(matches!(short, Err(StoreError::Invalid(_))), "{short:?}");
    assert_eq!(db.store.users().await.unwrap(), []);
    let long = Secret::new("correct horse battery staple".to_owned());
    let admin = db.store.create_breakglass(&email, &long, &By::host()).await.unwrap();
    assert_eq!(admin.role, Role::Admin);
}
