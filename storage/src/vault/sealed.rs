//! Sealing and opening.
//!
//! A sealed value is a version byte, the master key's name, a nonce, and the ciphertext with its tag; all of
//! it, and the place, is authenticated.

use aes_gcm::{
    Aes256Gcm, KeyInit, Nonce,
    aead::{Aead, Payload},
};
use mosaic_model::Secret;

use super::{
    KeyRing, Place, VaultError,
    ring::{KEY_ID_BYTES, KeyId},
};

/// The first byte of every sealed value: AES-256-GCM under an owner's key by HKDF-SHA256.
const VERSION: u8 = 1;
const NONCE_BYTES: usize = 12;
const HEADER_BYTES: usize = 1 + KEY_ID_BYTES;

impl KeyRing {
    /// Seals a value for one place, with the ring's first key.
    pub fn seal(&self, place: &Place<'_>, value: &[u8]) -> Vec<u8> {
        let id = self.sealing_id();
        let mut sealed = Vec::with_capacity(HEADER_BYTES + NONCE_BYTES + value.len() + 16);
        sealed.push(VERSION);
        sealed.extend_from_slice(&id);
        let aad = place.associated_data(&sealed);
        let nonce = crate::random::bytes::<NONCE_BYTES>();
        let key = self.derive(id, place.owner).expect("the ring holds the key it seals with");
        let ciphertext = Aes256Gcm::new((&*key).into())
            .encrypt(&Nonce::from(nonce), Payload { msg: value, aad: &aad })
            .expect("a value in memory is shorter than AES-GCM's 64 GiB");
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(&ciphertext);
        sealed
    }

    /// Opens what was sealed for this place, with whichever key of the ring it was.
    pub fn open(&self, place: &Place<'_>, sealed: &[u8]) -> Result<Secret<Vec<u8>>, VaultError> {
        let (header, rest) = sealed.split_at_checked(HEADER_BYTES).ok_or(VaultError::UnknownFormat)?;
        let (nonce, ciphertext) = rest.split_at_checked(NONCE_BYTES).ok_or(VaultError::UnknownFormat)?;
        let (&version, id) = header.split_first().ok_or(VaultError::UnknownFormat)?;
        if version != VERSION {
            return Err(VaultError::UnknownFormat);
        }
        let id = KeyId::try_from(id).ok().ok_or(VaultError::UnknownFormat)?;
        let key = self.derive(id, place.owner).ok_or(VaultError::UnknownKey)?;
        let nonce = <[u8; NONCE_BYTES]>::try_from(nonce).ok().ok_or(VaultError::UnknownFormat)?;
        let aad = place.associated_data(header);
        Aes256Gcm::new((&*key).into())
            .decrypt(&Nonce::from(nonce), Payload { msg: ciphertext, aad: &aad })
            .map(Secret::new)
            .ok()
            .ok_or(VaultError::Forged)
    }

    /// Opens a text, as [`KeyRing::open`].
    pub fn open_text(&self, place: &Place<'_>, sealed: &[u8]) -> Result<Secret<String>, VaultError> {
        let bytes = self.open(place, sealed)?;
        let text = str::from_utf8(bytes.expose()).ok().ok_or(VaultError::Forged)?;
        Ok(Secret::new(text.to_owned()))
    }

    /// Whether a value was sealed with the ring's first key, and so need not be sealed again.
    pub fn is_current(&self, sealed: &[u8]) -> bool {
        sealed.get(1..HEADER_BYTES) == Some(self.sealing_id().as_slice())
    }
}

#[cfg(test)]
mod tests {
    use mosaic_model::UserId;
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::vault::KeyOwner;

    fn ring() -> KeyRing {
        KeyRing::parse(KeyRing::generate().expose()).expect("our own format")
    }

    fn user(seed: u128) -> KeyOwner {
        KeyOwner::User(UserId::from_uuid(Uuid::from_u128(seed)))
    }

