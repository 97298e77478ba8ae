//! For tests, here and in the crates above: a database per test, and a clock that stands still.
//!
//! All test processes of a machine share one throwaway Postgres. The first that needs it starts it, and it
//! stays up for the next run; its data is made anew whenever it starts. A test's database is a copy of a
//! migrated template, made in some 30 ms, and dropped when the test passes.

mod clock;
mod server;

use std::{sync::Arc, thread};

use mosaic_model::{By, Email, Owner, Role};

pub use self::clock::TestClock;
use self::server::Server;
use crate::{KeyRing, Store, random};

/// The key of every test database; `KeyRing::parse` takes it.
pub const TEST_KEY: &str = "5ec2e75ec2e75ec2e75ec2e75ec2e75ec2e75ec2e75ec2e75ec2e75ec2e75ec2";

/// A database of this test's own.
#[derive(Debug)]
pub struct TestDatabase {
    /// The store, opened on it.
    pub store: Store,
    /// Where it is.
    pub url: String,
    /// The store's clock.
    pub clock: Arc<TestClock>,
    name: String,
}

impl TestDatabase {
    /// Makes a database and opens it.
    ///
    /// # Panics
    /// When it cannot: a test has nothing better to do then.
    pub async fn create() -> Self {
        let (name, url) = Self::create_unopened().await;
        let clock = Arc::new(TestClock::default());
        let store = Store::open(&url, Self::keys(), clock.clone()).await.expect("a fresh database opens");
        Self { store, url, clock, name }
    }

    /// Opens the database once more, as another process would.
    pub async fn open_again(&self) -> Store {
        Store::open(&self.url, Self::keys(), self.clock.clone()).await.expect("it opened before")
    }

    /// The tables whose sealed values the change of the master key knows of.
    pub fn sealed_tables() -> Vec<&'static str> {
        crate::sealed_columns::ALL.iter().map(|column| column.table).collect()
    }

    /// The keys of every test database.
    pub fn keys() -> KeyRing {
        KeyRing::parse(TEST_KEY).expect("a sound key")
    }

    /// Adds a user `name@example.org`, and gives the proof of being them.
    pub async fn user(&self, name: &str) -> Owner {
        let email = Email::parse(&format!("{name}@example.org")).expect("a plain name");
        let user = self.store.create_user(&email, Role::User, &By::host()).await.expect("a new user");
        #[expect(clippy::disallowed_methods, reason = "a test acts for whom it made")]
        Owner::vouch(user.id)
    }

    /// The server's URL for a database without any schema of ours: for tests of the first opening. It is not
    /// dropped.
    pub async fn empty() -> String {
        let server = Server::get().await;
        let name = format!("empty_{}", hex::encode(random::bytes::<6>()));
        server.create(&name, "template0").await;
        server.url(&name)
    }

    /// As whom the store's two pools work: for users, and for the fleet.
    pub async fn roles(&self) -> [String; 2] {
        let role = "SELECT current_user::text";
        let app = sqlx::query_scalar(role).fetch_one(self.store.app());
        let fleet = sqlx::query_scalar(role).fetch_one(self.store.fleet());
        [app.await.expect("an answer"), fleet.await.expect("an answer")]
    }

    async fn create_unopened() -> (String, String) {
        let server = Server::get().await;
        let name = format!("test_{}", hex::encode(random::bytes::<6>()));
        server.create(&name, server.template()).await;
        let url = server.url(&name);
        (name, url)
    }
}

impl Drop for TestDatabase {
    #[expect(clippy::print_stderr, reason = "whoever reads why the test failed may want to look inside")]
    fn drop(&mut self) {
        if thread::panicking() {
            eprintln!("the test's database is kept: {}", self.url);
            return;
        }
        let name = std::mem::take(&mut self.name);
        // A runtime cannot wait within another, so it gets a thread of its own.
        let dropping = thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime").block_on(async { Server::get().await.drop_database(&name).await });
        });
        if dropping.join().is_err() {
            eprintln!("the test's database was not dropped: {}", self.url);
        }
    }
}
