//! What this process does about what another one did.

use mosaic_actors::Fleet;
use mosaic_http::HttpState;
use mosaic_storage::News;

/// Forgets what may not be true any more, and has the cells that it concerns look for themselves.
pub(crate) fn heed(fleet: Fleet, state: HttpState) -> impl Fn(News) + Send {
    move |news| {
        state.forget(&news);
        match news {
            News::ConfigChanged(cell) => fleet.config_changed(cell),
            News::Missed => fleet.reconcile(),
            // The store has read the settings, and neither a changed right nor a new user is the cells' business.
            News::Settings | News::AccessChanged(_) | News::Newcomer(_) => {}
        }
    }
}
