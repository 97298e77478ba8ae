//! What shows that whoever sets an installation up can read its log: a passer-by cannot.

use std::fmt;

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::Secret;

/// Digits and letters that people do not take for one another.
const SYMBOLS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// How many there are in a code: five bits each, 140 in all.
const LENGTH: usize = 28;
/// How many stand together.
const GROUP: usize = 4;

/// A one-time code, in clear: shown once to whoever started Mosaic, never stored.
#[derive(Debug, Clone)]
pub struct SetupCode(Secret<String>);

/// What is kept of a code.
#[derive(Clone)]
pub struct SetupCodeHash([u8; 32]);

impl SetupCode {
    /// How many random bytes a code is made from.
    pub const RANDOM_BYTES: usize = LENGTH;

    /// Makes a code; of each random byte it takes five bits.
    pub fn from_random(bytes: [u8; LENGTH]) -> Self {
        let symbol = |byte: u8| char::from(SYMBOLS[usize::from(byte) % SYMBOLS.len()]);
        Self(Secret::new(bytes.into_iter().map(symbol).collect()))
    }

    /// Reads what a person typed: small or capital, with hyphens and spaces or without, O for 0 and I or L for 1.
    /// None for what cannot be a code.
    pub fn parse(text: &str) -> Option<Self> {
        let typed = text.chars().filter(|c| *c != '-' && !c.is_whitespace());
        let meant = typed.map(|c| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        });
        let code: String = meant.take(LENGTH + 1).collect();
        let sound = code.len() == LENGTH && code.bytes().all(|byte| SYMBOLS.contains(&byte));
        sound.then(|| Self(Secret::new(code)))
    }

    /// The code as it is shown, in groups.
    pub fn expose(&self) -> String {
        let symbols: Vec<char> = self.0.expose().chars().collect();
        symbols.chunks(GROUP).map(String::from_iter).collect::<Vec<_>>().join("-")
    }

    /// What is kept of it.
    pub fn hash(&self) -> SetupCodeHash {
        SetupCodeHash(Sha256::digest(self.0.expose().as_bytes()).into())
    }
}

impl SetupCodeHash {
    /// Whether this is the code, found out in constant time.
    pub fn opens(&self, code: &SetupCode) -> bool {
        self.0.ct_eq(&code.hash().0).into()
    }
}

impl fmt::Debug for SetupCodeHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SetupCodeHash(..)")
    }
}
