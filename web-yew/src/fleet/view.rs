//! Which agents to show, and in which order.

use std::cmp::{Ordering, Reverse};

use chrono::{DateTime, Utc};
use mosaic_api::CellStateBody;

use super::{Agent, Fleet};
use crate::route;

/// Where an agent is in its life, as far as whoever looks after all of them has to tell apart at a glance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Standing {
    GivenUp,
    Failed,
    Moving,
    Running,
    Frozen,
    Asleep,
}

impl Standing {
    /// Those that ask for somebody come first.
    pub(crate) const ALL: [Self; 6] =
        [Self::GivenUp, Self::Failed, Self::Moving, Self::Running, Self::Frozen, Self::Asleep];

    pub(crate) const fn of(state: &CellStateBody) -> Self {
        match state {
            CellStateBody::Absent => Self::Asleep,
            CellStateBody::Starting { .. }
            | CellStateBody::Draining { .. }
            | CellStateBody::Freezing { .. }
            | CellStateBody::Thawing { .. }
            | CellStateBody::Stopping { .. } => Self::Moving,
            CellStateBody::Running { .. } => Self::Running,
            CellStateBody::Frozen { .. } => Self::Frozen,
            CellStateBody::Failed { .. } => Self::Failed,
            CellStateBody::Quarantined { .. } => Self::GivenUp,
        }
    }

    /// In the address bar.
    const fn word(self) -> &'static str {
        match self {
            Self::GivenUp => "given-up",
            Self::Failed => "failed",
            Self::Moving => "moving",
            Self::Running => "running",
            Self::Frozen => "resting",
            Self::Asleep => "asleep",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|standing| standing.word() == word)
    }
}

/// What the list is ordered by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Sort {
    #[default]
    Owner,
    /// Those that ask for somebody come first.
    State,
    /// Those that changed last come first.
    Changed,
}

impl Sort {
    const ALL: [Self; 3] = [Self::Owner, Self::State, Self::Changed];

    /// In the address bar.
    const fn word(self) -> &'static str {
        match self {
            Self::Owner => "",
            Self::State => "state",
            Self::Changed => "changed",
        }
    }
}

/// Of how long figures are told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Span {
    Hour,
    #[default]
    Day,
    Week,
}

impl Span {
    pub(crate) const ALL: [Self; 3] = [Self::Hour, Self::Day, Self::Week];

    pub(crate) const fn hours(self) -> u32 {
        match self {
            Self::Hour => 1,
            Self::Day => 24,
            Self::Week => 7 * 24,
        }
    }

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Hour => "1 hour",
            Self::Day => "1 day",
            Self::Week => "1 week",
        }
    }

    /// In the address bar.
    const fn word(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "",
            Self::Week => "week",
        }
    }
}

/// What to show of the fleet: which agents, in which order, and how much of what happened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct View {
    /// A part of the owner's e-mail address or of the agent's id.
    pub(crate) text: String,
    pub(crate) standing: Option<Standing>,
    pub(crate) sort: Sort,
    /// Whether it is the other way around.
    pub(crate) reversed: bool,
    pub(crate) span: Span,
}

impl View {
    /// From the address bar.
    pub(crate) fn from_query(query: &str) -> Self {
        let value = |name| route::query_value(query, name).unwrap_or_default();
        let (sort, span) = (value("sort"), value("figures"));
        Self {
            text: value("text"),
            standing: Standing::parse(&value("state")),
            sort: Sort::ALL.into_iter().find(|known| known.word() == sort).unwrap_or_default(),
            reversed: value("order") == "reversed",
            span: Span::ALL.into_iter().find(|known| known.word() == span).unwrap_or_default(),
        }
    }

    /// For the address bar.
    pub(crate) fn query(&self) -> String {
        route::query(&[
            ("text", &self.text),
            ("state", self.standing.map_or("", Standing::word)),
            ("sort", self.sort.word()),
            ("order", if self.reversed { "reversed" } else { "" }),
            ("figures", self.span.word()),
        ])
    }

    /// The same, ordered by this; the other way around if it already is.
    pub(crate) fn sorted(&self, sort: Sort) -> Self {
        Self { sort, reversed: self.sort == sort && !self.reversed, ..self.clone() }
    }

    fn shows(&self, agent: &Agent, text: &str) -> bool {
        self.standing.is_none_or(|standing| standing == Standing::of(&agent.state))
            && (agent.key.contains(text) || agent.id.contains(text))
    }

    fn compare(&self, one: &Agent, other: &Agent) -> Ordering {
        let by_owner = || one.key.cmp(&other.key).then_with(|| one.id.cmp(&other.id));
        let ordering = match self.sort {
            Sort::Owner => by_owner(),
            Sort::State => Standing::of(&one.state).cmp(&Standing::of(&other.state)).then_with(by_owner),
            Sort::Changed => Reverse(one.changed_at).cmp(&Reverse(other.changed_at)).then_with(by_owner),
        };
        if self.reversed { ordering.reverse() } else { ordering }
    }
}

impl Fleet {
    /// The places of the agents to show, in order.
    pub(crate) fn places(&self, view: &View) -> Vec<usize> {
        let text = view.text.trim().to_lowercase();
        let shown = self.agents.iter().enumerate().filter(|(_, agent)| view.shows(agent, &text));
        let mut shown: Vec<(usize, &Agent)> = shown.collect();
        shown.sort_unstable_by(|(_, one), (_, other)| view.compare(one, other));
        shown.into_iter().map(|(place, _)| place).collect()
    }

    /// How many agents stand where, in the order of [`Standing::ALL`].
    pub(crate) fn counts(&self) -> [usize; Standing::ALL.len()] {
        let mut counts = [0; Standing::ALL.len()];
        for agent in &self.agents {
            counts[Standing::of(&agent.state) as usize] += 1;
        }
        counts
    }
}

/// Since when an agent is where it is; none for one that sleeps.
pub(crate) const fn since(state: &CellStateBody) -> Option<DateTime<Utc>> {
    match state {
        CellStateBody::Absent => None,
        CellStateBody::Starting { since }
        | CellStateBody::Running { since, .. }
        | CellStateBody::Draining { since }
        | CellStateBody::Freezing { since }
        | CellStateBody::Frozen { since, .. }
        | CellStateBody::Thawing { since }
        | CellStateBody::Stopping { since }
        | CellStateBody::Failed { since, .. }
        | CellStateBody::Quarantined { since, .. } => Some(*since),
    }
}
