//! The last words of a container, made fit to be shown.

use std::collections::VecDeque;

use bollard::{container::LogOutput, query_parameters::LogsOptionsBuilder};
use futures_util::TryStreamExt;
use mosaic_model::CellId;

use super::{
    DockerEngine,
    outcome::{CALL_TIMEOUT, bounded},
};
use crate::EngineError;

/// The most lines that are handed out.
const MAX_LINES: usize = 200;
/// The most bytes of one line; the rest is cut off.
const MAX_LINE_BYTES: usize = 1_000;
/// The engine counts both streams' lines before it leaves one out, so it is asked for more.
const ASK_FOR_LINES: &str = "1000";

impl DockerEngine {
    pub(super) async fn last_words(&self, cell: CellId, lines: usize) -> Result<Vec<String>, EngineError> {
        let Some(seen) = self.newest_of(cell).await? else { return Ok(Vec::new()) };
        let options = LogsOptionsBuilder::new().stderr(true).stdout(false).tail(ASK_FOR_LINES).build();
        let log = self.docker.logs(&seen.container, Some(options));
        let keep = lines.min(MAX_LINES);
        let reading = log.try_fold(VecDeque::with_capacity(keep), |mut tail, output| async move {
            if let LogOutput::StdErr { message } = output {
                for line in String::from_utf8_lossy(&message).lines() {
                    tail.push_back(fit(line));
                }
                tail.drain(..tail.len().saturating_sub(keep));
            }
            Ok(tail)
        });
        bounded("hand out a log", CALL_TIMEOUT, reading).await.map(Vec::from)
    }
}

/// A line without control characters and terminal sequences, cut to a bearable length.
pub(super) fn fit(line: &str) -> String {
    let mut fitted = String::new();
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        if c == '\u{1b}' {
            skip_sequence(&mut chars);
        } else if fitted.len() + c.len_utf8() > MAX_LINE_BYTES {
            break;
        } else if c == '\t' {
            fitted.push(' ');
        } else if !c.is_control() {
            fitted.push(c);
        }
    }
    fitted
}

/// Skips what follows an escape character: `[`, parameters, and one letter that ends them.
fn skip_sequence(chars: &mut std::str::Chars<'_>) {
    if chars.next() == Some('[') {
        chars.find(|c| ('\u{40}'..='\u{7e}').contains(c));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_cannot_paint_on_the_readers_terminal() {
        assert_eq!(fit("\u{1b}[31mred\u{1b}[0m\tand\u{7} plain\r"), "red and plain");
        assert_eq!(fit("\u{1b}"), "");
    }

    #[test]
    fn a_long_line_is_cut_between_characters() {
        assert_eq!(fit(&"é".repeat(MAX_LINE_BYTES)).len(), MAX_LINE_BYTES);
        assert_eq!(fit(&format!("a{}", "é".repeat(MAX_LINE_BYTES))).len(), MAX_LINE_BYTES - 1);
    }
}
