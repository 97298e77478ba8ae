//! The words of a text that is written in Markdown, for where there is room for one plain line.
//!
//! It does not read Markdown as the web app does: a title needs the words, and a mark too many is no harm.

/// A text on one line.
pub(super) fn one_line(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    words.collect::<Vec<&str>>().join(" ")
}

/// How much of a text is looked at. Bytes.
const LOOKED_AT: usize = 2_000;

/// The words at the beginning of a text, without the marks around and before them.
pub(super) fn plain_words(text: &str) -> String {
    let text = &text[..text.floor_char_boundary(LOOKED_AT)];
    let lines = text.lines().map(without_head).filter(|line| !is_rule(line));
    let mut plain = String::with_capacity(text.len());
    for line in lines {
        without_marks(line, &mut plain);
        plain.push('\n');
    }
    plain
}

/// A line without what says that it is a heading, a quote or an item of a list.
fn without_head(line: &str) -> &str {
    let mut line = line.trim_start();
    while let Some(behind) = [">", "- ", "* ", "+ "].iter().find_map(|mark| line.strip_prefix(mark)) {
        line = behind.trim_start();
    }
    let behind = line.trim_start_matches('#');
    let is_heading = (1..=6).contains(&(line.len() - behind.len())) && !behind.starts_with(|c| c != ' ');
    if is_heading { behind.trim().trim_end_matches('#').trim_end() } else { line }
}

/// Whether a line is only drawn: a rule, or the fence of a block of code.
fn is_rule(line: &str) -> bool {
    let line = line.trim();
    line.starts_with("```")
        || line.starts_with("~~~")
        || ['-', '*', '_', '='].iter().any(|mark| line.len() >= 3 && line.chars().all(|c| c == *mark))
}

/// Adds a line without the marks within it.
fn without_marks(line: &str, plain: &mut String) {
    let mut rest = line;
    while let Some(next) = rest.chars().next() {
        let behind = &rest[next.len_utf8()..];
        rest = match next {
            '\\' if behind.starts_with(|c: char| c.is_ascii_punctuation()) => {
                let (escaped, behind) = behind.split_at(1);
                plain.push_str(escaped);
                behind
            }
            '`' => behind,
            '~' if behind.starts_with('~') => &behind[1..],
            '*' | '_' => {
                let run = rest.trim_start_matches(next);
                if !is_emphasis(next, plain, run) {
                    plain.push_str(&rest[..rest.len() - run.len()]);
                }
                run
            }
            '!' if behind.starts_with('[') && link(&behind[1..]).is_some() => behind,
            '[' => {
                if let Some((words, behind)) = link(behind) {
                    without_marks(words, plain);
                    behind
                } else {
                    plain.push(next);
                    behind
                }
            }
            other => {
                plain.push(other);
                behind
            }
        };
    }
}

/// Whether marks between what stands before and behind them emphasize something: they touch it on one side at least,
/// and underscores are not within a name.
fn is_emphasis(mark: char, before: &str, behind: &str) -> bool {
    let (before, behind) = (before.chars().next_back(), behind.chars().next());
    let is_blank = |c: Option<char>| c.is_none_or(char::is_whitespace);
    let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let within = is_word(before) && is_word(behind);
    let is_alone = is_blank(before) && is_blank(behind);
    !is_alone && !(within && (mark == '_' || before.is_some_and(char::is_numeric)))
}

/// What a link is called, and what stands behind it; the text begins behind the bracket that opens it.
fn link(text: &str) -> Option<(&str, &str)> {
    let (words, behind) = text.split_once("](")?;
    let (address, behind) = behind.split_once(')')?;
    (!words.contains('[') && !address.contains(char::is_whitespace)).then_some((words, behind))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn plain(text: &str) -> String {
        one_line(&plain_words(text))
    }

    #[test]
    fn the_marks_of_markdown_are_not_in_it() {
        for (marked, words) in [
            ("# Plan\n\nfor *today*", "Plan for today"),
            ("### Closed ###", "Closed"),
            ("**bold**, __bold__, *thin*, _thin_ and ~~gone~~", "bold, bold, thin, thin and gone"),
            ("***both***", "both"),
            ("un*frigging*believable", "unfriggingbelievable"),
            ("What does `let x` do?", "What does let x do?"),
            ("Fix this:\n```rust\nfn main() {}\n```", "Fix this: fn main() {}"),
            ("> quoted\n> - a\n> - b", "quoted a b"),
            ("- one\n* two\n+ three", "one two three"),
            ("Read [the **docs**](https://x.y/z) now", "Read the docs now"),
            ("![a cat](https://x.y/z.png) is it?", "a cat is it?"),
            ("above\n---\nbelow", "above below"),
            (r"\*not thin\* and C:\dir", r"*not thin* and C:\dir"),
        ] {
            assert_eq!(plain(marked), words);
        }
    }

    #[test]
    fn what_only_looks_like_marks_stays() {
        for text in [
            "What is 2 * 3 or 2*3?",
            "Rename my_long_name",
            "#1 of #rust",
            "a > b and c - d",
            "Sort list[0] (first)",
            "C# or F#?",
            "5 ~ 6",
            "####### seven",
            "Why 1.5?",
        ] {
            assert_eq!(plain(text), text);
        }
    }

    proptest! {
        #[test]
        fn no_word_is_lost_or_made(text in "[a-z*_`#>~!()\\[\\] \\n-]{0,80}") {
            let letters = |text: &str| text.chars().filter(char::is_ascii_alphabetic).collect::<String>();
            let (before, after) = (letters(&text), letters(&plain(&text)));
            // Only the address of a link and the language of a block are no words of the text.
            if text.contains("](") || text.contains("```") || text.contains("~~~") {
                prop_assert!(after.len() <= before.len());
            } else {
                prop_assert_eq!(after, before);
            }
        }
    }
}
