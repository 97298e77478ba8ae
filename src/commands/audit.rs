//! The audit log from the command line: checked, exported, and an export checked against it.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Read, Write},
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context, bail};
use mosaic_api::{AUDIT_PAGE_MAX, AuditEntryBody, AuditFormat};
use mosaic_http::audit_entry_body;
use mosaic_model::{AuditAction, AuditEntry, AuditExcerpt, AuditHash, AuditRecord, AuditTarget, By};
use mosaic_storage::{AuditCheck, AuditComparison, AuditFilter, Store};

use super::say;
use crate::{
    cli::{Audit, ExportFormat},
    clock::SystemClock,
    compose::Database,
    config::{self, Config},
};

/// No entry of ours makes a longer line. Bytes.
const LINE_MAX: u64 = 64 * 1024;
/// How many entries are compared with the database at once.
const COMPARED_AT_ONCE: usize = 1_000;

pub(super) async fn run(store: &Store, command: Audit) -> anyhow::Result<()> {
    match command {
        Audit::Verify { file: Some(file) } => compare(store, &file).await,
        Audit::Verify { file: None } => verdict(store.verify_audit().await?),
        Audit::Export { format } => export(store, format).await,
    }
}

/// What a check of the log found, and what it means. Fails where the log does not hold.
fn verdict(check: AuditCheck) -> anyhow::Result<()> {
    match check {
        AuditCheck::Sound { entries } => {
            say(&format!("{entries} entries, none changed, left out or cut off"));
            Ok(())
        }
        AuditCheck::Broken(broken) => bail!(
            "the audit log does not hold: {broken}. Somebody who can write the database did this. What stands before \
             that entry is as it was written; hold later ones against an export: mosaic audit verify --file FILE"
        ),
        AuditCheck::Rewritten { number } => bail!(
            "the audit log does not hold: its hashes fit each other, but entry {number} is not the one that Mosaic \
             wrote last. Somebody who can write the database wrote the log anew, from some entry on; only an export \
             tells from which: mosaic audit verify --file FILE"
        ),
        AuditCheck::CutOff { found, written } => bail!(
            "the audit log does not hold: it ends with entry {found}, and Mosaic wrote {written}. Somebody who can \
             write the database cut the newest {} off",
            written - found
        ),
        AuditCheck::NoEnd => bail!(
            "the audit log does not hold: the sealed record of its last entry is gone, or was changed. Somebody who can \
             write the database did this; whether entries are missing at the end, only an export tells: mosaic audit \
             verify --file FILE. Mosaic adds no entries, and so does nothing that needs one, until the table \
             audit_head is restored from a backup"
        ),
    }
}

/// Writes the whole log to standard output.
async fn export(store: &Store, format: ExportFormat) -> anyhow::Result<()> {
    let format = match format {
        ExportFormat::Ndjson => AuditFormat::Ndjson,
        ExportFormat::Csv => AuditFormat::Csv,
    };
    let entry = AuditEntry::done(&By::host(), AuditAction::AuditExported, AuditTarget::None);
    store.audit(&entry.detailed(format.as_str())).await?;
    let (everything, last) = (AuditFilter::default(), store.last_audit_number().await?);
    let (mut after, mut text) = (0, format.head().to_owned());
    loop {
        let page = store.audit_after(&everything, after, last, AUDIT_PAGE_MAX).await?;
        let Some(end) = page.last().map(|entry| entry.record.number) else { break };
        after = end;
        for entry in page {
            format.write(&audit_entry_body(entry), &mut text);
        }
        io::stdout().write_all(text.as_bytes())?;
        text.clear();
    }
    io::stdout().write_all(text.as_bytes())?;
    Ok(io::stdout().flush()?)
}

/// Checks an export by itself, and against the database where there is one.
pub(crate) async fn verify_file(data_dir: Option<PathBuf>, file: PathBuf) -> anyhow::Result<()> {
    let mut excerpt = AuditExcerpt::default();
    for (line, entry) in (1_u64..).zip(entries(&file)?) {
        let (record, previous, hash) = entry.with_context(|| format!("line {line} of the file"))?;
        let followed = excerpt.follow(&record, &previous, &hash);
        followed.with_context(|| format!("the file was changed after it was exported, at line {line}"))?;
    }
    say(&told(&excerpt));
    if !config::is_installed(data_dir.as_deref())? {
        say("there is no database here to hold it against");
        return Ok(());
    }
    let opened = Database::open(Config::read(data_dir)?, Arc::new(SystemClock::start())).await;
    let database = match opened {
        Ok(database) => database,
        Err(error) => {
            say(&format!("it was not held against the database: {error}"));
            return Ok(());
        }
    };
    let outcome = compare(database.store(), &file).await;
    database.close().await?;
    outcome
}

fn told(excerpt: &AuditExcerpt) -> String {
    let AuditExcerpt { entries, first, last, gaps, .. } = excerpt;
    let kept = format!("{entries} entries, {first} to {last}, each as it was exported");
    match gaps {
        0 => format!("{kept}, none left out in between"),
        _ => format!("{kept}; others are left out in {gaps} places, as a filter does"),
    }
}

async fn compare(store: &Store, file: &Path) -> anyhow::Result<()> {
    let mut some: Vec<(u64, AuditHash)> = Vec::with_capacity(COMPARED_AT_ONCE);
    let mut rest = entries(file)?.peekable();
    while let Some(entry) = rest.next() {
        let (record, _, hash) = entry?;
        some.push((record.number, hash));
        if some.len() < COMPARED_AT_ONCE && rest.peek().is_some() {
            continue;
        }
        match store.compare_with_audit(&some).await? {
            AuditComparison::Same => some.clear(),
            AuditComparison::Differs { number } => bail!(
                "entry {number} of the database is another one than in this export. Either the log in the database was \
                 written anew after the export, or the export is another installation's"
            ),
            AuditComparison::Missing { number } => bail!(
                "entry {number} of this export is not in the database. Either the newest entries were taken out of the \
                 log, or the database is a copy from before they were written, or the export is another installation's"
            ),
        }
    }
    say("the database has every one of them, unchanged");
    Ok(())
}

/// The entries of an exported file.
fn entries(
    file: &Path,
) -> anyhow::Result<impl Iterator<Item = anyhow::Result<(AuditRecord, AuditHash, AuditHash)>>> {
    let opened = File::open(file).with_context(|| format!("cannot read {}", file.display()))?;
    let mut reader = BufReader::new(opened);
    Ok(std::iter::from_fn(move || {
        let mut line = String::new();
        match reader.by_ref().take(LINE_MAX).read_line(&mut line) {
            Ok(0) => None,
            Ok(_) => Some(parse(&line)),
            Err(error) => Some(Err(error.into())),
        }
    }))
}

fn parse(line: &str) -> anyhow::Result<(AuditRecord, AuditHash, AuditHash)> {
    let entry: AuditEntryBody =
        serde_json::from_str(line).context("this is no entry of `mosaic audit export --format ndjson`")?;
    Ok(entry.into_record()?)
}
