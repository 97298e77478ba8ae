//! Code in a few colours: words that a language knows, texts, numbers and remarks. A guess by its looks, not a parser:
//! it never fails, and what it does not know is plain.

/// What a stretch of code is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Plain,
    Keyword,
    Text,
    Number,
    Remark,
}

impl Kind {
    pub(crate) const fn class(self) -> Option<&'static str> {
        match self {
            Self::Plain => None,
            Self::Keyword => Some("k"),
            Self::Text => Some("s"),
            Self::Number => Some("n"),
            Self::Remark => Some("c"),
        }
    }
}

/// How a language looks.
struct Looks {
    keywords: &'static str,
    /// What begins a remark that runs to the end of its line.
    remarks: &'static [&'static str],
    /// Whether `/* … */` is a remark.
    has_blocks: bool,
    quotes: &'static str,
    /// Whether SELECT is select.
    ignores_case: bool,
}

const C_LIKE: Looks = Looks {
    keywords: "abstract as async await auto bool boolean break case catch char class const constexpr continue crate \
               default defer delete do double dyn else enum export extends extern false final finally float fn for func \
               function go goto if impl implements import in instanceof int interface let long loop map match mod move \
               mut namespace new nil null number of operator override package private protected pub public range ref \
               return self short static str string struct super switch template this throw throws trait true try type \
               typedef typeof undefined union unsafe unsigned use using var virtual void where while with yield",
    remarks: &["//"],
    has_blocks: true,
    quotes: "\"'`",
    ignores_case: false,
};
/// A lifetime is no text.
const RUST: Looks = Looks { quotes: "\"", ..C_LIKE };
const SCRIPT: Looks = Looks {
    keywords: "and as assert async await begin break case class continue def del do done elif else elsif end ensure esac \
               except export false fi finally for from function global if import in is lambda let local module new nil \
               None nonlocal not null or pass raise require rescue return self set then True False true try unless \
               until while with yield echo exit source sudo",
    remarks: &["#"],
    has_blocks: false,
    quotes: "\"'`",
    ignores_case: false,
};
const QUERY: Looks = Looks {
    keywords: "add all alter and as asc begin between by case check column commit constraint create cross default delete \
               desc distinct drop else end exists foreign from full grant group having if in index inner insert into is \
               join key left like limit not null offset on or order outer primary references returning right rollback \
               select set table then union unique update using values view when where with",
    remarks: &["--"],
    has_blocks: true,
    quotes: "'\"",
    ignores_case: true,
};
const DATA: Looks = Looks {
    keywords: "true false null yes no on off",
    remarks: &["#"],
    has_blocks: false,
    quotes: "\"'",
    ignores_case: false,
};

/// The looks of a language; none where it is not known, or has nothing to colour.
fn looks(language: &str) -> Option<&'static Looks> {
    Some(match language.to_ascii_lowercase().as_str() {
        "rust" | "rs" => &RUST,
        "js" | "javascript" | "jsx" | "ts" | "typescript" | "tsx" | "c" | "h" | "cpp" | "c++" | "cs"
        | "csharp" | "java" | "kotlin" | "kt" | "go" | "golang" | "swift" | "scala" | "php" | "dart"
        | "css" | "scss" | "json5" | "proto" => &C_LIKE,
        "py" | "python" | "sh" | "bash" | "shell" | "zsh" | "console" | "rb" | "ruby" | "r" | "perl"
        | "pl" | "dockerfile" | "make" | "makefile" | "elixir" | "nix" => &SCRIPT,
        "sql" | "postgres" | "postgresql" | "mysql" | "sqlite" => &QUERY,
        "json" | "yaml" | "yml" | "toml" | "ini" | "env" => &DATA,
        _ => return None,
    })
}

