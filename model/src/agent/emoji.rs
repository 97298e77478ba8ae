//! The picture of an agent: one emoji, and no text beside it.

use std::fmt;

use super::AgentError;

/// The most code points in one emoji: a family of four, each with a skin tone, has eleven.
const EMOJI_MAX_CHARS: usize = 16;
const JOINER: char = '\u{200d}';
const AS_PICTURE: char = '\u{fe0f}';
const KEYCAP: char = '\u{20e3}';
const END_OF_TAGS: char = '\u{e007f}';

/// One emoji.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Emoji(String);

impl Emoji {
    /// Reads one emoji: a picture, a flag or a keycap, with what Unicode lets follow it, or several joined to one.
    pub fn parse(text: &str) -> Result<Self, AgentError> {
        let chars: Vec<char> = text.chars().take(EMOJI_MAX_CHARS + 1).collect();
        if chars.len() <= EMOJI_MAX_CHARS && is_one(&chars) {
            Ok(Self(text.to_owned()))
        } else {
            Err(AgentError::Emoji)
        }
    }

    /// The emoji.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Emoji {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_one(chars: &[char]) -> bool {
    match chars {
        ['0'..='9' | '#' | '*', KEYCAP] | ['0'..='9' | '#' | '*', AS_PICTURE, KEYCAP] => true,
        [first, second] if is_regional(*first) && is_regional(*second) => true,
        [] => false,
        _ => chars.split(|c| *c == JOINER).all(is_element),
    }
}

/// A picture, its skin tone or a wish to be shown as a picture, and the tags of a region's flag.
fn is_element(chars: &[char]) -> bool {
    let [picture, rest @ ..] = chars else { return false };
    let rest = match rest {
        [mark, rest @ ..] if *mark == AS_PICTURE || is_skin_tone(*mark) => rest,
        rest => rest,
    };
    let is_tagged =
        matches!(rest, [tags @ .., END_OF_TAGS] if !tags.is_empty() && tags.iter().all(|c| is_tag(*c)));
    is_picture(*picture) && (rest.is_empty() || is_tagged)
}

/// The blocks that Unicode keeps its pictures in, without telling apart which of a block are drawn in colour.
const fn is_picture(c: char) -> bool {
    matches!(c,
        '\u{a9}' | '\u{ae}' | '\u{203c}' | '\u{2049}' | '\u{2122}' | '\u{2139}'
        | '\u{2190}'..='\u{21ff}' | '\u{2300}'..='\u{23ff}' | '\u{24c2}' | '\u{25a0}'..='\u{27bf}'
        | '\u{2900}'..='\u{297f}' | '\u{2b00}'..='\u{2bff}' | '\u{3030}' | '\u{303d}' | '\u{3297}' | '\u{3299}'
        | '\u{1f000}'..='\u{1f1e5}' | '\u{1f200}'..='\u{1faff}')
        && !is_skin_tone(c)
}

const fn is_regional(c: char) -> bool {
    matches!(c, '\u{1f1e6}'..='\u{1f1ff}')
}

const fn is_skin_tone(c: char) -> bool {
    matches!(c, '\u{1f3fb}'..='\u{1f3ff}')
}

const fn is_tag(c: char) -> bool {
    matches!(c, '\u{e0020}'..='\u{e007e}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_emoji_is_one_however_many_characters_it_takes() {
        for one in ["🧩", "❤️", "☕", "👍🏽", "👩‍💻", "👨‍👩‍👧‍👦", "🏳️‍🌈", "🇨🇭", "1️⃣", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "©", "👩🏽‍🚀"]
        {
            assert_eq!(Emoji::parse(one).map(|emoji| emoji.to_string()), Ok(one.to_owned()));
        }
    }

    #[test]
    fn text_and_several_are_none() {
        for text in
            ["", " ", "a", "1", "🧩🧩", "🧩 ", "a🧩", "👩‍", "‍👩", "🇨", "🇨🇭🇨🇭", "🏽", "\u{fe0f}", "🧩\0"]
        {
            assert_eq!(Emoji::parse(text), Err(AgentError::Emoji), "{text:?}");
        }
        assert_eq!(Emoji::parse(&["👩"; 9].join("\u{200d}")), Err(AgentError::Emoji), "it is bounded");
    }

    proptest! {
        #[test]
        fn what_is_read_holds_no_letter_no_space_and_no_control_character(text in "\\PC{0,6}|[🧩👩🏽\u{200d}\u{fe0f}a1 ]{0,20}") {
            if let Ok(emoji) = Emoji::parse(&text) {
                prop_assert_eq!(emoji.as_str(), &text);
                let odd = |c: char| c.is_alphabetic() && !is_picture(c) || c.is_whitespace() || c.is_control();
                prop_assert!(!text.contains(odd), "{:?}", text);
            }
        }
    }
}
