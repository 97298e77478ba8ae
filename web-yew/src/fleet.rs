//! Everybody's agents as the page knows them, without a clock, a network or a screen.
//!
//! The list says who there is; the stream says where each is in its life. What the stream has told is newer than what
//! any page of the list says.

mod orders;
#[cfg(test)]
mod tests;
mod view;

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use mosaic_api::{CellStateBody, FleetCellBody, FleetDelta, FleetNewcomer, FleetOwnerBody, FleetStreamData};

pub(crate) use self::{
    orders::{RARE, USUAL, offered},
    view::{Sort, Span, Standing, View, since},
};

/// All agents.
#[derive(Debug, Default)]
pub(crate) struct Fleet {
    agents: Vec<Agent>,
    places: HashMap<String, usize>,
    /// What the stream has told, of agents too that the list has not got yet. One that it was silent about since its
    /// last snapshot sleeps.
    told: HashMap<String, CellStateBody>,
}

/// One agent.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Agent {
    pub(crate) id: String,
    /// Whose it is.
    pub(crate) owner: FleetOwnerBody,
    pub(crate) state: CellStateBody,
    pub(crate) changed_at: Option<DateTime<Utc>>,
    /// Counts what the stream has told of it.
    pub(crate) news: u32,
    /// What it is found and ordered by: its name in lower case.
    key: String,
}

impl Agent {
    /// What it is called: by its owner.
    pub(crate) fn name(&self) -> &str {
        self.owner.name()
    }

    fn change(&mut self, state: CellStateBody) {
        if self.state != state {
            self.state = state;
            self.news += 1;
        }
    }
}

impl Fleet {
    pub(crate) fn len(&self) -> usize {
        self.agents.len()
    }

    pub(crate) fn agent(&self, place: usize) -> Option<&Agent> {
        self.agents.get(place)
    }

    pub(crate) fn find(&self, id: &str) -> Option<&Agent> {
        self.agent(*self.places.get(id)?)
    }

    /// Takes in a part of the list.
    pub(crate) fn list(&mut self, cells: Vec<FleetCellBody>) {
        for cell in cells {
            let FleetCellBody { live, owner, changed_at, .. } = cell;
            let state = self.told.get(&live.id).cloned().unwrap_or(live.state);
            if let Some(known) = self.known(&live.id) {
                known.owner = owner;
                known.changed_at = changed_at.max(known.changed_at);
                known.change(state);
                continue;
            }
            let (id, news) = (live.id, 0);
            let mut agent = Agent { id, owner, state, changed_at, news, key: String::new() };
            agent.key = agent.name().to_lowercase();
            self.places.insert(agent.id.clone(), self.agents.len());
            self.agents.push(agent);
        }
    }

    /// Takes in what the stream tells.
    pub(crate) fn hear(&mut self, told: FleetStreamData) {
        match told {
            FleetStreamData::Snapshot(awake) => {
                self.told = awake.cells.into_iter().map(|cell| (cell.id, cell.state)).collect();
                for agent in &mut self.agents {
                    agent.change(self.told.get(&agent.id).cloned().unwrap_or(CellStateBody::Absent));
                }
            }
            FleetStreamData::Delta(delta) => {
                let FleetDelta { id, at, to, .. } = *delta;
                if let Some(known) = self.known(&id) {
                    known.changed_at = Some(at);
                    known.news += 1;
                    known.state = to.clone();
                }
                self.told.insert(id, to);
            }
            FleetStreamData::Newcomer(FleetNewcomer { newcomer }) => {
                self.told.entry(newcomer).or_insert(CellStateBody::Absent);
            }
        }
    }

    /// Agents that the stream has told of and the list has not got: somebody new.
    pub(crate) fn strangers(&self) -> Vec<String> {
        self.told.keys().filter(|id| !self.places.contains_key(*id)).cloned().collect()
    }

    fn known(&mut self, id: &str) -> Option<&mut Agent> {
        self.agents.get_mut(*self.places.get(id)?)
    }
}
