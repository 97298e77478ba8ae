//! What people write, so that the gateway takes it as they wrote it.

/// Keeps the gateway from filling in its environment.
///
/// In every string of its configuration the gateway replaces `${NAME}` by the variable of that name, and refuses
/// the whole document where there is none; `$${NAME}` is how `${NAME}` itself is written. So one more `$` goes in
/// front of each: a personality that speaks of `${HOME}` neither shows a variable nor stops an agent.
pub(super) fn literal(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("${") {
        let (before, reference) = rest.split_at(at);
        written.push_str(before);
        if is_reference(reference) {
            written.push('$');
        }
        written.push_str("${");
        rest = &reference[2..];
    }
    written.push_str(rest);
    written
}

/// Whether a text that begins with `${` begins with a variable's name in braces.
fn is_reference(text: &str) -> bool {
    let name = text[2..].split_once('}').map(|(name, _)| name).unwrap_or_default();
    let plain = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    name.chars().all(plain) && name.starts_with(|c: char| !c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What the gateway makes of a string, where it has every variable.
    fn filled_in(text: &str) -> String {
        let mut read = String::new();
        let mut rest = text;
        while let Some(letter) = rest.chars().next() {
            if rest.starts_with("$${") && is_reference(&rest[1..]) {
                let end = rest.find('}').expect("a reference ends");
                read.push_str(&rest[1..=end]);
                rest = &rest[end + 1..];
            } else if rest.starts_with("${") && is_reference(rest) {
                read.push_str("secret");
                rest = &rest[rest.find('}').expect("a reference ends") + 1..];
            } else {
                read.push(letter);
                rest = &rest[letter.len_utf8()..];
            }
        }
        read
    }

    #[test]
    fn only_what_would_be_replaced_is_written_otherwise() {
        assert_eq!(literal("a ${HOME} b"), "a $${HOME} b");
        assert_eq!(literal("$${HOME}"), "$$${HOME}");
        for same in ["", "${", "${}", "${home}", "${1A}", "$HOME", "${A b}", "costs 5$ {A}"] {
            assert_eq!(literal(same), same);
        }
    }

    proptest! {
        #[test]
        fn the_gateway_reads_what_people_wrote(text in r"[${}A_1aé]{0,24}") {
            prop_assert_eq!(filled_in(&literal(&text)), text);
        }
    }
}
