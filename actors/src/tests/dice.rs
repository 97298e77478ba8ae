//! What decides a random history, all of it from its seed.

use mosaic_model::CellId;

use super::house::cell;

/// How many cells there are.
pub(super) const CELLS: u64 = 4;

/// Small and good enough: xorshift.
pub(super) struct Dice(u64);

impl Dice {
    pub(super) const fn of(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15))
    }

    pub(super) const fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }

    pub(super) fn cell(&mut self) -> CellId {
        cell(u128::from(self.below(CELLS)) + 1)
    }

    pub(super) fn exit_code(&mut self) -> i64 {
        self.any_of([1, 1, 137, 78])
    }

    pub(super) fn any_of<T: Copy, const N: usize>(&mut self, things: [T; N]) -> T {
        things[self.index(N).expect("there are some")]
    }

    /// Takes one out.
    pub(super) fn one_of<T>(&mut self, things: &mut Vec<T>) -> Option<T> {
        self.index(things.len()).map(|index| things.swap_remove(index))
    }

    fn index(&mut self, length: usize) -> Option<usize> {
        let bound = u64::try_from(length).expect("small");
        (bound > 0).then(|| usize::try_from(self.below(bound)).expect("small"))
    }
}
