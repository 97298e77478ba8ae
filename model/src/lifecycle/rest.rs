//! When a cell that nobody uses is put to sleep, and how.

use chrono::TimeDelta;

use super::{Config, Hindrance, Idle, StopReason};
use crate::{Settings, Timestamp};

/// When a cell that nobody uses is put to sleep.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RestRules {
    /// How long it may be idle before it is frozen; none where it is never frozen.
    pub freeze_after: Option<TimeDelta>,
    /// How long it may be idle before it is stopped.
    pub stop_after: TimeDelta,
    /// It is not put to sleep, however long nobody uses it.
    pub keep_awake: bool,
}

/// What a cell's owner wants of its rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RestWishes {
    /// It is not to be put to sleep, however long nobody uses it.
    pub keep_awake: bool,
    /// It is to be stopped when nobody used it for this long; none where the installation's timeout will do.
    pub idle_timeout_secs: Option<u32>,
}

/// What an idle cell's gateway is asked to suspend for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aim {
    /// To be paused.
    Freeze,
    /// To be stopped.
    Stop(StopReason),
}

impl RestRules {
    /// The owner's wishes, as far as the installation grants them. `freezes` is whether the engine can.
    pub fn of(settings: &Settings, wishes: &RestWishes, freezes: bool) -> Self {
        let limit = settings.idle_timeout_secs;
        let stop_after = wishes.idle_timeout_secs.map_or(limit, |own| own.min(limit));
        let freezes = freezes && settings.freeze_after_secs > 0;
        Self {
            freeze_after: freezes.then(|| TimeDelta::seconds(settings.freeze_after_secs.into())),
            stop_after: TimeDelta::seconds(stop_after.into()),
            keep_awake: wishes.keep_awake && settings.keep_awake_allowed,
        }
    }

    /// When an idle cell that runs is put to sleep next, and how; none where it is kept awake.
    ///
    /// An outdated or drained one goes at once, whatever keeps it awake: an outdated one comes back with what is wanted.
    pub(super) fn next(&self, idle: &Idle, config: Config, now: Timestamp) -> Option<(Timestamp, Aim)> {
        let not_before = match &idle.hindrance {
            Hindrance::Busy { until, .. } => *until,
            Hindrance::Nothing | Hindrance::Unfreezable => idle.since,
        };
        match config {
            Config::Current => {}
            Config::Outdated => return Some((not_before, Aim::Stop(StopReason::Reconfigured))),
            Config::Superseded => return Some((not_before, Aim::Stop(StopReason::Recreated))),
            Config::Drained { .. } => return Some((not_before, Aim::Stop(StopReason::Drained))),
        }
        if self.keep_awake {
            return None;
        }
        let stop_at = (idle.since + self.stop_after).max(not_before);
        let freezes = idle.hindrance != Hindrance::Unfreezable;
        let freeze_at =
            self.freeze_after.filter(|_| freezes).map(|after| (idle.since + after).max(not_before));
        match freeze_at {
            Some(freeze_at) if freeze_at < stop_at && now < stop_at => Some((freeze_at, Aim::Freeze)),
            _ => Some((stop_at, Aim::Stop(StopReason::Idle))),
        }
    }

    /// When an idle cell that runs is to be looked at again.
    pub(super) fn look_at(&self, idle: &Idle, config: Config) -> Option<Timestamp> {
        match &idle.hindrance {
            Hindrance::Busy { until, .. } => Some(*until),
            Hindrance::Nothing | Hindrance::Unfreezable => {
                self.next(idle, config, idle.since).map(|(due, _)| due)
            }
        }
    }
}
