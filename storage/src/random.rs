//! Random bytes from the operating system: for keys, tokens, nonces and identifiers.

/// As many random bytes as are asked for.
pub(crate) fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("an operating system that runs Mosaic gives random bytes");
    bytes
}
