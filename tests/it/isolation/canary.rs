//! Planted secrets: everything the system emits is searched for them, in clear and in every usual disguise.
//!
//! Each is allowed in one place: its owner's own cell, or the one answer that hands it out. They are looked for there
//! as well, so that a search that finds nothing anywhere is known to be able to find something.

mod drive;
mod processes;
mod search;

use std::{fs, process::Command};

use mosaic_model::{GatewayToken, UserId};
use mosaic_storage::{KeyOwner, KeyRing, Place};
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use self::{
    drive::{Driven, NEW_PASSWORD, PASSWORD, WRONG_PASSWORD},
    processes::Watch,
    search::{Canary, search, search_files},
};
use crate::support::{Mosaic, Person, chat, docker, eventually, run, standin};

/// Characters that look different in a URL, so that this disguise is another one too.
const PROVIDER_KEY: &str = "sk-canary/7f3a+91bd/provider+key==";
const REPLACED_KEY: &str = "sk-canary/0c55+e2f8/replaced+key==";
const OIDC_SECRET: &str = "oidc-canary/5d10+a7c4/client+secret==";

/// The installation's keys, as the test's Mosaic made them.
fn master_key(mosaic: &Mosaic) -> String {
    let text = fs::read_to_string(mosaic.home().join("secret.key")).expect("made at the first start");
    text.trim().to_owned()
}

/// Keeps a client secret as the OIDC configuration does: sealed, in the installation's own table.
async fn plant_oidc_secret(mosaic: &Mosaic) {
    let place =
        Place { table: "system_secrets", row: Uuid::nil(), owner: KeyOwner::System, field: "canary.secret" };
    let sealed = KeyRing::parse(&master_key(mosaic)).expect("a key").seal(&place, OIDC_SECRET.as_bytes());
    sqlx::query("INSERT INTO system_secrets (name, sealed, updated_at) VALUES ($1, $2, now())")
        .bind(place.field)
        .bind(sealed)
        .execute(&mut mosaic.database().await)
        .await
        .expect("a sound row");
}

/// The token of a person's cell, without asking the cell: what it says is kept on its volume.
async fn gateway_token(mosaic: &Mosaic, person: &Person) -> String {
    let user = mosaic.id_of(person).await;
    let sealed: Vec<u8> = sqlx::query_scalar("SELECT sealed FROM user_container_tokens WHERE user_id = $1")
        .bind(user)
        .fetch_one(&mut mosaic.database().await)
        .await
        .expect("the cell has started");
    let owner = KeyOwner::User(UserId::from_uuid(user));
    let place = Place { table: "user_container_tokens", row: user, owner, field: "gateway_token" };
    let ring = KeyRing::parse(&master_key(mosaic)).expect("a key");
    let opened = ring.open_text(&place, &sealed).expect("it is in its place");
    GatewayToken::parse(opened.expose()).expect("a token").expose().to_owned()
}

/// The container of a person's cell.
async fn cell_of(mosaic: &Mosaic, person: &Person) -> String {
    let label = format!("label=mosaic.cell=user-{}", mosaic.id_of(person).await);
    let found = mosaic.engine_objects(&["ps", "-q", "--no-trunc", "--filter", &label]);
    assert_eq!(found.len(), 1, "{found:?}");
    found[0].clone()
}

/// Every row of every table as text, bytes in hexadecimal digits: what a dump holds.
async fn search_database(mosaic: &Mosaic, canaries: &[Canary]) {
    let mut database = mosaic.database().await;
    let tables: Vec<String> = sqlx::query_scalar(
        "SELECT format('%I.%I', schemaname, relname) FROM pg_stat_user_tables ORDER BY relname",
    )
    .fetch_all(&mut database)
    .await
    .expect("the database's tables");
    assert!(tables.len() > 20, "{tables:?}");
    for table in tables {
        let rows: Vec<String> =
            sqlx::query_scalar(AssertSqlSafe(format!("SELECT it::text FROM {table} AS it")))
                .fetch_all(&mut database)
                .await
                .expect("we own it");
        search(&format!("the table {table}"), rows.join("\n").as_bytes(), canaries);
    }
}

/// What the engine tells of a container, and what it left outside of its memory.
fn search_container(container: &str, canaries: &[Canary]) {
    search("docker inspect", docker(&["inspect", container]).as_bytes(), canaries);
    let (out, err, _) = run(Command::new("docker").args(["logs", container]), "");
    search("docker logs", format!("{out}{err}").as_bytes(), canaries);
    // Its own layer: everything but the volume and what is in memory.
    let changed = docker(&["diff", container]);
    search("docker diff", changed.as_bytes(), canaries);
}

