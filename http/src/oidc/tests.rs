//! A provider that does what a certified one never would, and one that is not there.

mod discovery;
mod keys;
mod provider;
mod redirects;
mod tokens;
