//! The database's own walls: what the two roles can and cannot reach, whatever statement they run.

use std::collections::BTreeSet;

use mosaic_model::{CellId, Owner};
use mosaic_storage::testing::TestDatabase;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use uuid::Uuid;

use crate::seed::{RANGE, login, system_cell, user_with_everything};

/// Tables that hold nobody's things in particular. A new table is listed here, or has a `user_id`.
const NOBODYS: &[&str] = &[
    "_sqlx_migrations",
    "audit_head",
    "audit_log",
    // Whom they invite is no user yet; they go with the user who has the same e-mail address.
    "invitations",
    "manager_fence",
    // Agents of the fleet's own. They have walls too: see below.
    "system_agents",
    "system_config",
    "system_container_tokens",
    "system_containers",
    "system_secrets",
];

/// What the role of one user at a time may do to those tables.
const APP_ON_NOBODYS: &[(&str, &str)] = &[
    ("audit_head", "SELECT INSERT UPDATE"),
    ("audit_log", "SELECT INSERT"),
    ("invitations", "SELECT INSERT UPDATE DELETE"),
    ("manager_fence", "SELECT INSERT UPDATE"),
    ("system_agents", "SELECT INSERT UPDATE DELETE"),
    ("system_config", "SELECT INSERT UPDATE"),
    ("system_container_tokens", "SELECT INSERT UPDATE DELETE"),
    ("system_containers", "SELECT INSERT UPDATE DELETE"),
    ("system_secrets", "SELECT INSERT UPDATE DELETE"),
];

/// Every column that the fleet's role may read. None is secret, none is what a person wrote but the names of the fleet's
/// own agents: of users' agents it sees no row.
const FLEET_READS: &[(&str, &str)] = &[
    ("api_tokens", "expires_at"),
    ("api_tokens", "hash"),
    ("api_tokens", "id"),
    ("api_tokens", "last_used_at"),
    ("api_tokens", "revoked_at"),
    ("api_tokens", "scopes"),
    ("api_tokens", "user_id"),
    ("audit_head", "key_id"),
    ("audit_log", "action"),
    ("audit_log", "actor"),
    ("audit_log", "actor_id"),
    ("audit_log", "address"),
    ("audit_log", "at"),
    ("audit_log", "detail"),
    ("audit_log", "hash"),
    ("audit_log", "number"),
    ("audit_log", "outcome"),
    ("audit_log", "request_id"),
    ("audit_log", "target"),
    ("breakglass_users", "user_id"),
    ("cell_subnets", "subnet"),
    ("cell_subnets", "system_id"),
    ("cell_subnets", "user_id"),
    ("cell_transitions", "at"),
    ("cell_transitions", "cause"),
    ("cell_transitions", "from_state"),
    ("cell_transitions", "generation"),
    ("cell_transitions", "id"),
    ("cell_transitions", "state"),
    ("cell_transitions", "system_id"),
    ("cell_transitions", "trigger"),
    ("cell_transitions", "user_id"),
    ("llm_provider_keys", "key_id"),
    ("llm_provider_keys", "user_id"),
    ("local_passwords", "user_id"),
    ("oidc_identities", "issuer"),
    ("oidc_identities", "subject"),
    ("oidc_identities", "user_id"),
    ("session_id_tokens", "key_id"),
    ("session_id_tokens", "user_id"),
    ("sessions", "created_at"),
    ("sessions", "expires_at"),
    ("sessions", "hash"),
    ("sessions", "id"),
    ("sessions", "last_seen_at"),
    ("sessions", "method"),
    ("sessions", "user_id"),
    ("system_agents", "id"),
    ("system_container_tokens", "key_id"),
    ("system_containers", "deaths"),
    ("system_containers", "generation"),
    ("system_containers", "id"),
    ("system_containers", "nonce"),
    ("system_containers", "state"),
    ("system_containers", "updated_at"),
    ("system_secrets", "key_id"),
    ("turns", "finished_at"),
    ("turns", "id"),
    ("turns", "user_id"),
    ("user_agent_config", "name"),
    ("user_agent_config", "user_id"),
    ("user_container_tokens", "key_id"),
    ("user_container_tokens", "user_id"),
    ("user_containers", "deaths"),
    ("user_containers", "generation"),
    ("user_containers", "nonce"),
    ("user_containers", "state"),
    ("user_containers", "updated_at"),
    ("user_containers", "user_id"),
    ("users", "created_at"),
    ("users", "deleting_at"),
    ("users", "disabled"),
    ("users", "email"),
    ("users", "id"),
    ("users", "last_login_at"),
    ("users", "role"),
];

