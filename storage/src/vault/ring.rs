//! Master keys and the keys derived from them.

use std::{fmt, sync::Arc};

use base64::{
    Engine,
    alphabet::STANDARD,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use hkdf::Hkdf;
use mosaic_model::Secret;
use sha2::Sha256;
use zeroize::{Zeroize, Zeroizing};

use super::{KeyError, KeyOwner, error::KEYS_MAX};

/// The bytes of a key, master or derived.
const KEY_BYTES: usize = 32;
/// The bytes of a key's name.
pub(super) const KEY_ID_BYTES: usize = 4;
/// Separates these derivations from any other use of the same master key.
const SALT: &[u8] = b"mosaic/vault/1";

/// Base64 with or without padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Names a master key without telling anything about it.
pub(super) type KeyId = [u8; KEY_ID_BYTES];

/// One master key. Wiped when dropped.
struct MasterKey {
    id: KeyId,
    bytes: Zeroizing<[u8; KEY_BYTES]>,
}

/// The master keys: the first seals, all of them open. Cheap to clone; the keys are wiped with the last clone.
#[derive(Clone)]
pub struct KeyRing {
    keys: Arc<[MasterKey]>,
}

impl KeyRing {
    /// Reads `key` or `new,old`: each key 64 hexadecimal digits or the base64 of 32 bytes.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        if text.trim().is_empty() {
            return Err(KeyError::Empty);
        }
        let mut keys: Vec<MasterKey> = Vec::new();
        for (index, part) in text.split(',').enumerate() {
            let position = index + 1;
            if position > KEYS_MAX {
                return Err(KeyError::TooMany);
            }
            let key = parse_key(part.trim()).ok_or(KeyError::Malformed { position })?;
            if keys.iter().any(|known| known.bytes == key.bytes) {
                return Err(KeyError::Repeated { position });
            }
            keys.push(key);
        }
        Ok(Self { keys: keys.into() })
    }

    /// Makes a new key, as text for `MOSAIC_SECRET_KEY`.
    pub fn generate() -> Secret<String> {
        let bytes = Zeroizing::new(crate::random::bytes::<KEY_BYTES>());
        Secret::new(hex::encode(*bytes))
    }

    /// The names of the keys, in their order: a few hexadecimal digits each, which tell nothing about the key.
    pub fn names(&self) -> Vec<String> {
        self.keys.iter().map(|key| hex::encode(key.id)).collect()
    }

    /// The name of the key that seals, as it stands in front of what it sealed.
    pub(crate) fn sealing_name(&self) -> [u8; KEY_ID_BYTES] {
        self.sealing_id()
    }

    /// The name of the key that seals.
    pub(super) fn sealing_id(&self) -> KeyId {
        self.keys.first().expect("a ring is made with at least one key").id
    }

    /// An owner's key under the master key of this name; none where the ring does not hold that.
    pub(super) fn derive(&self, id: KeyId, owner: KeyOwner) -> Option<Zeroizing<[u8; KEY_BYTES]>> {
        let master = self.keys.iter().find(|key| key.id == id)?;
        Some(expand(&master.bytes, owner.label().as_bytes()))
    }
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.names()).finish()
    }
}

fn parse_key(text: &str) -> Option<MasterKey> {
    let mut decoded = Zeroizing::new(match text.len() {
        64 => hex::decode(text).ok()?,
        // The URL alphabet differs in two characters only.
        43 | 44 => {
            let standard = Zeroizing::new(text.replace('-', "+").replace('_', "/"));
            BASE64.decode(standard.as_bytes()).ok()?
        }
        _ => return None,
    });
    let bytes = Zeroizing::new(<[u8; KEY_BYTES]>::try_from(decoded.as_slice()).ok()?);
    decoded.zeroize();
    let mut id = KeyId::default();
    id.copy_from_slice(&expand(&bytes, b"mosaic/key-id")[..KEY_ID_BYTES]);
    Some(MasterKey { id, bytes })
}

fn expand(master: &[u8; KEY_BYTES], info: &[u8]) -> Zeroizing<[u8; KEY_BYTES]> {
    let mut derived = Zeroizing::new([0; KEY_BYTES]);
    Hkdf::<Sha256>::new(Some(SALT), master)
        .expand(info, derived.as_mut_slice())
        .expect("32 bytes are fewer than 255 blocks");
    derived
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_text_is_a_ring_or_refused_without_being_shown(
            text in any::<String>(), keys in "([A-Za-z0-9+/_-]{42,44}=?|[a-fA-F0-9]{63,65})(,[a-f0-9]{64}){0,9}",
        ) {
            for text in [text, keys] {
                match KeyRing::parse(&text) {
                    Ok(ring) => prop_assert_eq!(ring.keys.len(), text.split(',').count()),
                    Err(refused) => {
                        let words = refused.to_string();
                        prop_assert!(text.len() < 40 || !words.contains(text.trim()), "{}", words);
                    }
                }
            }
        }
    }

    const HEX: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1dfeff";
    const BASE64_URL: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwd_v8";
    const BASE64_PADDED: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwd/v8=";

    #[test]
    fn a_key_reads_alike_from_all_its_forms() {
        let ids = [HEX, BASE64_URL, BASE64_PADDED, &HEX.to_uppercase(), &format!(" {HEX}\n")]
            .map(|text| KeyRing::parse(text).expect("a key").sealing_id());
        assert!(ids.iter().all(|id| *id == ids[0]));
    }

    #[test]
    fn what_is_no_key_is_refused_without_being_shown() {
        let half = &HEX[..32];
        for (text, expected) in [
            ("", KeyError::Empty),
            (" ", KeyError::Empty),
            (half, KeyError::Malformed { position: 1 }),
            (&format!("{HEX},{half}"), KeyError::Malformed { position: 2 }),
            (&format!("{HEX},"), KeyError::Malformed { position: 2 }),
            (&format!("{HEX},{BASE64_URL}"), KeyError::Repeated { position: 2 }),
            (&"g".repeat(64), KeyError::Malformed { position: 1 }),
        ] {
            let refused = KeyRing::parse(text).expect_err("no key");
            assert_eq!(refused, expected);
            assert!(!refused.to_string().contains(half));
        }
        let many: Vec<String> = (0..9).map(|_| KeyRing::generate().expose().clone()).collect();
        assert_eq!(KeyRing::parse(&many.join(",")).expect_err("too many"), KeyError::TooMany);
    }

    #[test]
    fn a_generated_key_is_a_key_and_does_not_show_itself() {
        let text = KeyRing::generate();
        let ring = KeyRing::parse(text.expose()).expect("our own format");
        assert!(!format!("{ring:?}").contains(&text.expose()[..16]));
    }
}
