//! The fleet, as an administrator looks after it.

mod actions;
mod figures;
mod list;
mod orders;
mod show;
mod stream;
mod usage;

pub(crate) use self::{
    actions::{
        __path_drain, __path_freeze, __path_recreate, __path_restart, __path_several, __path_start,
        __path_stop, __path_thaw, drain, freeze, recreate, restart, several, start, stop, thaw,
    },
    figures::{__path_figures, figures},
    list::{__path_list, list},
    show::{__path_events, __path_show, events, show},
    stream::{__path_stream, stream},
    usage::{__path_usage, usage},
};

use mosaic_actors::Fleet;
use mosaic_api::{FleetCellBody, FleetOwnerBody, LiveCell};
use mosaic_storage::{FleetEntry, FleetOwner};

use crate::routes::cell::body::{Words, live, state_body};

/// A cell as the database has it, and as its actor has it where there is one: that is newer.
fn body(entry: FleetEntry, fleet: &Fleet) -> FleetCellBody {
    let live = match fleet.known(entry.cell) {
        Some(status) => live(status, Words::KeptBack),
        None => LiveCell {
            id: entry.cell.to_string(),
            state: state_body(entry.state, Words::KeptBack),
            leases: 0,
            waiting: 0,
            waits_for_memory: false,
            waking: None,
        },
    };
    let owner = match entry.owner {
        FleetOwner::User { user, email, disabled } => {
            FleetOwnerBody::User { id: user.to_string(), email, disabled }
        }
        FleetOwner::Fleet { name } => FleetOwnerBody::Fleet { name },
    };
    FleetCellBody { live, owner, generation: entry.generation.0, changed_at: entry.changed_at }
}