fn search_volumes(mosaic: &Mosaic, canaries: &[Canary]) {
    let volumes = mosaic.engine_objects(&["volume", "ls", "-q"]);
    assert!(volumes.len() >= 2, "{volumes:?}");
    for volume in volumes {
        let place = docker(&["volume", "inspect", "--format", "{{.Mountpoint}}", &volume]);
        let files = search_files(place.as_ref(), &|_| canaries.iter().collect());
        assert!(files > 0, "the volume at {place} cannot be read: this proves nothing");
    }
}

/// Mosaic's own files: its log, the database's files and its write-ahead log. The key is in its own file alone.
fn search_home(mosaic: &Mosaic, canaries: &[Canary]) {
    let files = search_files(&mosaic.home(), &|path| {
        let is_key_file = path.file_name().is_some_and(|name| name == "secret.key");
        canaries.iter().filter(|canary| !(is_key_file && canary.name == "the master key")).collect()
    });
    assert!(files > 100, "only {files} files: where is the database?");
}

/// The owner's own cell has her key and her token, and another's has neither. Her cell takes her other key up by a
/// restart, with another token: that may still be to come.
async fn find_where_allowed(mosaic: &Mosaic, ann: &Person, bob: &Person) {
    let read = async |person: &Person, file: &str| {
        let said = chat(mosaic, person, "where", &format!("/standin read /run/mosaic/{file}")).await.text;
        assert!(said.len() > 32, "{file}: {said:?}");
        said.into_bytes()
    };
    let key = Canary::new("Ann's key", REPLACED_KEY);
    eventually("Ann's key is in her own cell", async || {
        key.is_in(&read(ann, "openclaw.json").await).then_some(())
    })
    .await;
    assert!(!key.is_in(&read(bob, "openclaw.json").await), "Bob has Ann's key");
    let token = Canary::new("Ann's gateway token", &gateway_token(mosaic, ann).await);
    assert!(token.is_in(&read(ann, "token").await), "the search does not find what is there");
    assert!(!token.is_in(&read(bob, "token").await), "Bob has Ann's token");
}

#[tokio::test]
async fn planted_secrets_are_found_nowhere() {
    let mut mosaic = Mosaic::start_telling_everything(standin()).await;
    let watch = Watch::begin();
    let ann = mosaic.person_with_key("ann", "http://standin.invalid/v1", PROVIDER_KEY);
    let bob = mosaic.person("bob", "http://standin.invalid/v1");
    mosaic.command(&["admin", "create", "--email", drive::ADMIN, "--password-stdin"], PASSWORD);
    plant_oidc_secret(&mosaic).await;
    let driven = Driven::drive(&mosaic, &ann, &bob).await;

    let mut canaries = vec![
        Canary::new("Ann's key", REPLACED_KEY),
        Canary::new("Ann's key before it was replaced", PROVIDER_KEY),
        Canary::new("the OIDC client's secret", OIDC_SECRET),
        Canary::new("the admin's password", PASSWORD),
        Canary::new("the admin's new password", NEW_PASSWORD),
        Canary::new("a wrong password", WRONG_PASSWORD),
        Canary::new("Ann's token", &ann.token),
        Canary::new("Bob's token", &bob.token),
        Canary::new("Ann's gateway token", &gateway_token(&mosaic, &ann).await),
        Canary::new("Bob's gateway token", &gateway_token(&mosaic, &bob).await),
        Canary::new("the master key", &master_key(&mosaic)),
    ];
    canaries.extend(driven.made.iter().map(|(name, text)| Canary::new(name, text)));
    driven.search(&canaries);
    for container in mosaic.containers() {
        search_container(&container, &canaries);
    }
    search_volumes(&mosaic, &canaries);
    search_database(&mosaic, &canaries).await;
    // A gateway has its own token in its process, and nothing of anybody else's.
    let bobs = cell_of(&mosaic, &bob).await;
    let found = watch.end(&canaries, &|canary, group| match canary.name.as_str() {
        "Ann's gateway token" => group.contains("docker") && !group.contains(&bobs),
        "Bob's gateway token" => group.contains(&bobs),
        _ => false,
    });
    assert!(found >= 2, "the gateways' own processes were not seen: this proves nothing of the others");

    // A crash: whatever it writes goes to the log, or beside it.
    assert_eq!(mosaic.core_file_bytes(), 0, "a crash would write Mosaic's memory into a file");
    mosaic.abort();
    search_home(&mosaic, &canaries);
    mosaic.restart().await;
    find_where_allowed(&mosaic, &ann, &bob).await;
    search("the log after it all", mosaic.log().as_bytes(), &canaries);
}