/// A table of users' things, and the column that says whose.
struct PerUser {
    table: String,
    column: &'static str,
}

async fn tables(connection: &mut PgConnection) -> Vec<String> {
    sqlx::query_scalar(
        "SELECT table_name::text
         FROM information_schema.tables
         WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
         ORDER BY table_name",
    )
    .fetch_all(connection)
    .await
    .unwrap()
}

async fn per_user_tables(connection: &mut PgConnection) -> Vec<PerUser> {
    let mut found = Vec::new();
    for table in tables(connection).await {
        if NOBODYS.contains(&table.as_str()) {
            continue;
        }
        let owned: bool = sqlx::query_scalar(
            "SELECT EXISTS (
                SELECT FROM information_schema.columns
                WHERE table_schema = 'public' AND table_name = $1 AND column_name = 'user_id'
             )",
        )
        .bind(&table)
        .fetch_one(&mut *connection)
        .await
        .unwrap();
        assert!(owned || table == "users", "the table {table} has no user_id and is not listed as nobody's");
        let column = if owned { "user_id" } else { "id" };
        found.push(PerUser { table, column });
    }
    found
}

/// A connection as one of the roles, with an owner named for the whole session or none.
async fn as_role(db: &TestDatabase, role: &'static str, owner: Option<Owner>) -> PgConnection {
    let mut connection = login(db).await;
    // Foreign keys would stop some statements before the walls do.
    sqlx::query("SET session_replication_role = replica").execute(&mut connection).await.unwrap();
    sqlx::query("SELECT set_config('role', $1, false), set_config('mosaic.user_id', $2, false)")
        .bind(role)
        .bind(owner.map(|owner| owner.user_id().to_string()).unwrap_or_default())
        .execute(&mut connection)
        .await
        .unwrap();
    connection
}

async fn count(connection: &mut PgConnection, statement: String) -> i64 {
    sqlx::query_scalar(AssertSqlSafe(statement)).fetch_one(connection).await.unwrap()
}

/// Runs a writing statement and takes it back; how many rows it would have touched. None where the role may not.
async fn touched(connection: &mut PgConnection, statement: String) -> Option<u64> {
    let mut transaction = connection.begin().await.unwrap();
    let done = sqlx::query(AssertSqlSafe(statement)).execute(&mut *transaction).await;
    transaction.rollback().await.unwrap();
    match done {
        Ok(done) => Some(done.rows_affected()),
        Err(error) => {
            let code = error.as_database_error().and_then(|it| it.code().map(String::from));
            assert_eq!(code.as_deref(), Some("42501"), "{error}");
            None
        }
    }
}

#[tokio::test]
async fn every_table_of_users_things_has_forced_row_security_and_a_policy() {
    let db = TestDatabase::create().await;
    let mut connection = login(&db).await;
    for PerUser { table, column: _ } in per_user_tables(&mut connection).await {
        let (enabled, forced): (bool, bool) = sqlx::query_as(
            "SELECT relrowsecurity, relforcerowsecurity
             FROM pg_class
             WHERE oid = $1::regclass",
        )
        .bind(&table)
        .fetch_one(&mut connection)
        .await
        .unwrap();
        assert!(enabled && forced, "{table}: ENABLE and FORCE ROW LEVEL SECURITY");
        let policies: i64 = sqlx::query_scalar(
            "SELECT count(*)
             FROM pg_policies
             WHERE tablename = $1 AND policyname = 'owner' AND roles = '{mosaic_app}' AND with_check IS NOT NULL",
        )
        .bind(&table)
        .fetch_one(&mut connection)
        .await
        .unwrap();
        assert_eq!(policies, 1, "{table}: a policy for its owner");
    }
}

