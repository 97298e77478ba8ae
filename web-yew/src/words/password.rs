//! How good a new password is, told while it is typed. The server decides; this only spares a way there and back.

/// The fewest characters that the server takes.
pub(crate) const PASSWORD_CHARS_MIN: usize = 12;
/// From here on a password is good, whatever it is made of.
const CHARS_GOOD: usize = 16;
const CHARS_STRONG: usize = 24;
/// With fewer different characters than this, length does not help.
const DISTINCT_MIN: usize = 6;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Strength {
    /// Shorter than it may be: so many characters are missing.
    TooShort(usize),
    Weak,
    Good,
    Strong,
}

impl Strength {
    /// The word for the style sheet and for the meter's four steps.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::TooShort(_) => "short",
            Self::Weak => "weak",
            Self::Good => "good",
            Self::Strong => "strong",
        }
    }

    pub(crate) fn words(self) -> String {
        match self {
            Self::TooShort(1) => "1 more character".to_owned(),
            Self::TooShort(missing) => format!("{missing} more characters"),
            Self::Weak => "Long enough, but easy to guess: add another word".to_owned(),
            Self::Good => "Good".to_owned(),
            Self::Strong => "Strong".to_owned(),
        }
    }
}

/// Judges by length first: length is what keeps guessers busy.
pub(crate) fn strength(password: &str) -> Strength {
    let chars = password.chars().count();
    let mut distinct: Vec<char> = password.chars().collect();
    distinct.sort_unstable();
    distinct.dedup();
    match chars {
        chars if chars < PASSWORD_CHARS_MIN => Strength::TooShort(PASSWORD_CHARS_MIN - chars),
        _ if distinct.len() < DISTINCT_MIN || is_run(password) => Strength::Weak,
        CHARS_STRONG.. => Strength::Strong,
        CHARS_GOOD.. => Strength::Good,
        _ if distinct.len() >= PASSWORD_CHARS_MIN - 2 => Strength::Good,
        _ => Strength::Weak,
    }
}

/// What stands at the field of a password that the server would not take.
pub(crate) fn too_short(password: &str) -> Option<String> {
    let is_short = matches!(strength(password), Strength::TooShort(_));
    is_short.then(|| format!("Use at least {PASSWORD_CHARS_MIN} characters"))
}

/// Whether it only counts or spells on, as 1234567890 and abcdef do.
fn is_run(password: &str) -> bool {
    let letters: Vec<char> = password.chars().collect();
    let next = letters.windows(2).filter(|pair| u32::from(pair[0]).abs_diff(u32::from(pair[1])) <= 1).count();
    next * 4 >= letters.len() * 3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_counts_and_repetition_does_not() {
        assert_eq!(strength(""), Strength::TooShort(12));
        assert_eq!(strength("elevenchars"), Strength::TooShort(1));
        assert_eq!(strength("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), Strength::Weak);
        assert_eq!(strength("abcdefghijklmnopqrstuvwxyz"), Strength::Weak);
        assert_eq!(strength("1234567890123456"), Strength::Weak);
        assert_eq!(strength("correct horse battery"), Strength::Good);
        assert_eq!(strength("correct horse battery staple"), Strength::Strong);
        // Characters count, not bytes: twelve umlauts are twelve.
        assert!(too_short("äöüäöüäöüäöü").is_none());
    }
}
