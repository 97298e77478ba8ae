//! Time as a dependency: nothing in Mosaic asks the machine what time it is except through [`Clock`].

/// A moment, in UTC.
pub type Timestamp = chrono::DateTime<chrono::Utc>;

/// Where the time comes from: the machine in production, paused time in tests.
pub trait Clock: Send + Sync + std::fmt::Debug {
    /// The present moment. Never runs backwards within one process.
    fn now(&self) -> Timestamp;
}
