//! Images of one cell: which one its next container is made of.
//!
//! Normally the wanted one. Where a cell was not well with that, the last one that it was well with stands in for it,
//! until another one is wanted or somebody asks for another try. The choice is made anew before every start.

use serde::{Deserialize, Serialize};

use crate::{ImageName, Timestamp};

/// What became of a cell's images.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Images {
    /// That of its present, or last, container.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started: Option<ImageName>,
    /// The last one that its gateway became ready with, and was well with afterwards.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub healthy: Option<ImageName>,
    /// The one that it was not well with, while another was healthy: not tried again by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failed: Option<FailedImage>,
}

/// An image that a cell was not well with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailedImage {
    /// Its name.
    pub image: ImageName,
    /// When that was found.
    pub since: Timestamp,
    /// How its container ended, in a sentence; nothing that the container itself said.
    pub reason: String,
}

/// What happens to a cell's images.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImageNews {
    /// A container is about to be made, and this image is wanted.
    Starting {
        /// The image that all cells should have.
        wanted: ImageName,
    },
    /// The gateway became ready with what its container was made of, and is well.
    Healthy,
    /// The container ended, hung or was never ready, in a way that its image may be to blame for.
    Failed {
        /// How, in a sentence.
        reason: String,
    },
    /// Whatever failed is to be tried again.
    Forgiven,
}

impl Images {
    /// What the next container is made of.
    pub fn choose<'a>(&'a self, wanted: &'a ImageName) -> &'a ImageName {
        match (&self.failed, &self.healthy) {
            (Some(failed), Some(healthy)) if failed.image == *wanted => healthy,
            _ => wanted,
        }
    }

    /// What is known after the news.
    #[must_use]
    pub fn after(mut self, news: ImageNews, now: Timestamp) -> Self {
        match news {
            ImageNews::Starting { wanted } => {
                self.failed = self.failed.filter(|failed| failed.image == wanted);
                self.started = Some(self.choose(&wanted).clone());
            }
            ImageNews::Healthy => {
                self.failed = self.failed.filter(|failed| Some(&failed.image) != self.started.as_ref());
                self.healthy.clone_from(&self.started);
            }
            // What was healthy before, or had nothing before it, has nothing to go back to.
            ImageNews::Failed { reason } => {
                if let (Some(started), Some(healthy)) = (&self.started, &self.healthy)
                    && started != healthy
                {
                    self.failed = Some(FailedImage { image: started.clone(), since: now, reason });
                }
            }
            ImageNews::Forgiven => self.failed = None,
        }
        self
    }

    /// What stands in for the image that the last container was made of and was not well with.
    pub fn goes_back_to(&self) -> Option<&ImageName> {
        let failed = self.failed.as_ref().filter(|failed| Some(&failed.image) == self.started.as_ref());
        self.healthy.as_ref().filter(|_| failed.is_some())
    }

    /// The image that the present, or last, container should have been made of, and was not.
    pub fn stands_in_for(&self) -> Option<&FailedImage> {
        self.failed.as_ref().filter(|_| self.started.is_some() && self.started == self.healthy)
    }

    /// Whether the last container would be made of another image now.
    pub fn would_be_another(&self, wanted: &ImageName) -> bool {
        self.started.as_ref().is_some_and(|started| started != self.choose(wanted))
    }
}

#[cfg(test)]
mod tests;
