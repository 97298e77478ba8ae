//! The caller's agent as a whole: where it is in its life.

use gloo_net::http::Method;
use mosaic_api::{CellBody, paths};

use super::{act, get};
use crate::remote::Failure;
use crate::words::CellDeed;

pub(crate) async fn cell() -> Result<CellBody, Failure> {
    get(paths::CELL).await
}

pub(crate) async fn cell_deed(deed: CellDeed) -> Result<(), Failure> {
    let path = match deed {
        CellDeed::Stop => paths::CELL_STOP,
        CellDeed::Retry => paths::CELL_RETRY,
        CellDeed::Apply => paths::CELL_APPLY,
    };
    act(Method::POST, path).await
}
