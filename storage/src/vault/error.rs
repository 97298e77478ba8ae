//! What can be wrong with a key or a sealed value.

/// The most keys a ring may have: the new one and those it is taking over from.
pub(super) const KEYS_MAX: usize = 8;

/// Why a text is no key ring. Never shows the text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// There is nothing in it.
    #[error("MOSAIC_SECRET_KEY is empty; make a key with `mosaic keys generate`")]
    Empty,
    /// One of the keys is none.
    #[error(
        "key {position} of MOSAIC_SECRET_KEY is neither 64 hexadecimal digits nor the base64 of 32 bytes; make a key \
         with `mosaic keys generate`"
    )]
    Malformed {
        /// Which one, counted from 1.
        position: usize,
    },
    /// The same key stands twice.
    #[error("key {position} of MOSAIC_SECRET_KEY stands there twice; a ring is `new,old`")]
    Repeated {
        /// Where it stands the second time, counted from 1.
        position: usize,
    },
    /// There are more keys than a rotation needs.
    #[error("MOSAIC_SECRET_KEY has more than {KEYS_MAX} keys; a ring is `new,old`")]
    TooMany,
}

/// Why a sealed value does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// It was sealed with a key that is not in the ring.
    #[error(
        "a secret was sealed with a key that MOSAIC_SECRET_KEY no longer holds; add the old key behind the new one"
    )]
    UnknownKey,
    /// It was changed, or does not belong where it was found.
    #[error("a sealed secret was changed, or is not where it belongs")]
    Forged,
    /// Its first bytes are not ours.
    #[error("a sealed secret has a form that this version of Mosaic does not know")]
    UnknownFormat,
}
