//! Looks: each component draws what it is given and owns no data but what is being typed.

mod answer;
mod composer;
mod mark;
mod notice;
mod prose;
mod thread;
mod top_bar;

pub(crate) use answer::Answer;
pub(crate) use composer::Composer;
pub(crate) use mark::Mark;
pub(crate) use notice::Notice;
pub(crate) use prose::Prose;
pub(crate) use thread::Thread;
pub(crate) use top_bar::TopBar;
