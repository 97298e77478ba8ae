//! Reading, exporting and checking.

use std::{fs, process::Command};

use http::Method;
use serde_json::Value;

use super::{admin_token, lines, make_admin};
use crate::support::{Mosaic, get, request, run, standin};

/// More entries than an export reads at once.
const MORE_THAN_A_PAGE: usize = 510;

/// Runs a command that may fail; what it said, and whether it succeeded.
fn mosaic(data_dir: &std::path::Path, arguments: &[&str]) -> (String, bool) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mosaic"));
    command.env_remove("DATABASE_URL").env_remove("MOSAIC_SECRET_KEY");
    let (output, error, succeeded) = run(command.arg("--data-dir").arg(data_dir).args(arguments), "");
    (format!("{output}{error}"), succeeded)
}

#[tokio::test]
async fn an_admin_reads_the_log_page_by_page_and_others_do_not() {
    let mosaic = Mosaic::start(standin()).await;
    make_admin(&mosaic);
    let ann = mosaic.newcomer("ann");
    let token = admin_token(&mosaic, &["admin_read"]).await;
    for (token, status) in [("", 401), (&ann.token, 403), (&admin_token(&mosaic, &["chat"]).await, 403)] {
        for path in ["/api/admin/audit", "/api/admin/audit/export"] {
            assert_eq!(get(&mosaic.url(path), token).await.status.as_u16(), status, "{path}");
        }
    }
    let all = get(&mosaic.url("/api/admin/audit"), &token).await.json();
    let numbers = |page: &Value| -> Vec<u64> {
        let entries = page["entries"].as_array().expect("entries").iter();
        entries.map(|entry| entry["number"].as_u64().expect("a number")).collect()
    };
    let all = numbers(&all);
    assert!(all.len() > 4 && all.is_sorted_by(|a, b| a > b) && all.last() == Some(&1), "{all:?}");
    let mut paged = Vec::new();
    let mut before = format!("?before={}", all[0] + 1);
    loop {
        let page = get(&mosaic.url(&format!("/api/admin/audit{before}&limit=2")), &token).await.json();
        paged.extend(numbers(&page));
        match page["next"].as_u64() {
            Some(next) => before = format!("?before={next}"),
            None => break,
        }
    }
    assert_eq!(paged, all);
    let created = get(&mosaic.url("/api/admin/audit?action=user.created"), &token).await.json();
    assert_eq!(created["entries"][0]["target_email"], "ann@example.org");
    assert_eq!(created["entries"][0]["actor"], "host");
    for (query, status) in [
        ("limit=0", 422),
        ("limit=501", 422),
        ("limit=x", 400),
        ("actor_id=ann", 422),
        ("action=%00", 422),
        ("outcome=perhaps", 400),
        ("from=yesterday", 400),
        ("address=here", 400),
        ("no_such_filter=1", 400),
        ("limit=1&limit=2", 400),
        ("before=18446744073709551615", 200),
        ("address=::1&outcome=failed&to=2020-01-01T00:00:00Z", 200),
    ] {
        let reply = get(&mosaic.url(&format!("/api/admin/audit?{query}")), &token).await;
        assert_eq!(reply.status.as_u16(), status, "{query}: {reply:?}");
    }
}

#[tokio::test]
async fn an_export_is_whole_and_can_be_checked_elsewhere() {
    let mosaic_run = Mosaic::start(standin()).await;
    make_admin(&mosaic_run);
    let ann = mosaic_run.newcomer("ann");
    mosaic_run.set("idle_timeout_secs", "600");
    let token = admin_token(&mosaic_run, &["admin_read"]).await;
    for _ in 0..MORE_THAN_A_PAGE {
        let told = request(Method::POST, &mosaic_run.url("/api/cell/retry"), &ann.token, "").await;
        assert!(told.status.is_success(), "{told:?}");
    }
    let reply = get(&mosaic_run.url("/api/admin/audit/export"), &token).await;
    assert_eq!(reply.headers["content-type"], "application/x-ndjson");
    let entries = lines(&reply.text);
    let numbers: Vec<u64> = entries.iter().filter_map(|entry| entry["number"].as_u64()).collect();
    assert!(numbers.len() > MORE_THAN_A_PAGE);
    assert_eq!(numbers, (1..=numbers.len() as u64).collect::<Vec<_>>());
    assert_eq!(entries.last().expect("entries")["action"], "audit.exported");
    let csv = get(&mosaic_run.url("/api/admin/audit/export?format=csv"), &token).await;
    assert_eq!(csv.text.lines().count(), numbers.len() + 2, "a head, and its own entry: {}", csv.text);

    let elsewhere = tempfile::tempdir().expect("a directory");
    let file = elsewhere.path().join("export.ndjson");
    let file_name = file.to_str().expect("plain text");
    let nowhere = elsewhere.path().join("no-installation");
    let write = |text: &str| fs::write(&file, text).expect("our own file");
    write(&reply.text);
    let verify = ["audit", "verify", "--file", file_name];
    let (said, sound) = mosaic(&mosaic_run.home(), &verify);
    assert!(sound && said.contains("the database has every one"), "{said}");
    let (said, sound) = mosaic(&nowhere, &verify);
    assert!(sound && said.contains("no database here") && !nowhere.exists(), "{said}");

    write(&reply.text.replace("user.created", "user.deleted"));
    let (said, sound) = mosaic(&nowhere, &verify);
    assert!(!sound && said.contains("is not as it was written"), "{said}");
    // What the filter leaves out is a gap, not a forgery.
    let some: Vec<&str> = reply.text.lines().filter(|line| line.contains("setting.changed")).collect();
    write(&some.join("\n"));
    assert!(mosaic(&mosaic_run.home(), &verify).1);
    write("{}");
    let (said, sound) = mosaic(&nowhere, &verify);
    assert!(!sound && said.contains("line 1"), "{said}");
}
