//! Lists, a page at a time.

use mosaic_api::Code;

use crate::failure::Failure;

/// How many things are on a page where nobody says otherwise.
const DEFAULT: u32 = 50;
/// The most things on a page.
const MAX: u32 = 200;

/// How many things a page has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PageSize(u32);

impl PageSize {
    /// As many as were asked for, of these things.
    pub(crate) fn of(asked: Option<u32>, things: &str) -> Result<Self, Failure> {
        let size = asked.unwrap_or(DEFAULT);
        let refused = || Failure::new(Code::Invalid, format!("A page has 1 to {MAX} {things}."));
        (1..=MAX).contains(&size).then_some(Self(size)).ok_or_else(refused)
    }

    /// How many to read: one more than is shown says whether there is another page.
    pub(crate) const fn to_read(self) -> u32 {
        self.0 + 1
    }

    /// What is shown of what was read, and the last of it if there is another page.
    pub(crate) fn cut<T, Next>(self, mut read: Vec<T>, next: impl Fn(&T) -> Next) -> (Vec<T>, Option<Next>) {
        let more = read.len() > self.0 as usize;
        read.truncate(self.0 as usize);
        let next = read.last().filter(|_| more).map(next);
        (read, next)
    }
}

/// What a cursor that is none is refused with.
pub(crate) fn no_cursor() -> Failure {
    Failure::new(Code::Invalid, "A cursor is what the last page gave as `next`.")
}