#[tokio::test]
async fn a_statement_that_names_nobody_reaches_only_the_owners_rows() {
    let db = TestDatabase::create().await;
    let ann = user_with_everything(&db, "ann").await;
    let bob = user_with_everything(&db, "bob").await;
    let mut all = login(&db).await;
    let mut ann_only = as_role(&db, "mosaic_app", Some(ann)).await;
    let (ann, bob) = (ann.user_id(), bob.user_id());
    for PerUser { table, column } in per_user_tables(&mut all).await {
        for user in [ann, bob] {
            let seeded =
                count(&mut all, format!("SELECT count(*) FROM {table} WHERE {column} = '{user}'")).await;
            assert!(seeded > 0, "{table}: the seed gives every user a row here");
        }
        let others = format!("SELECT count(*) FROM {table} WHERE {column} IS DISTINCT FROM '{ann}'");
        assert_eq!(count(&mut ann_only, others).await, 0, "{table}: Ann reads others' rows");
        let own = count(&mut all, format!("SELECT count(*) FROM {table} WHERE {column} = '{ann}'")).await;
        assert_eq!(count(&mut ann_only, format!("SELECT count(*) FROM {table}")).await, own, "{table}");

        let aimed = format!("DELETE FROM {table} WHERE {column} = '{bob}'");
        assert!(matches!(touched(&mut ann_only, aimed).await, None | Some(0)), "{table}: Ann deletes Bob's");
        let deleted = touched(&mut ann_only, format!("DELETE FROM {table}")).await;
        assert!(deleted.is_none_or(|rows| rows == own.cast_unsigned()), "{table}: Ann deletes others'");
        let aimed = format!("UPDATE {table} SET {column} = {column} WHERE {column} = '{bob}'");
        assert!(matches!(touched(&mut ann_only, aimed).await, None | Some(0)), "{table}: Ann changes Bob's");
        let stolen = format!("UPDATE {table} SET {column} = '{bob}'");
        assert_eq!(touched(&mut ann_only, stolen).await, None, "{table}: Ann gives a row to Bob");
    }
}

#[tokio::test]
async fn a_statement_for_a_user_reaches_nothing_of_the_fleets_own_agents() {
    let db = TestDatabase::create().await;
    let ann = user_with_everything(&db, "ann").await;
    let CellId::System(system) = system_cell(&db).await else { unreachable!("a cell of the fleet's own") };
    db.store.begin_generation(CellId::System(system), RANGE, &[]).await.unwrap();
    let mut all = login(&db).await;
    let mut ann_only = as_role(&db, "mosaic_app", Some(ann)).await;
    let id = system.as_uuid();
    for table in ["system_agents", "system_containers", "system_container_tokens"] {
        let every = format!("SELECT count(*) FROM {table}");
        assert_eq!(count(&mut all, every.clone()).await, 1, "{table}");
        assert_eq!(count(&mut ann_only, every).await, 0, "{table}");
        assert_eq!(touched(&mut ann_only, format!("DELETE FROM {table}")).await, Some(0), "{table}");
        let stolen = format!("UPDATE {table} SET id = '{}'", ann.user_id());
        assert_eq!(touched(&mut ann_only, stolen).await, Some(0), "{table}");
    }
    for table in ["config_owners", "llm_providers", "user_agent_config"] {
        let its_own = format!("SELECT count(*) FROM {table} WHERE user_id = '{id}'");
        assert_eq!(count(&mut all, its_own.clone()).await, 1, "{table}");
        assert_eq!(count(&mut ann_only, its_own).await, 0, "{table}");
    }
}

