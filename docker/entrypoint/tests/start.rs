//! The whole program against a scripted config service: what it asks, what it leaves behind, how it fails.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod service;

use std::{
    fs,
    io::Write as _,
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::{Command, Output, Stdio},
    time::Duration,
};

use mosaic_entrypoint::{Failure, Patience, Token, fetch, write_private};
use service::{ConfigService, Reply};

const CONFIG: &str = r#"{"gateway":{"mode":"local"},"models":{"key":"sk-very-secret"}}"#;

fn token_text() -> String {
    "c0ffee00".repeat(8)
}

fn token() -> Token {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("token");
    write_private(&path, token_text().as_bytes()).unwrap();
    Token::from_file(&path).unwrap()
}

fn impatient() -> Patience {
    Patience {
        total: Duration::from_millis(300),
        first_pause: Duration::from_millis(1),
        longest_pause: Duration::from_millis(20),
    }
}

/// Runs the program with `arguments`, the token line on its stdin and its files in `directory`.
fn run(directory: &Path, url: &str, stdin: &str, arguments: &[&str]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_entrypoint"))
        .args(arguments)
        .env("MOSAIC_CONFIG_URL", url)
        .env("OPENCLAW_CONFIG_PATH", directory.join("openclaw.json"))
        .env("REPORT", directory.join("report"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(stdin.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

#[test]
fn the_gateway_starts_with_its_config_and_token_and_no_way_to_print_chat_text() {
    let service = ConfigService::start(vec![Reply::status(200, CONFIG)]);
    let directory = tempfile::tempdir().unwrap();
    let script = r#"echo chat text; echo diagnostics >&2; read -r line; echo "$OPENCLAW_GATEWAY_TOKEN|$line" > "$REPORT""#;
    let output = run(
        directory.path(),
        &service.url(),
        &format!("{}\nnot for the gateway\n", token_text()),
        &["/bin/sh", "-c", script],
    );

    assert!(output.status.success(), "{output:?}");
    assert!(output.stdout.is_empty(), "stdout is closed for the gateway");
    assert_eq!(output.stderr, b"diagnostics\n");
    let report = fs::read_to_string(directory.path().join("report")).unwrap();
    assert_eq!(report, format!("{}|\n", token_text()));
    let config = directory.path().join("openclaw.json");
    assert_eq!(fs::read_to_string(&config).unwrap(), CONFIG);
    assert_eq!(fs::metadata(&config).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(service.authorizations(), [format!("Bearer {}", token_text())]);
}

#[test]
fn a_refresh_replaces_the_config_with_the_token_of_the_start() {
    let newer = r#"{"gateway":{"mode":"local"},"newer":true}"#;
    let service = ConfigService::start(vec![Reply::status(200, CONFIG), Reply::status(200, newer)]);
    let directory = tempfile::tempdir().unwrap();
    assert!(run(directory.path(), &service.url(), &token_text(), &["/bin/true"]).status.success());
    assert!(run(directory.path(), &service.url(), "", &["refresh"]).status.success());
    assert_eq!(fs::read_to_string(directory.path().join("openclaw.json")).unwrap(), newer);
    assert_eq!(service.authorizations().len(), 2);
}

#[test]
fn each_failure_ends_with_its_code_and_one_line_that_tells_no_secret() {
    let cases = [
        ("no token", vec![], "", "/bin/true", 65),
        ("half a token", vec![], "c0ffee", "/bin/true", 65),
        ("refused", vec![Reply::status(401, CONFIG)], "token", "/bin/true", 77),
        ("gone", vec![Reply::status(404, CONFIG)], "token", "/bin/true", 77),
        ("no object", vec![Reply::status(200, "[\"sk-very-secret\"]")], "token", "/bin/true", 70),
        ("redirected", vec![Reply::status(302, CONFIG)], "token", "/bin/true", 70),
        ("no gateway", vec![Reply::status(200, CONFIG)], "token", "/nonexistent", 71),
    ];
    for (name, replies, stdin, gateway, code) in cases {
        let service = ConfigService::start(replies);
        let directory = tempfile::tempdir().unwrap();
        let stdin = if stdin == "token" { token_text() } else { stdin.to_owned() };
        let output = run(directory.path(), &service.url(), &stdin, &[gateway]);
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "{name}: {stderr}");
        assert_eq!(stderr.lines().count(), 1, "{name}: {stderr}");
        assert!(!stderr.contains("c0ffee") && !stderr.contains("sk-very-secret"), "{name}: {stderr}");
    }
}

#[test]
fn a_missing_config_directory_is_a_write_failure() {
    let service = ConfigService::start(vec![Reply::status(200, CONFIG)]);
    let output = run(Path::new("/nonexistent"), &service.url(), &token_text(), &["/bin/true"]);
    assert_eq!(output.status.code(), Some(73));
}

#[test]
fn a_service_that_is_only_busy_or_broken_for_a_moment_is_tried_again() {
    let service = ConfigService::start(vec![
        Reply::Hangup,
        Reply::status(503, ""),
        Reply::status(429, ""),
        Reply::status(500, ""),
        Reply::status(200, CONFIG),
    ]);
    let patience = Patience { total: Duration::from_secs(20), ..impatient() };
    assert_eq!(fetch(&service.url(), &token(), patience).unwrap(), CONFIG.as_bytes());
    assert_eq!(service.authorizations().len(), 5);
}

#[test]
fn a_refusal_is_never_tried_again() {
    for status in [401, 403, 404] {
        let service = ConfigService::start(vec![Reply::status(status, ""), Reply::status(200, CONFIG)]);
        let failure = fetch(&service.url(), &token(), impatient()).unwrap_err();
        assert!(matches!(failure, Failure::Refused { status: seen } if seen == status));
        assert_eq!(service.authorizations().len(), 1);
    }
}

#[test]
fn patience_ends() {
    // Bound and dropped: nothing listens there any more.
    let address = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let failure = fetch(&format!("http://{address}/"), &token(), impatient()).unwrap_err();
    assert!(matches!(failure, Failure::Unreachable { tries, .. } if tries > 1), "{failure:?}");
    assert_eq!(failure.exit_code(), 69);
}

#[test]
fn a_config_without_end_is_refused() {
    let service = ConfigService::start(vec![Reply::Status(200, vec![b' '; 9 << 20])]);
    let failure = fetch(&service.url(), &token(), impatient()).unwrap_err();
    assert!(matches!(failure, Failure::Nonsense(_)), "{failure:?}");
}
