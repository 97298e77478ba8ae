//! The audit log's words for acts, as people would say them.

/// An act such as `token.revoked`: "Token revoked".
pub(crate) fn act(word: &str) -> String {
    let mut letters = word.chars().map(|letter| if matches!(letter, '.' | '_') { ' ' } else { letter });
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    first.unwrap_or_default() + &letters.collect::<String>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_act_reads_as_a_sentence_begins() {
        assert_eq!(act("admin_token.used"), "Admin token used");
        assert_eq!(act(""), "");
    }
}
