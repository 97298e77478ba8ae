//! What only administrators reach. None of it opens anybody's keys, chats or memory.

pub(crate) mod fleet;
pub(crate) mod invitations;
pub(crate) mod password;
pub(crate) mod system_agents;
pub(crate) mod users;

pub use self::invitations::invitation_link;
