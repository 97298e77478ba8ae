//! Formulas in `\(…\)` and `\[…\]`, as many models write them, put between dollars, which the Markdown parser knows.

use std::borrow::Cow;

use crate::math::LONGEST;

/// The same text with dollars around its formulas. What is code stays as it is, and so does a formula that is not
/// at its end yet.
pub(super) fn with_dollars(text: &str) -> Cow<'_, str> {
    if !text.contains(r"\(") && !text.contains(r"\[") {
        return Cow::Borrowed(text);
    }
    let mut written = String::with_capacity(text.len());
    let (mut rest, mut at_line_start) = (text, true);
    while let Some(first) = rest.chars().next() {
        let code = if at_line_start { fenced(rest) } else { None };
        if let Some(end) = code.or_else(|| (first == '`').then(|| quoted(rest))) {
            written.push_str(&rest[..end]);
            rest = &rest[end..];
            at_line_start = written.ends_with('\n');
        } else if let Some((formula, dollars, after)) = formula(rest) {
            written.extend([dollars, formula.trim(), dollars]);
            (rest, at_line_start) = (after, false);
        } else {
            // What a backslash stands before is not looked at.
            let end = first.len_utf8();
            let escaped =
                if first == '\\' { rest[end..].chars().next().map_or(0, char::len_utf8) } else { 0 };
            written.push_str(&rest[..end + escaped]);
            rest = &rest[end + escaped..];
            at_line_start = written.ends_with('\n');
        }
    }
    Cow::Owned(written)
}

/// A formula that begins here: its LaTeX, its dollars, and what comes after it.
fn formula(text: &str) -> Option<(&str, &'static str, &str)> {
    let (close, dollars) = match text.get(..2)? {
        r"\(" => (r"\)", "$"),
        r"\[" => (r"\]", "$$"),
        _ => return None,
    };
    // A longer one would not be drawn; and a text full of beginnings is not read to its end for each.
    let near = &text[2..text.floor_char_boundary(2 + LONGEST + close.len())];
    let end = 2 + near.find(close)?;
    let (formula, after) = (&text[2..end], &text[end + close.len()..]);
    // A paragraph later it is another's end.
    let is_one = !formula.contains("\n\n") && !formula.contains('$') && !formula.trim().is_empty();
    is_one.then_some((formula, dollars, after))
}

/// The length of a block of code that begins with this line, to its end or the text's.
fn fenced(text: &str) -> Option<usize> {
    let (line, _) = text.split_once('\n').unwrap_or((text, ""));
    let mark = line.trim_start_matches(' ');
    let fence = ['`', '~'].into_iter().find_map(|sign| {
        let length = mark.len() - mark.trim_start_matches(sign).len();
        (length >= 3).then(|| &mark[..length])
    })?;
    let mut end = 0;
    for (number, line) in text.split_inclusive('\n').enumerate() {
        end += line.len();
        if number > 0 && line.trim().starts_with(fence) {
            break;
        }
    }
    Some(end)
}

/// The length of the code within a line that begins here; of its quotes alone, where they are never closed.
fn quoted(text: &str) -> usize {
    let quotes = text.len() - text.trim_start_matches('`').len();
    let mut from = quotes;
    while let Some(begin) = text[from..].find('`').map(|begin| begin + from) {
        let length = text[begin..].len() - text[begin..].trim_start_matches('`').len();
        if length == quotes {
            return begin + length;
        }
        from = begin + length;
    }
    quotes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_put_between_dollars() {
        assert_eq!(with_dollars(r"so \( x^2 \) and"), "so $x^2$ and");
        assert_eq!(with_dollars("so\n\\[\nx = 1\n\\]\nand"), "so\n$$x = 1$$\nand");
    }

    #[test]
    fn what_is_none_stays() {
        for same in [
            r"an open \( x",
            r"an escaped \\( x \\)",
            r"`\(x\)` and ``a ` \[y\]``",
            "```tex\n\\[x\\]\n```\n",
            "~~~\n\\(x\\)",
            r"\(\)",
            "\\(a\n\nb\\)",
            r"[a\] \[b](c)",
        ] {
            assert_eq!(with_dollars(same), same);
        }
        assert_eq!(with_dollars("```\n\\(x\\)\n```\n\\(y\\)"), "```\n\\(x\\)\n```\n$y$");
    }

    #[test]
    fn what_is_too_long_to_be_drawn_stays() {
        let formula = |length: usize| format!("\\({}\\)", "é".repeat(length));
        let long = formula(LONGEST / 2 + 1);
        assert_eq!(with_dollars(&long), long);
        assert_ne!(with_dollars(&formula(LONGEST / 2)), formula(LONGEST / 2));
    }

    #[test]
    fn a_text_may_stop_anywhere() {
        let whole = "ä \\(ö\\) `\\(` ```\n~~~ü\n\\[\nß\\\\\n\\]\n~~~\n\\[x\\]\\";
        for (end, _) in whole.char_indices() {
            let told = with_dollars(&whole[..end]);
            assert!(told.len() <= end && told.starts_with("ä".get(..end.min(2)).unwrap_or("")));
        }
    }
}