/// The stretches of a piece of code, in order and complete.
pub(crate) fn highlight<'a>(language: &str, code: &'a str) -> Vec<(Kind, &'a str)> {
    let Some(looks) = looks(language) else { return vec![(Kind::Plain, code)] };
    let mut stretches: Vec<(Kind, &str)> = Vec::new();
    let (mut rest, mut plain_from) = (code, 0);
    let mut before = ' ';
    while let Some(letter) = rest.chars().next() {
        let at = code.len() - rest.len();
        let (kind, length) = looks.stretch(rest, letter, before);
        if kind != Kind::Plain {
            if plain_from < at {
                stretches.push((Kind::Plain, &code[plain_from..at]));
            }
            stretches.push((kind, &rest[..length]));
            plain_from = at + length;
        }
        before = rest[..length].chars().next_back().unwrap_or(' ');
        rest = &rest[length..];
    }
    if plain_from < code.len() {
        stretches.push((Kind::Plain, &code[plain_from..]));
    }
    stretches
}

impl Looks {
    /// What the code begins with, and how long that is. Bytes, at least one letter.
    fn stretch(&self, rest: &str, letter: char, before: char) -> (Kind, usize) {
        let line = rest.find('\n').unwrap_or(rest.len());
        // `#` in the middle of a word is no remark.
        let begins = |mark: &&str| rest.starts_with(*mark) && (*mark != "#" || !is_inner(before));
        if self.remarks.iter().any(begins) {
            return (Kind::Remark, line);
        }
        if self.has_blocks && rest.starts_with("/*") {
            return (Kind::Remark, rest.find("*/").map_or(rest.len(), |end| end + 2));
        }
        if self.quotes.contains(letter) && !(letter == '\'' && is_inner(before)) {
            if let Some(length) = quoted(rest, letter) {
                return (Kind::Text, length);
            }
            return (Kind::Plain, letter.len_utf8());
        }
        if letter.is_ascii_digit() {
            let end = rest
                .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '_')))
                .unwrap_or(rest.len());
            return (Kind::Number, end);
        }
        if !is_inner(letter) {
            return (Kind::Plain, letter.len_utf8());
        }
        let end = rest.find(|c: char| !is_inner(c)).unwrap_or(rest.len());
        let word = &rest[..end];
        let mut known = self.keywords.split_ascii_whitespace();
        let is_known = known.any(|it| it == word || self.ignores_case && it.eq_ignore_ascii_case(word));
        (if is_known { Kind::Keyword } else { Kind::Plain }, end)
    }
}

fn is_inner(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// How long a text in quotes is, quotes included; none where it does not end. Only a backtick's runs over lines.
fn quoted(rest: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    for (at, letter) in rest.char_indices().skip(1) {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '\n' if quote != '`' => return None,
            letter if letter == quote => return Some(at + 1),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(kind: Kind, language: &str, code: &str) -> Vec<String> {
        let found = highlight(language, code);
        assert_eq!(found.iter().map(|(_, text)| *text).collect::<String>(), code, "all of it, in order");
        found.into_iter().filter(|(it, _)| *it == kind).map(|(_, text)| text.to_owned()).collect()
    }

    #[test]
    fn what_stands_out_is_found() {
        let code = "fn main() { // hi\n  let s = \"a \\\" b\"; /* x\n y */ 0x1f_u8 }";
        assert_eq!(of(Kind::Keyword, "rust", code), ["fn", "let"]);
        assert_eq!(of(Kind::Text, "rust", code), ["\"a \\\" b\""]);
        assert_eq!(of(Kind::Remark, "rust", code), ["// hi", "/* x\n y */"]);
        assert_eq!(of(Kind::Number, "rust", code), ["0x1f_u8"]);
        assert_eq!(of(Kind::Text, "rust", "fn f<'a>(x: &'a str)"), [""; 0], "a lifetime is no text");
        assert_eq!(of(Kind::Remark, "bash", "echo a#b # remark"), ["# remark"]);
        assert_eq!(of(Kind::Keyword, "SQL", "Select 1 FROM t"), ["Select", "FROM"]);
        assert_eq!(of(Kind::Plain, "klingon", "fn main"), ["fn main"]);
    }

    #[test]
    fn code_may_stop_anywhere() {
        let code = "if ä == \"ö\" { return `1\n2`; } # é // ü /* ß";
        for language in ["rust", "python", "sql", "json"] {
            for (end, _) in code.char_indices() {
                of(Kind::Plain, language, &code[..end]);
            }
        }
    }
}
