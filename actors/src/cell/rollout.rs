//! Whether a cell's container is made as it would be now, and going back to the image that it was well with.

use mosaic_docker::{CellSpec, Limits, Seen, fingerprint};
use mosaic_model::{Cause, CellId, Event, ImageNews, Images, Served};
use mosaic_storage::CellRecord;
use tokio::sync::oneshot;

use super::{Handling, refused::patiently};
use crate::{LedgerError, world::World};

impl Handling<'_> {
    /// Another container, at once.
    pub(super) fn recreate(&mut self, reply: oneshot::Sender<()>) {
        if !self.world.is_barred(self.state.cell) {
            self.order(Event::RecreateAsked);
        }
        let _ = reply.send(());
    }
}

/// What the cell's container is to be made of, with the settings of now; none where no network is known for it.
pub(crate) fn spec(world: &World, record: &CellRecord) -> Option<CellSpec> {
    let settings = world.settings();
    Some(CellSpec {
        cell: record.cell,
        image: record.images.choose(&settings.image).to_string(),
        generation: record.generation,
        nonce: record.nonce.clone(),
        subnet: record.subnet?,
        internal_port: world.config.internal_port,
        limits: Limits {
            memory_bytes: u64::from(settings.memory_limit_mib) * 1024 * 1024,
            cpu_millis: settings.cpu_limit_millis,
            pids: settings.pids_limit,
        },
    })
}

/// Whether this container of the cell would be made otherwise now: of another image, with other walls or limits.
pub(super) fn is_superseded(world: &World, record: &CellRecord, seen: &Seen) -> bool {
    spec(world, record).is_some_and(|spec| fingerprint(&spec) != seen.spec)
}

/// What a cell that failed had been given, against what is wanted: another image counts as another configuration,
/// since it may be what helps.
pub(super) async fn given_to_failed(world: &World, record: &CellRecord) -> Result<Served, LedgerError> {
    if record.images.would_be_another(&world.settings().image) {
        return Ok(Served::Outdated);
    }
    world.ports.ledger.served(record.cell).await
}

/// Whether another image stands in from now on for the one that this death may be the fault of.
pub(super) async fn goes_back(world: &World, cell: CellId, cause: &Cause) -> bool {
    if !cause.may_be_the_images_fault() {
        return false;
    }
    let news = ImageNews::Failed { reason: cause.to_string() };
    match patiently(|| world.ports.ledger.note_image(cell, news.clone())).await {
        Ok(images) => tell(cell, &images, cause),
        Err(error) => {
            tracing::error!(%cell, %error, "what stands in for a failed image cannot be found out");
            false
        }
    }
}

fn tell(cell: CellId, images: &Images, cause: &Cause) -> bool {
    let Some(image) = images.goes_back_to() else { return false };
    let failed = images.started.as_ref().map(ToString::to_string).unwrap_or_default();
    tracing::warn!(%cell, %image, failed, %cause, "a cell was not well with its image; the last healthy one stands in for it");
    true
}
