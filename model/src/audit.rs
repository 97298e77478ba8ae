//! What the audit log says, and how its entries are chained.
//!
//! An entry names people and things by their ids: whoever reads the log looks names up, and a deleted user
//! leaves none behind. Nothing secret and nothing of a chat has a place in it.

mod chain;

use std::{fmt, net::IpAddr};

use sha2::{Digest, Sha256};

pub use self::chain::{AuditBreak, AuditEnd, AuditExcerpt};
use crate::{AgentId, CellId, InvitationId, ProviderId, SessionId, Timestamp, TokenId, UserId, words::words};

/// The hash before the first entry.
pub const AUDIT_GENESIS: AuditHash = [0; 32];

/// SHA-256 of an entry and of the hash before it.
pub type AuditHash = [u8; 32];

/// Who did it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuditActor {
    /// Somebody who had proved who they are.
    User(UserId),
    /// Somebody who had not.
    Anonymous,
    /// Whoever runs commands on the host, with the database and its key.
    Host,
    /// Mosaic by itself.
    Mosaic,
}

/// Who does something, and from where: whatever is worth an entry asks for one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct By {
    /// Who.
    pub actor: AuditActor,
    /// From which address; none where no request came in.
    pub address: Option<IpAddr>,
    /// Names the request in Mosaic's logs; empty where there was none.
    pub request_id: String,
}

impl By {
    /// By a command on the host.
    pub const fn host() -> Self {
        Self { actor: AuditActor::Host, address: None, request_id: String::new() }
    }

    /// By Mosaic itself.
    pub const fn mosaic() -> Self {
        Self { actor: AuditActor::Mosaic, address: None, request_id: String::new() }
    }

    /// The same request, once it is known who sent it.
    #[must_use]
    pub fn user(&self, user: UserId) -> Self {
        Self { actor: AuditActor::User(user), ..self.clone() }
    }
}

words! {
    /// What was done. The words are stored: they never change.
    AuditAction:
    /// A token of admin scope was used; noted once in a while, not at every request.
    AdminTokenUsed = "admin_token.used",
    /// An agent was added.
    AgentAdded = "agent.added",
    /// An agent was changed.
    AgentChanged = "agent.changed",
    /// An agent was removed.
    AgentRemoved = "agent.removed",
    /// The log was exported.
    AuditExported = "audit.exported",
    /// A cell was asked to run with a changed configuration at once.
    CellConfigApplied = "cell.config_applied",
    /// A cell is to be kept awake or not, or to sleep at another time; the detail says what its owner wants.
    CellRestChanged = "cell.rest_changed",
    /// A cell was stopped and started again by hand.
    CellRestarted = "cell.restarted",
    /// A cell was told to end what it does, and to stop.
    CellDrained = "cell.drained",
    /// A cell was frozen by hand.
    CellFrozen = "cell.frozen",
    /// A frozen cell was brought back by hand.
    CellThawed = "cell.thawed",
    /// A cell's container was made anew by hand.
    CellRecreated = "cell.recreated",
    /// A cell was asked to try again.
    CellRetried = "cell.retried",
    /// A cell was started by hand.
    CellStarted = "cell.started",
    /// A cell was stopped by hand.
    CellStopped = "cell.stopped",
    /// An invitation was accepted: the local account is new.
    InvitationAccepted = "invitation.accepted",
    /// Somebody was invited.
    InvitationMade = "invitation.made",
    /// An invitation was taken back.
    InvitationRevoked = "invitation.revoked",
    /// Everything was sealed anew under another master key.
    KeysRotated = "keys.rotated",
    /// Somebody signed in, or tried to.
    Login = "login",
    /// Somebody signed out.
    Logout = "logout",
    /// The first set-up was completed.
    OnboardingCompleted = "onboarding.completed",
    /// The OIDC configuration was changed.
    OidcChanged = "oidc.changed",
    /// The OIDC configuration was removed.
    OidcRemoved = "oidc.removed",
    /// A login was tried out with an OIDC configuration that need not be switched on.
    OidcTried = "oidc.tried",
    /// Somebody changed their own password.
    PasswordChanged = "password.changed",
    /// An admin or the host gave somebody a new password.
    PasswordReset = "password.reset",
    /// A provider account was added.
    ProviderAdded = "provider.added",
    /// A provider account was changed; the detail names the fields.
    ProviderChanged = "provider.changed",
    /// A provider account's key was replaced.
    ProviderKeyReplaced = "provider.key_replaced",
    /// A provider account was removed.
    ProviderRemoved = "provider.removed",
    /// One session was ended from another.
    SessionEnded = "session.ended",
    /// All sessions of somebody, or all but one, were ended.
    SessionsEnded = "sessions.ended",
    /// A setting was changed.
    SettingChanged = "setting.changed",
    /// An agent of the fleet's own was changed; the detail says what.
    SystemAgentChanged = "system_agent.changed",
    /// An agent of the fleet's own was declared.
    SystemAgentDeclared = "system_agent.declared",
    /// An agent of the fleet's own and everything of it was erased.
    SystemAgentDeleted = "system_agent.deleted",
    /// A personal token was made.
    TokenCreated = "token.created",
    /// A personal token was revoked.
    TokenRevoked = "token.revoked",
    /// A user was added.
    UserCreated = "user.created",
    /// A user and everything of theirs was erased.
    UserDeleted = "user.deleted",
    /// A user was shut out.
    UserDisabled = "user.disabled",
    /// A user was let in again.
    UserEnabled = "user.enabled",
    /// A user's role was changed.
    UserRoleChanged = "user.role_changed",
}

