//! An entry as a line of text.

use std::fmt::Write;

use chrono::SecondsFormat;

use super::{AuditEntryBody, AuditFormat};

/// The first line of an export as CSV.
pub const CSV_HEADER: &str = "number,at,actor,actor_id,actor_email,action,target,target_email,outcome,detail,address,request_id,previous,hash\r\n";

/// What makes a spreadsheet take a cell for a formula, or skip to where it finds one.
const FORMULA_STARTS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

impl AuditFormat {
    /// The media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Ndjson => "application/x-ndjson",
            Self::Csv => "text/csv; charset=utf-8; header=present",
        }
    }

    /// The word for it, which is also how files of this form end.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ndjson => "ndjson",
            Self::Csv => "csv",
        }
    }

    /// What stands before the first entry.
    pub const fn head(self) -> &'static str {
        match self {
            Self::Ndjson => "",
            Self::Csv => CSV_HEADER,
        }
    }

    /// Adds an entry to the text.
    pub fn write(self, entry: &AuditEntryBody, text: &mut String) {
        match self {
            Self::Ndjson => {
                text.push_str(&serde_json::to_string(entry).expect("an entry is plain data"));
                text.push('\n');
            }
            Self::Csv => write_csv(entry, text),
        }
    }
}

fn write_csv(entry: &AuditEntryBody, text: &mut String) {
    let at = entry.at.to_rfc3339_opts(SecondsFormat::Micros, true);
    let cells = [
        &at,
        &entry.actor,
        entry.actor_id.as_deref().unwrap_or_default(),
        entry.actor_email.as_deref().unwrap_or_default(),
        &entry.action,
        &entry.target,
        entry.target_email.as_deref().unwrap_or_default(),
        &entry.outcome,
        &entry.detail,
        &entry.address,
        &entry.request_id,
        &entry.previous,
        &entry.hash,
    ];
    write!(text, "{}", entry.number).expect("writing to memory does not fail");
    for cell in cells {
        let mark = if cell.starts_with(FORMULA_STARTS) { "'" } else { "" };
        write!(text, ",\"{mark}{}\"", cell.replace('"', "\"\"")).expect("writing to memory does not fail");
    }
    text.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use mosaic_model::{
        AUDIT_GENESIS, AuditAction, AuditEntry, AuditRecord, AuditTarget, By, Timestamp, UserId,
    };
    use proptest::prelude::*;

    use super::*;

    fn entry(actor: Option<u128>, micros: i64, detail: &str) -> AuditEntryBody {
        let by = actor.map_or_else(By::host, |seed| By::mosaic().user(user(seed)));
        let act = AuditEntry::done(&by, AuditAction::Login, AuditTarget::None).detailed(detail);
        let at = Timestamp::from_timestamp_micros(micros).unwrap();
        let record = AuditRecord::new(7, at, &act);
        let hash = record.hash(&AUDIT_GENESIS);
        AuditEntryBody::new(record, &AUDIT_GENESIS, &hash, [Some("=ann@example.org".to_owned()), None])
    }

    fn user(seed: u128) -> UserId {
        format!("{seed:032x}").parse().unwrap()
    }

    proptest! {
        #[test]
        fn a_line_of_json_reads_back_and_its_hash_still_belongs_to_it(
            actor: Option<u128>,
            micros in 0_i64..4_000_000_000_000_000,
            detail: String,
        ) {
            let mut line = String::new();
            AuditFormat::Ndjson.write(&entry(actor, micros, &detail), &mut line);
            prop_assert_eq!(line.matches('\n').count(), 1);
            let read: AuditEntryBody = serde_json::from_str(&line).unwrap();
            let (record, previous, hash) = read.into_record().unwrap();
            prop_assert_eq!(record.hash(&previous), hash);
            prop_assert_eq!(record.detail, detail);
        }

        #[test]
        fn no_cell_is_a_formula_and_none_breaks_out_of_its_quotes(detail in "[-=+@\t\r\n\"',a-c＝]{0,8}") {
            let mut line = String::new();
            AuditFormat::Csv.write(&entry(None, 0, &detail), &mut line);
            let cells = read_csv(line.strip_suffix("\r\n").unwrap());
            prop_assert_eq!(cells.len(), CSV_HEADER.split(',').count());
            prop_assert!(cells.iter().all(|cell| !cell.starts_with(FORMULA_STARTS)));
            prop_assert_eq!(cells[4].as_str(), "'=ann@example.org");
            let mark = if detail.starts_with(FORMULA_STARTS) { "'" } else { "" };
            prop_assert_eq!(&cells[9], &format!("{mark}{detail}"));
        }
    }

    /// Reads one line as RFC 4180 has it.
    fn read_csv(line: &str) -> Vec<String> {
        let (mut cells, mut quoted) = (vec![String::new()], false);
        let mut letters = line.chars().peekable();
        while let Some(letter) = letters.next() {
            match letter {
                '"' if quoted && letters.peek() == Some(&'"') => {
                    letters.next();
                    cells.last_mut().unwrap().push('"');
                }
                '"' => quoted = !quoted,
                ',' if !quoted => cells.push(String::new()),
                letter => cells.last_mut().unwrap().push(letter),
            }
        }
        cells
    }

    #[test]
    fn what_is_no_hash_or_id_is_not_read() {
        let sound = entry(Some(1), 0, "");
        for broken in [
            AuditEntryBody { hash: "00".to_owned(), ..sound.clone() },
            AuditEntryBody { previous: "z".repeat(64), ..sound.clone() },
            AuditEntryBody { actor_id: Some("ann".to_owned()), ..sound },
        ] {
            assert!(broken.into_record().is_err());
        }
    }
}
