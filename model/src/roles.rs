//! Roles, and who may take whose access away.

use crate::{AuditActor, UserId};

/// What a user may do beyond their own things.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Runs the installation.
    Admin,
    /// Uses it.
    User,
}

impl Role {
    /// The word stored for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::User => "user",
        }
    }

    /// Reads the stored word back.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Admin, Self::User].into_iter().find(|role| role.as_str() == word)
    }
}

/// How surely somebody can sign in, the surest last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WayIn {
    /// They cannot: they have no password that opens, and no provider knows them.
    None,
    /// Through the OIDC provider, as long as that works.
    Provider,
    /// By a password, whatever state the provider is in.
    Password,
}

/// A user, as far as these rules look at them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Who.
    pub user: UserId,
    /// What they may do.
    pub role: Role,
    /// Whether they are shut out.
    pub disabled: bool,
    /// How surely they can sign in.
    pub way_in: WayIn,
}

impl Standing {
    /// How surely they can look after the installation.
    fn as_admin(&self) -> WayIn {
        if self.role == Role::Admin && !self.disabled { self.way_in } else { WayIn::None }
    }
}

/// What somebody does to a user's access.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccessChange {
    /// Gives them a role.
    Role(Role),
    /// Shuts them out.
    Disable,
    /// Lets them in again.
    Enable,
    /// Erases them and everything of theirs.
    Delete,
}

/// Why it is not done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AccessRefused {
    /// It is one's own.
    #[error("nobody demotes, disables or deletes themselves: ask another administrator")]
    Oneself,
    /// Nobody could look after the installation any more.
    #[error("this is the last administrator who can sign in: make somebody else one first")]
    LastAdmin,
}

impl AccessChange {
    /// Whether an admin is none any more afterwards.
    const fn unseats(self) -> bool {
        matches!(self, Self::Role(Role::User) | Self::Disable | Self::Delete)
    }

    /// Whether it may be done to `target`, given everybody there is: nobody unseats themselves, and of the
    /// enabled admins one stays who can sign in at least as surely as the one who goes.
    ///
    /// # Errors
    /// [`AccessRefused`] says which of the two it breaks.
    pub fn check(
        self,
        by: AuditActor,
        target: &Standing,
        everybody: &[Standing],
    ) -> Result<(), AccessRefused> {
        if !self.unseats() {
            return Ok(());
        }
        if by == AuditActor::User(target.user) {
            return Err(AccessRefused::Oneself);
        }
        let goes = target.as_admin();
        let others = everybody.iter().filter(|other| other.user != target.user);
        let stays = others.map(Standing::as_admin).max().unwrap_or(WayIn::None);
        if goes > WayIn::None && stays < goes { Err(AccessRefused::LastAdmin) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn user(number: usize) -> UserId {
        UserId::from_uuid(Uuid::from_u128(number as u128))
    }

    fn standing(number: usize, role: Role, disabled: bool, way_in: WayIn) -> Standing {
        Standing { user: user(number), role, disabled, way_in }
    }

    fn anybody() -> impl Strategy<Value = (Role, bool, WayIn)> {
        (
            prop_oneof![Just(Role::Admin), Just(Role::User)],
            any::<bool>(),
            prop_oneof![Just(WayIn::None), Just(WayIn::Provider), Just(WayIn::Password)],
        )
    }

    fn any_change() -> impl Strategy<Value = AccessChange> {
        prop_oneof![
            Just(AccessChange::Role(Role::Admin)),
            Just(AccessChange::Role(Role::User)),
            Just(AccessChange::Disable),
            Just(AccessChange::Enable),
            Just(AccessChange::Delete),
        ]
    }

    fn surest(everybody: &[Standing]) -> WayIn {
        everybody.iter().map(Standing::as_admin).max().unwrap_or(WayIn::None)
    }

    fn apply(change: AccessChange, target: usize, everybody: &mut Vec<Standing>) {
        match change {
            AccessChange::Role(role) => everybody[target].role = role,
            AccessChange::Disable => everybody[target].disabled = true,
            AccessChange::Enable => everybody[target].disabled = false,
            AccessChange::Delete => {
                everybody.remove(target);
            }
        }
    }

    proptest! {
        #[test]
        fn whatever_is_done_to_access_somebody_who_can_sign_in_still_looks_after_it(
            people in prop::collection::vec(anybody(), 1..6),
            changes in prop::collection::vec((any_change(), 0_usize..6, 0_usize..7), 1..20),
        ) {
            let person = |(number, &(role, disabled, way_in))| standing(number, role, disabled, way_in);
            let mut everybody: Vec<Standing> = people.iter().enumerate().map(person).collect();
            let before = surest(&everybody);
            for (change, target, by) in changes {
                let Some(standing) = everybody.get(target).copied() else { continue };
                let by = if by == 6 { AuditActor::Host } else { AuditActor::User(user(by)) };
                match change.check(by, &standing, &everybody) {
                    Ok(()) => apply(change, target, &mut everybody),
                    Err(AccessRefused::Oneself) => prop_assert_eq!(by, AuditActor::User(standing.user)),
                    Err(AccessRefused::LastAdmin) => {
                        prop_assert_eq!(standing.as_admin(), surest(&everybody));
                    }
                }
                prop_assert!(surest(&everybody) >= before);
            }
        }
    }

    #[test]
    fn nobody_unseats_themselves_though_others_could_do_it() {
        let root = standing(1, Role::Admin, false, WayIn::Password);
        let everybody = [root, standing(2, Role::Admin, false, WayIn::Password)];
        for change in [AccessChange::Role(Role::User), AccessChange::Disable, AccessChange::Delete] {
            assert_eq!(
                change.check(AuditActor::User(user(1)), &root, &everybody),
                Err(AccessRefused::Oneself)
            );
            assert_eq!(change.check(AuditActor::User(user(2)), &root, &everybody), Ok(()));
        }
    }

    #[test]
    fn an_admin_who_depends_on_a_provider_does_not_replace_one_with_a_password() {
        let root = standing(1, Role::Admin, false, WayIn::Password);
        let provided = standing(2, Role::Admin, false, WayIn::Provider);
        let everybody = [root, provided, standing(3, Role::Admin, true, WayIn::Password)];
        let refused = AccessChange::Delete.check(AuditActor::Host, &root, &everybody);
        assert_eq!(refused, Err(AccessRefused::LastAdmin));
        assert_eq!(AccessChange::Delete.check(AuditActor::Host, &provided, &everybody), Ok(()));
    }

    #[test]
    fn every_role_reads_back() {
        for role in [Role::Admin, Role::User] {
            assert_eq!(Role::parse(role.as_str()), Some(role));
        }
        assert_eq!(Role::parse("root"), None);
    }
}