/// What it was done to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuditTarget {
    /// Nothing in particular.
    None,
    /// An agent.
    Agent(AgentId),
    /// A cell.
    Cell(CellId),
    /// An invitation.
    Invitation(InvitationId),
    /// A provider account.
    Provider(ProviderId),
    /// A session.
    Session(SessionId),
    /// A setting, by its key.
    Setting(String),
    /// A personal token.
    Token(TokenId),
    /// A user.
    User(UserId),
}

impl fmt::Display for AuditTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => Ok(()),
            Self::Agent(id) => write!(f, "agent/{id}"),
            Self::Cell(id) => write!(f, "cell/{id}"),
            Self::Invitation(id) => write!(f, "invitation/{id}"),
            Self::Provider(id) => write!(f, "provider/{id}"),
            Self::Session(id) => write!(f, "session/{id}"),
            Self::Setting(key) => write!(f, "setting/{key}"),
            Self::Token(id) => write!(f, "token/{id}"),
            Self::User(id) => write!(f, "user/{id}"),
        }
    }
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AuditOutcome {
    /// It was done.
    Done,
    /// It was not allowed.
    Refused,
    /// It was allowed and did not succeed.
    Failed,
}

impl AuditOutcome {
    /// The word stored and shown for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }

    /// Reads the stored word back.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Done, Self::Refused, Self::Failed].into_iter().find(|outcome| outcome.as_str() == word)
    }
}

/// An act, before it has its place in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// Who did it, and from where.
    pub by: By,
    /// What.
    pub action: AuditAction,
    /// To what.
    pub target: AuditTarget,
    /// How it ended.
    pub outcome: AuditOutcome,
    /// A few words more, such as the new role. Never a secret, never what a person wrote.
    pub detail: String,
}

impl AuditEntry {
    /// An act that was done.
    pub fn done(by: &By, action: AuditAction, target: AuditTarget) -> Self {
        Self { by: by.clone(), action, target, outcome: AuditOutcome::Done, detail: String::new() }
    }

    /// An act that was refused, and why.
    pub fn refused(by: &By, action: AuditAction, target: AuditTarget, why: impl Into<String>) -> Self {
        Self { outcome: AuditOutcome::Refused, detail: why.into(), ..Self::done(by, action, target) }
    }

