//! What the tests stand on: a test image, an installation of one's own, and a look inside a cell.

mod image;
mod inside;
mod installation;
pub(crate) mod machine;

pub(crate) use self::{
    image::{Image, compiled},
    inside::Ran,
    installation::{GRACE, Installation, closed, token},
};

use std::{fs::File, io::Read};

/// Random bytes, so that no two test runs meet.
pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    File::open("/dev/urandom").and_then(|mut file| file.read_exact(&mut bytes)).expect("a kernel");
    bytes
}
