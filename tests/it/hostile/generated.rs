//! Requests made by schemathesis from our own OpenAPI document, sound ones and broken ones: each answer is one
//! that the document knows, and none is a fault of Mosaic's.

use std::{fs, process::Command};

use http::header;

use super::somebody;
use crate::support::{Lasting, Mosaic, Person, get, run};

/// What each answer is held against. Left out are two that our document cannot satisfy: it says of most texts
/// only that they are texts, so that much of what is generated as sound is refused for its meaning, and some of
/// what is generated as broken is sound.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,\
    response_headers_conformance,response_schema_conformance,unsupported_method,allow_header_conformance";

/// What is not called, and why.
const LEFT_OUT: [(&str, &str); 5] = [
    ("/api/admin/fleet/stream", "it goes on for as long as its reader stays: tests/it/fleet.rs reads it"),
    ("/api/cell/stream", "it goes on for as long as its reader stays: tests/it/fleet.rs reads it"),
    ("/api/auth/logout", "it would end the session that the run goes on with"),
    ("/api/internal/agent-config/{id}", "it is at the other door, and called there"),
    (
        "/api/providers/{id}/models",
        "it asks a provider, whose own failure is a 502: tests/it/providers.rs calls it",
    ),
];

/// The most requests for an operation and a phase, and for how long altogether. Seconds.
const EXAMPLES: &str = "12";
const RUN_SECS: &str = "40";
/// A run of fewer requests than this has not tried much.
const CASES_MIN: u32 = 200;
/// What is not answered within this hangs. Seconds.
const ANSWER_SECS: &str = "20";
/// The same requests each time: what fails here fails again.
const SEED: &str = "3";

/// Starts it. Python's parser of its own language takes one text at a time: where two threads use it, as they do
/// here, it now and then ends with a `SystemError`. So they take turns.
const START: &str = r"
import ast, sys, threading
turn, parse = threading.RLock(), ast.parse
def in_turn(*arguments, **named):
    with turn:
        return parse(*arguments, **named)
ast.parse = in_turn
from schemathesis.cli import schemathesis
sys.exit(schemathesis())
";

#[expect(clippy::disallowed_methods, reason = "the test command hands its Python over in the environment")]
fn python() -> String {
    std::env::var("MOSAIC_TEST_SCHEMATHESIS").unwrap_or_else(|_| "python3".to_owned())
}

/// Runs it against one door as one caller; what it found, if anything.
fn generate(
    mosaic: &Mosaic,
    url: &str,
    caller: &[(header::HeaderName, String)],
    filter: &[&str],
) -> Result<(), String> {
    let document = mosaic.home().join("openapi.json");
    let (text, error, succeeded) = run(Command::new(env!("CARGO_BIN_EXE_mosaic")).arg("openapi"), "");
    assert!(succeeded, "{error}");
    fs::write(&document, text).expect("our own directory");
    let mut command = Command::new(python());
    command.current_dir(mosaic.home()).args(["-c", START, "run"]).arg(&document).args(["--url", url]);
    for (name, value) in caller {
        command.args(["--header", &format!("{name}: {value}")]);
    }
    command.args(["--checks", CHECKS, "--phases", "examples,coverage,fuzzing", "--max-examples", EXAMPLES]);
    command.args([
        "--max-time",
        RUN_SECS,
        "--request-timeout",
        ANSWER_SECS,
        "--seed",
        SEED,
        "--workers",
        "2",
    ]);
    command.args(["--generation-database", "none", "--suppress-health-check", "all"]);
    command.args(["--continue-on-failure", "--no-color", "--warnings", "off", "--no-shrink"]).args(filter);
    let (output, error, succeeded) = run(&mut command, "");
    assert!(
        output.contains("Schemathesis"),
        "{error}\n(the test command installs schemathesis and names its Python in MOSAIC_TEST_SCHEMATHESIS)"
    );
    let cases =
        output.split(" generated,").next().and_then(|it| it.split_whitespace().next_back()?.parse().ok());
    let (least, cases) = (if filter.contains(&"--include-path") { 5 } else { CASES_MIN }, cases.unwrap_or(0));
    if succeeded && cases >= least { Ok(()) } else { Err(output) }
}

fn by_token(person: &Person) -> Vec<(header::HeaderName, String)> {
    vec![(header::AUTHORIZATION, format!("Bearer {}", person.token))]
}

#[tokio::test(flavor = "multi_thread")]
async fn every_generated_request_is_answered_as_the_document_says() {
    let (mosaic, ann) = somebody().await;
    mosaic.command(
        &["admin", "create", "--email", "root@example.org", "--password-stdin"],
        "correct horse battery",
    );
    let root = Person { email: "root@example.org".to_owned(), token: String::new() };
    let scopes = ["chat", "configure", "knowledge", "admin_read", "admin_write"];
    let by_cookie = async |person: &Person| {
        vec![(header::COOKIE, format!("mosaic_session={}", mosaic.session(person, Lasting::Still).await.0))]
    };
    let admin = Person { token: mosaic.token(&root, &scopes, Lasting::Still).await, ..root.clone() };
    let callers = [
        ("nobody", vec![]),
        ("a user's token", by_token(&ann)),
        ("a user's session", by_cookie(&ann).await),
        ("an admin's token", by_token(&admin)),
        ("an admin's session", by_cookie(&root).await),
    ];
    let filter: Vec<&str> = LEFT_OUT.iter().flat_map(|(path, _)| ["--exclude-path", path]).collect();
    let (url, internal) = (mosaic.url(""), mosaic.internal_url());
    std::thread::scope(|scope| {
        let runs: Vec<_> = callers
            .iter()
            .map(|(name, headers)| (name, scope.spawn(|| generate(&mosaic, &url, headers, &filter))))
            .collect();
        let of_cells = ["--include-path", "/api/internal/agent-config/{id}"];
        generate(&mosaic, &internal, &[], &of_cells).unwrap_or_else(|found| panic!("a cell's door: {found}"));
        for (name, run) in runs {
            let outcome = run.join().expect("it ends");
            outcome.unwrap_or_else(|found| panic!("as {name}, with the seed {SEED}:\n{found}"));
        }
    });
    assert_eq!(get(&mosaic.url("/api/health"), "").await.status, 200);
    let log = mosaic.log();
    let fault = log.lines().find(|line| line.contains(" ERROR ") || line.contains("panicked"));
    assert_eq!(fault, None, "Mosaic blames itself");
}
