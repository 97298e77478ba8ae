//! Two variables start it, and what is wrong with them is said.

use std::process::Command;

use crate::support::{Mosaic, chat, get, run, standin};

fn mosaic(variables: &[(&str, &str)], arguments: &[&str]) -> (String, String, bool) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mosaic"));
    command.env_remove("DATABASE_URL").env_remove("MOSAIC_SECRET_KEY");
    run(command.envs(variables.iter().copied()).args(arguments), "")
}

#[test]
fn a_database_without_a_key_is_refused_with_the_way_out() {
    let (_, error, succeeded) = mosaic(&[("DATABASE_URL", "postgres://localhost/x")], &["serve"]);
    assert!(!succeeded);
    assert!(error.contains("MOSAIC_SECRET_KEY") && error.contains("mosaic keys generate"), "{error}");
}

#[test]
fn a_malformed_key_is_refused_and_not_shown() {
    let variables = [("DATABASE_URL", "postgres://localhost/x"), ("MOSAIC_SECRET_KEY", "hunter2hunter2")];
    let (_, error, succeeded) = mosaic(&variables, &["serve"]);
    assert!(!succeeded);
    assert!(error.contains("MOSAIC_SECRET_KEY") && error.contains("mosaic keys generate"), "{error}");
    assert!(!error.contains("hunter2"), "{error}");
}

#[test]
fn an_unreachable_database_is_named_without_its_password() {
    let (key, _, succeeded) = mosaic(&[], &["keys", "generate"]);
    assert!(succeeded);
    let variables =
        [("DATABASE_URL", "postgres://me:hunter2@127.0.0.1:1/x"), ("MOSAIC_SECRET_KEY", key.as_str())];
    let (_, error, succeeded) = mosaic(&variables, &["serve"]);
    assert!(!succeeded);
    assert!(error.contains("DATABASE_URL") && !error.contains("hunter2"), "{error}");
}

#[tokio::test]
async fn another_key_is_recognised_before_anything_is_written() {
    let mut mosaic = Mosaic::start(standin()).await;
    mosaic.terminate().await;
    let (other, _, _) = run(Command::new(env!("CARGO_BIN_EXE_mosaic")).args(["keys", "generate"]), "");
    let mut command = Command::new(env!("CARGO_BIN_EXE_mosaic"));
    command.env_remove("DATABASE_URL").env("MOSAIC_SECRET_KEY", other).arg("--data-dir").arg(mosaic.home());
    let (_, error, succeeded) = run(command.args(["user", "create", "--email", "x@example.org"]), "");
    assert!(!succeeded, "a wrong key was accepted");
    assert!(error.contains("MOSAIC_SECRET_KEY"), "{error}");
    assert_eq!(mosaic.command(&["user", "list"], ""), "");
}

#[tokio::test]
async fn the_made_key_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let mosaic = Mosaic::start(standin()).await;
    let key = std::fs::metadata(mosaic.home().join("secret.key")).expect("made at the first start");
    assert_eq!(key.permissions().mode() & 0o777, 0o600);
    assert!(mosaic.log().contains("made a new secret key"));
}

#[tokio::test]
async fn an_admin_and_settings_come_from_the_command_line() {
    let mosaic = Mosaic::start(standin()).await;
    let create = ["admin", "create", "--email", "root@example.org", "--password-stdin"];
    mosaic.command(&create, "correct horse battery staple");
    assert!(mosaic.command(&["user", "list"], "").contains("root@example.org"));
    mosaic.set("idle_timeout_secs", "77");
    assert_eq!(mosaic.command(&["config", "get", "idle_timeout_secs"], ""), "77");
    let (_, error, succeeded) = run(
        Command::new(env!("CARGO_BIN_EXE_mosaic"))
            .env_remove("DATABASE_URL")
            .env_remove("MOSAIC_SECRET_KEY")
            .arg("--data-dir")
            .arg(mosaic.home())
            .args(["config", "set", "idle_timeout_secs", "never"]),
        "",
    );
    assert!(!succeeded && error.contains("whole number"), "{error}");
}

#[tokio::test]
async fn the_web_app_is_served_under_a_strict_policy() {
    let mosaic = Mosaic::start(standin()).await;
    let page = get(&mosaic.url("/"), "").await;
    assert!(page.status.is_success() && page.text.contains("<html"), "{page:?}");
    let policy = page.headers["content-security-policy"].to_str().expect("plain text");
    assert!(policy.contains("default-src 'none'"), "{policy}");
}

#[tokio::test]
async fn a_key_is_replaced_by_way_of_a_ring() {
    let mut mosaic = Mosaic::start(standin()).await;
    let ann = mosaic.person_with_key("ann", "http://standin.invalid/v1", "sk-kept");
    assert!(chat(&mosaic, &ann, "c", "one").await.done);
    mosaic.terminate().await;
    let file = mosaic.home().join("secret.key");
    let old = std::fs::read_to_string(&file).expect("made at the first start");
    let new = mosaic.command(&["keys", "generate"], "");
    std::fs::write(&file, format!("{new},{old}")).expect("our own file");
    assert!(mosaic.command(&["keys", "rotate"], "").starts_with(|it: char| it.is_ascii_digit() && it != '0'));
    std::fs::write(&file, new).expect("our own file");
    mosaic.restart().await;
    let answer = chat(&mosaic, &ann, "c", "two").await;
    assert!(answer.done, "{answer:?}");
    mosaic.command(
        &["provider", "add", "--user", &ann.email, "--name", "b", "--base-url", "http://b", "--model", "m"],
        "k",
    );
}