#[tokio::test]
async fn without_an_owner_there_is_nothing_of_anybodys_and_no_error() {
    let db = TestDatabase::create().await;
    user_with_everything(&db, "ann").await;
    let mut all = login(&db).await;
    let mut nobody = as_role(&db, "mosaic_app", None).await;
    // One that never named an owner at all, which is not the same as naming none.
    let mut fresh = login(&db).await;
    sqlx::query("SET ROLE mosaic_app").execute(&mut fresh).await.unwrap();
    for PerUser { table, column: _ } in per_user_tables(&mut all).await {
        for connection in [&mut nobody, &mut fresh] {
            assert_eq!(count(connection, format!("SELECT count(*) FROM {table}")).await, 0, "{table}");
            let deleted = touched(connection, format!("DELETE FROM {table}")).await;
            assert!(matches!(deleted, None | Some(0)), "{table}");
        }
    }
}

#[tokio::test]
async fn the_fleets_role_reads_a_few_columns_and_writes_nothing() {
    let db = TestDatabase::create().await;
    user_with_everything(&db, "ann").await;
    let mut all = login(&db).await;
    let mut fleet = as_role(&db, "mosaic_fleet", None).await;
    let columns: Vec<(String, String)> = sqlx::query_as(
        "SELECT table_name::text, column_name::text
         FROM information_schema.columns
         WHERE table_schema = 'public'
         ORDER BY table_name, column_name",
    )
    .fetch_all(&mut all)
    .await
    .unwrap();
    let mut readable = BTreeSet::new();
    for (table, column) in &columns {
        if touched(&mut fleet, format!("SELECT {column} FROM {table}")).await.is_some() {
            readable.insert((table.as_str(), column.as_str()));
        }
    }
    assert_eq!(readable, FLEET_READS.iter().copied().collect::<BTreeSet<_>>());
    system_cell(&db).await;
    let names: Vec<String> =
        sqlx::query_scalar("SELECT name FROM user_agent_config").fetch_all(&mut fleet).await.unwrap();
    assert_eq!(names, ["Concierge"], "what users call their agents is theirs");

    for table in tables(&mut all).await {
        let may_write: bool = sqlx::query_scalar(
            "SELECT has_any_column_privilege('mosaic_fleet', $1, 'INSERT, UPDATE, REFERENCES')
                OR has_table_privilege('mosaic_fleet', $1, 'DELETE, TRUNCATE, TRIGGER')",
        )
        .bind(&table)
        .fetch_one(&mut all)
        .await
        .unwrap();
        assert!(!may_write, "{table}");
    }
}

#[tokio::test]
async fn one_users_role_may_do_to_nobodys_tables_what_is_listed_and_no_more() {
    let db = TestDatabase::create().await;
    let mut all = login(&db).await;
    let mut granted = BTreeSet::new();
    for table in tables(&mut all).await {
        if !NOBODYS.contains(&table.as_str()) {
            continue;
        }
        for privilege in ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"] {
            let on_columns = !matches!(privilege, "DELETE" | "TRUNCATE" | "TRIGGER");
            let function = if on_columns { "has_any_column_privilege" } else { "has_table_privilege" };
            let may: bool =
                sqlx::query_scalar(AssertSqlSafe(format!("SELECT {function}('mosaic_app', $1, $2)")))
                    .bind(&table)
                    .bind(privilege)
                    .fetch_one(&mut all)
                    .await
                    .unwrap();
            if may {
                granted.insert((table.clone(), privilege));
            }
        }
    }
    let listed = APP_ON_NOBODYS.iter().flat_map(|(table, privileges)| {
        privileges.split(' ').map(|privilege| ((*table).to_owned(), privilege))
    });
    assert_eq!(granted, listed.collect::<BTreeSet<_>>());
}

