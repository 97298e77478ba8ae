//! The caller's agent as a whole: where it is in its life.

use gloo_net::http::Method;
use mosaic_api::{CellBody, paths};

use super::{Acted, Answer, act, get};
use crate::words::CellDeed;

pub(crate) fn cell() -> Answer<CellBody> {
    get(paths::CELL)
}

pub(crate) fn cell_deed(deed: CellDeed) -> Acted {
    let path = match deed {
        CellDeed::Stop => paths::CELL_STOP,
        CellDeed::Retry => paths::CELL_RETRY,
        CellDeed::Apply => paths::CELL_APPLY,
    };
    act(Method::POST, path)
}
