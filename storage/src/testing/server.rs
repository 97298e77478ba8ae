//! The throwaway Postgres that all tests share, and its migrated template.

use sha2::{Digest, Sha256};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tokio::sync::OnceCell;

use crate::{
    embedded::{Cluster, Purpose, cache_dir, lock},
    store::{self, MIGRATOR},
};

static SERVER: OnceCell<Server> = OnceCell::const_new();

/// A running Postgres with a migrated template in it.
#[derive(Debug)]
pub(super) struct Server {
    cluster: Cluster,
    template: String,
}

impl Server {
    /// The server; started if it does not run, once for all tests of all processes.
    pub(super) async fn get() -> &'static Self {
        SERVER.get_or_init(Self::start).await
    }

    /// The template's name.
    pub(super) fn template(&self) -> &str {
        &self.template
    }

    /// Where one of its databases is.
    pub(super) fn url(&self, database: &str) -> String {
        self.cluster.url(database)
    }

    /// Makes a database like the template.
    pub(super) async fn create(&self, name: &str, template: &str) {
        self.run(format!("CREATE DATABASE {name} TEMPLATE {template}")).await;
    }

    /// Drops a database, whoever is still connected to it.
    pub(super) async fn drop_database(&self, name: &str) {
        self.run(format!("DROP DATABASE {name} WITH (FORCE)")).await;
    }

    #[expect(clippy::print_stderr, reason = "a download in a test should not look like a hang")]
    async fn start() -> Self {
        let home = cache_dir().join("test");
        let mut progress = |text: &str| eprintln!("test database: {text}");
        let cluster = Cluster::prepare(&home, Purpose::Throwaway, &mut progress).await;
        let cluster = cluster.expect("a Postgres with pgvector for tests");
        cluster.start_or_adopt(&mut progress).await.expect("the tests' Postgres starts");
        let server = Self { cluster, template: template_name() };
        let only_one = lock(home.join("template.lock"), std::fs::File::lock).await.expect("a lock");
        server.ensure_template().await;
        server.drop_old_databases().await;
        drop(only_one);
        server
    }

    /// Makes the template if this set of migrations has none yet. It takes its name when it is complete.
    async fn ensure_template(&self) {
        let mut connection = self.connect("postgres").await;
        let known: bool = sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)")
            .bind(&self.template)
            .fetch_one(&mut connection)
            .await
            .expect("a list of databases");
        if known {
            return;
        }
        let unfinished = format!("{}_new", self.template);
        self.run(format!("DROP DATABASE IF EXISTS {unfinished}")).await;
        self.run(format!("CREATE DATABASE {unfinished}")).await;
        let mut inside = self.connect(&unfinished).await;
        MIGRATOR.run(&mut inside).await.expect("the migrations run");
        inside.close().await.expect("the connection closes");
        // Nobody may connect to it, so that nobody is in the way of copying it.
        self.run(format!("ALTER DATABASE {unfinished} WITH ALLOW_CONNECTIONS false")).await;
        self.run(format!("ALTER DATABASE {unfinished} RENAME TO {}", self.template)).await;
    }

    /// Drops what tests that failed or were killed left behind, an hour ago or more.
    async fn drop_old_databases(&self) {
        let mut connection = self.connect("postgres").await;
        let old: Vec<String> = sqlx::query_scalar(
            "SELECT datname::text
             FROM pg_database
             WHERE datname ~ '^(test|empty)_'
               AND (pg_stat_file(format('base/%s/PG_VERSION', oid), true)).modification < now() - interval '1 hour'
               AND NOT EXISTS (SELECT FROM pg_stat_activity WHERE datid = pg_database.oid)",
        )
        .fetch_all(&mut connection)
        .await
        .expect("a list of databases");
        for name in old {
            self.run(format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
        }
    }

    async fn run(&self, statement: String) {
        let mut connection = self.connect("postgres").await;
        let done = sqlx::query(AssertSqlSafe(statement)).execute(&mut connection).await;
        done.expect("the tests' Postgres does as told");
        connection.close().await.expect("the connection closes");
    }

    async fn connect(&self, database: &str) -> PgConnection {
        store::connect(&self.url(database)).await.expect("the tests' Postgres answers")
    }
}

/// A name that changes with the migrations.
fn template_name() -> String {
    let mut hash = Sha256::new();
    for migration in MIGRATOR.iter() {
        hash.update(&migration.checksum);
    }
    let mut text = hex::encode(hash.finalize());
    text.truncate(16);
    format!("template_{text}")
}
