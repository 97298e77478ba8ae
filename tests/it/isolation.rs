//! Nobody crosses over: the matrix of every operation, the containers' walls, and planted secrets.

mod canary;
mod matrix;
mod proof;
mod walls;