    /// With these words more.
    #[must_use]
    pub fn detailed(self, detail: impl Into<String>) -> Self {
        Self { detail: detail.into(), ..self }
    }
}

/// An entry as it stands in the log: in the words that are stored and hashed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRecord {
    /// Its place, from 1 on without a gap.
    pub number: u64,
    /// When, to the microsecond.
    pub at: Timestamp,
    /// `user`, `anonymous`, `host` or `mosaic`.
    pub actor: String,
    /// Which user.
    pub actor_id: Option<UserId>,
    /// The word of an [`AuditAction`], perhaps of another version of Mosaic.
    pub action: String,
    /// An [`AuditTarget`] as text.
    pub target: String,
    /// The word of an [`AuditOutcome`].
    pub outcome: String,
    /// A few words more.
    pub detail: String,
    /// From which address; empty where no request came in.
    pub address: String,
    /// The request's id; empty where there was none.
    pub request_id: String,
}

impl AuditRecord {
    /// Gives an act its place.
    pub fn new(number: u64, at: Timestamp, entry: &AuditEntry) -> Self {
        let (actor, actor_id) = match entry.by.actor {
            AuditActor::User(user) => ("user", Some(user)),
            AuditActor::Anonymous => ("anonymous", None),
            AuditActor::Host => ("host", None),
            AuditActor::Mosaic => ("mosaic", None),
        };
        Self {
            number,
            at,
            actor: actor.to_owned(),
            actor_id,
            action: entry.action.as_str().to_owned(),
            target: entry.target.to_string(),
            outcome: entry.outcome.as_str().to_owned(),
            detail: entry.detail.clone(),
            address: entry.by.address.map(|address| address.to_string()).unwrap_or_default(),
            request_id: entry.by.request_id.clone(),
        }
    }

    /// Its hash after `previous`. Every field stands behind its length, so that no two records look alike.
    pub fn hash(&self, previous: &AuditHash) -> AuditHash {
        let mut hash = Sha256::new();
        let actor_id = self.actor_id.map(|id| id.to_string()).unwrap_or_default();
        let fields: [&[u8]; 11] = [
            previous,
            &self.number.to_be_bytes(),
            &self.at.timestamp_micros().to_be_bytes(),
            self.actor.as_bytes(),
            actor_id.as_bytes(),
            self.action.as_bytes(),
            self.target.as_bytes(),
            self.outcome.as_bytes(),
            self.detail.as_bytes(),
            self.address.as_bytes(),
            self.request_id.as_bytes(),
        ];
        for field in fields {
            hash.update((field.len() as u64).to_be_bytes());
            hash.update(field);
        }
        hash.finalize().into()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    fn record(number: u64, target: &str, detail: &str) -> AuditRecord {
        let entry = AuditEntry::done(&By::host(), AuditAction::Login, AuditTarget::None).detailed(detail);
        let record = AuditRecord::new(number, Timestamp::UNIX_EPOCH, &entry);
        AuditRecord { target: target.to_owned(), ..record }
    }

    #[test]
    fn every_act_has_a_word_of_its_own_that_reads_back() {
        let words: HashSet<&str> = AuditAction::ALL.iter().map(|action| action.as_str()).collect();
        assert_eq!(words.len(), AuditAction::ALL.len());
        for action in AuditAction::ALL {
            assert_eq!(AuditAction::parse(action.as_str()), Some(*action));
        }
    }

    proptest! {
        #[test]
        fn records_that_differ_hash_differently(
            a in (1_u64..5, "[a-c/]{0,4}", "[a-c/]{0,4}"),
            b in (1_u64..5, "[a-c/]{0,4}", "[a-c/]{0,4}"),
            previous: [u8; 32],
        ) {
            let (first, second) = (record(a.0, &a.1, &a.2), record(b.0, &b.1, &b.2));
            prop_assert_eq!(first.hash(&previous) == second.hash(&previous), a == b);
            prop_assert_eq!(first.hash(&previous) == first.hash(&AUDIT_GENESIS), previous == AUDIT_GENESIS);
        }
    }
}
