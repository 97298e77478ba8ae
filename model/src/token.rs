//! The tokens: a program's, a browser's and an invited person's (into Mosaic), and a gateway's (Mosaic into a cell).

use std::fmt;

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::Secret;

/// What a personal token looks like, so that secret scanners and people recognise one.
const PERSONAL_PREFIX: &str = "mosaic_pat_";
/// What the code of an invitation's link looks like.
const INVITATION_PREFIX: &str = "mosaic_inv_";
/// The random bytes in each token: 256 bits.
const TOKEN_BYTES: usize = 32;

/// Declares a token that is handed out once and kept as a hash: a prefix and 256 random bits.
macro_rules! handed_out {
    ($($(#[$doc:meta])* $name:ident = $prefix:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone)]
        pub struct $name(Secret<String>);

        impl $name {
            /// Makes one from 256 random bits.
            pub fn from_random(bytes: [u8; TOKEN_BYTES]) -> Self {
                let digits = Zeroizing::new(hex::encode(bytes));
                Self(Secret::new(format!("{}{}", $prefix, *digits)))
            }

            /// Reads what somebody sent. `None` for anything that cannot be one of ours: such text is not looked up.
            pub fn parse(text: &str) -> Option<Self> {
                let digits = text.strip_prefix($prefix)?;
                is_token_hex(digits).then(|| Self(Secret::new(text.to_owned())))
            }

            /// The text to hand out.
            pub fn expose(&self) -> &str {
                self.0.expose()
            }

            /// What is stored and looked up in its place.
            pub fn hash(&self) -> TokenHash {
                TokenHash::of(self.expose())
            }
        }
    )*};
}

handed_out! {
    /// The code of an invitation's link, in clear: shown once to whoever invites, never stored.
    InvitationToken = INVITATION_PREFIX;
    /// A personal API token, in clear: shown once to its owner, never stored.
    PersonalToken = PERSONAL_PREFIX;
    /// What a browser's cookie holds while somebody is signed in there. Never stored in clear.
    SessionToken = "";
}

/// SHA-256 of a token: enough for 256 random bits, which no dictionary holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TokenHash([u8; 32]);

impl TokenHash {
    /// Hashes a token's text.
    pub fn of(text: &str) -> Self {
        Self(Sha256::digest(text.as_bytes()).into())
    }

    /// The 32 bytes, as stored.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// The token between Mosaic and one cell's gateway: full power over that gateway, so only the cell and
/// the actor that owns it ever hold it.
#[derive(Clone, PartialEq, Eq)]
pub struct GatewayToken(Secret<String>);

impl GatewayToken {
    /// Makes a token from 256 random bits.
    pub fn from_random(bytes: [u8; TOKEN_BYTES]) -> Self {
        Self(Secret::new(hex::encode(bytes)))
    }

    /// Reads a token that a caller sent, or that the vault opened.
    pub fn parse(text: &str) -> Option<Self> {
        is_token_hex(text).then(|| Self(Secret::new(text.to_owned())))
    }

    /// The 64 hexadecimal digits.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

impl fmt::Debug for GatewayToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("GatewayToken(..)")
    }
}

fn is_token_hex(text: &str) -> bool {
    text.len() == 2 * TOKEN_BYTES && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_personal_token_reads_back_and_hashes_alike() {
        let token = PersonalToken::from_random([9; 32]);
        let read = PersonalToken::parse(token.expose()).expect("our own format");
        assert_eq!(read.hash(), token.hash());
    }

    #[test]
    fn foreign_text_is_no_token() {
        for text in ["", "mosaic_pat_", "mosaic_pat_zz", "sk-123", &"a".repeat(64)] {
            assert!(PersonalToken::parse(text).is_none(), "{text}");
            assert!(InvitationToken::parse(text).is_none(), "{text}");
        }
        let invitation = InvitationToken::from_random([9; 32]);
        let read = InvitationToken::parse(invitation.expose()).expect("our own format");
        assert_eq!(read.hash(), invitation.hash());
        assert!(PersonalToken::parse(invitation.expose()).is_none());
        assert!(GatewayToken::parse(&"A".repeat(64)).is_none());
        assert!(GatewayToken::parse(&"a".repeat(64)).is_some());
    }

    #[test]
    fn tokens_do_not_show_themselves_when_printed() {
        let shown = format!(
            "{:?} {:?} {:?} {:?}",
            InvitationToken::from_random([1; 32]),
            PersonalToken::from_random([1; 32]),
            SessionToken::from_random([1; 32]),
            GatewayToken::from_random([1; 32])
        );
        assert!(!shown.contains("0101"), "{shown}");
    }
}
