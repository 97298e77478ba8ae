//! Enums whose variants are words: stored, counted and shown by them, and read back.

/// Declares such an enum. Words that are stored never change.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident: $($(#[$doc:meta])* $variant:ident = $word:literal,)*) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name {$(
            $(#[$doc])*
            $variant,
        )*}

        impl $name {
            /// Every one of them.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// Its word.
            pub const fn as_str(self) -> &'static str {
                match self {$(Self::$variant => $word,)*}
            }

            /// Reads the word back.
            pub fn parse(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|it| it.as_str() == word)
            }
        }
    };
}

pub(crate) use words;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use crate::{AuditAction, CauseKind, StateKind, Trigger};

    #[test]
    fn every_word_reads_back_and_no_two_are_the_same() {
        fn check<T: Copy + PartialEq + std::fmt::Debug>(
            all: &[T],
            word: fn(T) -> &'static str,
            parse: fn(&str) -> Option<T>,
        ) {
            let words: BTreeSet<&str> = all.iter().map(|it| word(*it)).collect();
            assert_eq!(words.len(), all.len(), "{all:?}");
            assert!(all.iter().all(|it| parse(word(*it)) == Some(*it)), "{all:?}");
            assert_eq!(parse("no such word"), None);
        }
        check(AuditAction::ALL, AuditAction::as_str, AuditAction::parse);
        check(CauseKind::ALL, CauseKind::as_str, CauseKind::parse);
        check(StateKind::ALL, StateKind::as_str, StateKind::parse);
        check(Trigger::ALL, Trigger::as_str, Trigger::parse);
    }
}