    fn places() -> impl Strategy<Value = Place<'static>> {
        let table = prop_oneof![Just("llm_provider_keys"), Just("user_container_tokens")];
        let owner = prop_oneof![Just(KeyOwner::System), (0_u128..3).prop_map(user)];
        let field = prop_oneof![Just("sealed"), Just("s"), Just("ealed")];
        (table, 0_u128..3, owner, field).prop_map(|(table, row, owner, field)| Place {
            table,
            row: Uuid::from_u128(row),
            owner,
            field,
        })
    }

    proptest! {
        #[test]
        fn whatever_is_not_sealed_by_us_does_not_open(
            place in places(), bytes in prop::collection::vec(any::<u8>(), 0..120), value in any::<Vec<u8>>(),
            cut in any::<prop::sample::Index>(), flipped in 1_u8..,
        ) {
            let ring = ring();
            prop_assert!(ring.open(&place, &bytes).is_err());
            let sealed = ring.seal(&place, &value);
            prop_assert_eq!(ring.open(&place, &sealed).map(|it| it.expose().clone()), Ok(value));
            let at = cut.index(sealed.len());
            prop_assert!(ring.open(&place, &sealed[..at]).is_err(), "shortened");
            let mut changed = sealed.clone();
            changed[at] ^= flipped;
            prop_assert!(ring.open(&place, &changed).is_err(), "changed");
            prop_assert!(ring.open(&place, &[sealed.as_slice(), &[flipped]].concat()).is_err(), "lengthened");
        }

        #[test]
        fn a_value_opens_where_it_was_sealed_and_nowhere_else(here in places(), there in places(), value: Vec<u8>) {
            let ring = ring();
            let sealed = ring.seal(&here, &value);
            let opened = ring.open(&here, &sealed).expect("at home");
            prop_assert_eq!(opened.expose(), &value);
            if here != there {
                prop_assert_eq!(ring.open(&there, &sealed).err(), Some(VaultError::Forged));
            }
        }

        #[test]
        fn no_bit_can_be_changed(place in places(), value in prop::collection::vec(any::<u8>(), 0..64), bit: prop::sample::Index) {
            let ring = ring();
            let mut sealed = ring.seal(&place, &value);
            let bit = bit.index(sealed.len() * 8);
            sealed[bit / 8] ^= 1 << (bit % 8);
            prop_assert!(ring.open(&place, &sealed).is_err());
            prop_assert!(ring.open(&place, &sealed[..bit / 8]).is_err());
        }

        #[test]
        fn a_ring_opens_old_values_and_seals_with_the_new_key(place in places(), value: Vec<u8>) {
            let (old, new) = (KeyRing::generate(), KeyRing::generate());
            let parse = |text: &str| KeyRing::parse(text).expect("our own format");
            let (only_old, only_new) = (parse(old.expose()), parse(new.expose()));
            let both = parse(&format!("{},{}", new.expose(), old.expose()));

            let before = only_old.seal(&place, &value);
            let opened = both.open(&place, &before).expect("the old key is in the ring");
            prop_assert_eq!(opened.expose(), &value);
            prop_assert!(!both.is_current(&before));

            let after = both.seal(&place, &value);
            prop_assert!(both.is_current(&after));
            let opened = only_new.open(&place, &after).expect("sealed with the new key");
            prop_assert_eq!(opened.expose(), &value);
            prop_assert_eq!(only_old.open(&place, &after).err(), Some(VaultError::UnknownKey));
        }
    }

    #[test]
    fn the_same_value_never_looks_the_same() {
        let place = Place { table: "t", row: Uuid::nil(), owner: KeyOwner::System, field: "f" };
        let ring = ring();
        assert_ne!(ring.seal(&place, b"value"), ring.seal(&place, b"value"));
    }

    #[test]
    fn another_users_key_is_another_key() {
        let ring = ring();
        let derive = |owner| *ring.derive(ring.sealing_id(), owner).expect("in the ring");
        assert_ne!(derive(user(1)), derive(user(2)));
        assert_ne!(derive(user(1)), derive(KeyOwner::System));
    }
}
