//! The keys of the ring: which are still needed, and sealing everything anew.

use mosaic_model::By;
use mosaic_storage::{KeyUse, Store};

use super::say;

pub(super) async fn rotate(store: &Store) -> anyhow::Result<()> {
    let resealed = store.rotate_keys(&By::host()).await?;
    say(&format!(
        "{resealed} secrets are sealed anew. 0 need any other key: the first key alone opens everything now"
    ));
    Ok(())
}

pub(super) async fn status(store: &Store) -> anyhow::Result<()> {
    for KeyUse { key, position, values } in store.key_uses().await? {
        let place = match position {
            Some(1) => "seals and opens".to_owned(),
            Some(position) if values == 0 => format!("key {position} of the ring; may be dropped"),
            Some(position) => format!("key {position} of the ring; still needed: run `mosaic keys rotate`"),
            None => "not in MOSAIC_SECRET_KEY".to_owned(),
        };
        say(&format!("{key}  {values:>8} sealed values  {place}"));
    }
    Ok(())
}
