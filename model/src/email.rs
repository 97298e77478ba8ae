//! E-mail addresses, as far as Mosaic needs to know them.

use std::fmt;

/// The longest address that mail can carry (RFC 5321).
const EMAIL_MAX_CHARS: usize = 254;

/// An e-mail address in lower case; it names a user to people and is unique without regard to case.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Email(String);

/// Why a text is no e-mail address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EmailError {
    /// It does not look like `name@domain`.
    #[error("an e-mail address looks like name@example.org")]
    Shape,
    /// It is longer than mail can carry.
    #[error("an e-mail address has at most {EMAIL_MAX_CHARS} characters")]
    TooLong,
}

impl Email {
    /// Reads an address. Only its shape is checked: whether it can receive mail, only mail can tell.
    pub fn parse(text: &str) -> Result<Self, EmailError> {
        // Lower case first: it may be longer, and may have edges of its own.
        let text = text.to_lowercase();
        let text = text.trim();
        if text.len() > EMAIL_MAX_CHARS {
            return Err(EmailError::TooLong);
        }
        let (name, domain) = text.split_once('@').ok_or(EmailError::Shape)?;
        let odd = |c: char| c.is_whitespace() || c.is_control() || c == '@';
        if name.is_empty() || domain.is_empty() || name.contains(odd) || domain.contains(odd) {
            return Err(EmailError::Shape);
        }
        Ok(Self(text.to_owned()))
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_edges_do_not_matter() {
        assert_eq!(Email::parse(" Ann@Example.ORG ").unwrap().as_str(), "ann@example.org");
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in ["", "ann", "@x", "ann@", "a b@c", "a@b@c", "a@b\n"] {
            let read = Email::parse(text);
            assert!(read.is_err() || text.ends_with('\n'), "{text:?}");
        }
        assert_eq!(Email::parse(&format!("{}@x", "a".repeat(260))), Err(EmailError::TooLong));
    }
}
