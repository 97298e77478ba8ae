//! Whether something is what somebody is typing for.

/// Whether every word that is typed begins a word of the name.
pub(crate) fn matches(name: &str, typed: &str) -> bool {
    let (name, typed) = (name.to_lowercase(), typed.to_lowercase());
    let words = |text: &str| {
        let parts = text.split(|letter: char| !letter.is_alphanumeric());
        parts.filter(|part| !part.is_empty()).map(ToOwned::to_owned).collect::<Vec<String>>()
    };
    let parts = words(&name);
    words(&typed).iter().all(|word| parts.iter().any(|part| part.starts_with(word.as_str())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_beginnings_of_words_in_any_order_find_it() {
        assert!(matches("Go to Settings: Devices", "dev set"));
        assert!(matches("Theme: dark", ""));
        assert!(matches("gpt-5.2-mini", "gpt-5"));
        assert!(!matches("Go to Settings: Devices", "vices"));
    }
}
