//! What a browser keeps to be known again: which account it was signed in to, sealed.
//!
//! It opens nothing. It only says whose failures at the password are counted apart from strangers'.

use mosaic_model::Email;
use uuid::Uuid;

use crate::{KeyOwner, Place, Store, random};

const DEVICE_PLACE: Place<'static> =
    Place { table: "cookie", row: Uuid::nil(), owner: KeyOwner::System, field: "device" };
/// The random bytes that tell two browsers of one account apart.
const ID_BYTES: usize = 16;

/// A browser that was signed in to an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownDevice {
    /// The account's e-mail address.
    pub email: String,
    /// Tells it from the account's other browsers.
    pub id: String,
}

impl Store {
    /// Makes what a browser keeps that signed in to this account.
    pub fn make_device(&self, email: &Email) -> String {
        let mut text = random::bytes::<ID_BYTES>().to_vec();
        text.extend_from_slice(email.as_str().as_bytes());
        hex::encode(self.keys().seal(&DEVICE_PLACE, &text))
    }

    /// Reads it back. None where it is not ours, or was made under a key that is gone.
    pub fn known_device(&self, kept: &str) -> Option<KnownDevice> {
        let opened = self.keys().open(&DEVICE_PLACE, &hex::decode(kept).ok()?).ok()?;
        let (id, email) = opened.expose().split_at_checked(ID_BYTES)?;
        Some(KnownDevice { email: String::from_utf8(email.to_vec()).ok()?, id: hex::encode(id) })
    }
}