/// A view reads as its owner does, and so does a function that says so: either would be a door in the wall.
#[tokio::test]
async fn there_is_no_way_around_the_tables() {
    let db = TestDatabase::create().await;
    let mut connection = login(&db).await;
    let doors: Vec<String> = sqlx::query_scalar(
        "SELECT relname::text
         FROM pg_class
         JOIN pg_namespace ON pg_namespace.oid = relnamespace
         WHERE nspname = 'public'
           AND relkind NOT IN ('r', 'i', 'S', 'p', 'I', 't', 'c')
           AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_class.oid AND deptype = 'e')
         UNION
         SELECT proname::text
         FROM pg_proc
         JOIN pg_namespace ON pg_namespace.oid = pronamespace
         WHERE nspname = 'public' AND prosecdef",
    )
    .fetch_all(&mut connection)
    .await
    .unwrap();
    assert_eq!(doors, [""; 0]);
}

#[tokio::test]
async fn nothing_of_ours_is_granted_to_everybody() {
    let db = TestDatabase::create().await;
    let mut connection = login(&db).await;
    let granted: Vec<String> = sqlx::query_scalar(
        "SELECT table_name::text
         FROM information_schema.column_privileges
         WHERE table_schema = 'public' AND grantee = 'PUBLIC'
         UNION
         SELECT proname::text
         FROM pg_proc
         JOIN pg_namespace ON pg_namespace.oid = pronamespace
         WHERE nspname = 'public'
           AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')
           AND (proacl IS NULL OR EXISTS (SELECT FROM aclexplode(proacl) WHERE grantee = 0))
         UNION
         SELECT nspname::text
         FROM pg_namespace, aclexplode(nspacl)
         WHERE nspname = 'public' AND grantee = 0 AND privilege_type = 'CREATE'",
    )
    .fetch_all(&mut connection)
    .await
    .unwrap();
    assert_eq!(granted, [""; 0]);
}

#[tokio::test]
async fn every_table_says_what_it_is_for() {
    let db = TestDatabase::create().await;
    let mut connection = login(&db).await;
    for table in tables(&mut connection).await {
        let comment: Option<String> = sqlx::query_scalar("SELECT obj_description($1::regclass, 'pg_class')")
            .bind(&table)
            .fetch_one(&mut connection)
            .await
            .unwrap();
        assert!(comment.is_some() || table == "_sqlx_migrations", "{table}");
    }
}

#[tokio::test]
async fn the_stores_connections_work_as_roles_that_cannot_step_around_the_walls() {
    let db = TestDatabase::create().await;
    assert_eq!(db.roles().await, ["mosaic_app", "mosaic_fleet"]);
    let mut connection = login(&db).await;
    let mighty: i64 = sqlx::query_scalar(
        "SELECT count(*)
         FROM pg_roles
         WHERE rolname IN ('mosaic_app', 'mosaic_fleet')
           AND (rolsuper OR rolbypassrls OR rolcanlogin OR rolcreaterole OR rolcreatedb)",
    )
    .fetch_one(&mut connection)
    .await
    .unwrap();
    assert_eq!(mighty, 0);
}

#[tokio::test]
async fn a_deleted_user_takes_everything_along_and_leaves_others_theirs() {
    let db = TestDatabase::create().await;
    let ann = user_with_everything(&db, "ann").await.user_id();
    let bob = user_with_everything(&db, "bob").await.user_id();
    let mut connection = login(&db).await;
    let id: Uuid = ann.as_uuid();
    sqlx::query("DELETE FROM users WHERE id = $1").bind(id).execute(&mut connection).await.unwrap();
    for PerUser { table, column } in per_user_tables(&mut connection).await {
        let left = |user| format!("SELECT count(*) FROM {table} WHERE {column} = '{user}'");
        assert_eq!(count(&mut connection, left(ann)).await, 0, "{table}");
        assert!(count(&mut connection, left(bob)).await > 0, "{table}");
    }
}
