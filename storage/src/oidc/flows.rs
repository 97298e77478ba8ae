//! What a browser carries through a sign-in at the provider, sealed: it can neither be read nor made up there.

use mosaic_model::Secret;
use uuid::Uuid;

use crate::{KeyOwner, Place, Store};

const FLOW_PLACE: Place<'static> =
    Place { table: "cookie", row: Uuid::nil(), owner: KeyOwner::System, field: "oidc_flow" };

impl Store {
    /// Seals it, as text for a cookie.
    pub fn seal_flow(&self, flow: &Secret<Vec<u8>>) -> String {
        hex::encode(self.keys().seal(&FLOW_PLACE, flow.expose()))
    }

    /// Reads it back. None where it is not ours, or was made under a key that is gone.
    pub fn open_flow(&self, sealed: &str) -> Option<Secret<Vec<u8>>> {
        self.keys().open(&FLOW_PLACE, &hex::decode(sealed).ok()?).ok()
    }
}
