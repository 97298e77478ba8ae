//! Why a sign-in through the OIDC provider did not succeed: what stands behind `?error=` of the sign-in page.

/// Declares the reasons with their words and what to tell people.
macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident = $word:literal, $text:literal,)*) => {
        /// A reason. The words are stable; nothing that a provider said is among them.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum SignInError {$(
            $(#[$doc])*
            $name,
        )*}

        impl SignInError {
            /// Every reason.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The word behind `?error=`.
            pub const fn as_str(self) -> &'static str {
                match self {$(Self::$name => $word,)*}
            }

            /// What happened and what to do, for who wanted to sign in.
            pub const fn explanation(self) -> &'static str {
                match self {$(Self::$name => $text,)*}
            }
        }
    };
}

reasons! {
    /// No provider is switched on.
    Off = "oidc_off", "Nobody can sign in through a provider here at the moment.",
    /// Mosaic does not know its own address.
    Setup = "oidc_setup", "The sign-in is not set up completely: an administrator has to set `public_url`.",
    /// The provider cannot be reached, or is not what was configured.
    Unreachable = "oidc_unreachable", "The provider does not answer as it should. Try again in a while, or tell an administrator.",
    /// What the browser brought is too old, was used before, or belongs to another try.
    Expired = "oidc_expired", "This sign-in took too long, or began in another tab or at another address. Try again.",
    /// The provider did not let them in, or they changed their mind.
    Declined = "oidc_declined", "The provider did not complete the sign-in.",
    /// What the provider sent does not hold.
    Failed = "oidc_failed", "What the provider sent could not be trusted. Tell an administrator: the log says what was wrong.",
    /// The provider gives no e-mail address.
    NoEmail = "oidc_no_email", "The provider gave no e-mail address for you, and an account needs one. Tell an administrator.",
    /// The e-mail address is not verified.
    EmailUnverified = "oidc_email_unverified", "Your e-mail address is not verified at the provider. Verify it there and try again.",
    /// The e-mail address is another account's.
    EmailTaken = "oidc_email_taken", "There is an account with your e-mail address that is not connected to this provider. Sign in to it as before, or ask an administrator to remove it or change its address.",
    /// The e-mail address is of no domain that may come in.
    Domain = "oidc_domain", "Your e-mail address is of none of the domains that may sign in here.",
    /// They are in no group that may come in.
    Group = "oidc_group", "You are in none of the groups that may sign in here. Ask an administrator.",
    /// They are shut out.
    Disabled = "oidc_disabled", "Your account is disabled. Ask an administrator.",
    /// Too many failures from there.
    Busy = "oidc_busy", "Too many sign-ins from your address failed. Try again in a few minutes.",
    /// A fault of Mosaic's own.
    Internal = "oidc_internal", "Something went wrong in Mosaic. Try again in a while.",
}

impl SignInError {
    /// Reads a word back.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|reason| reason.as_str() == word)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_reason_has_a_word_of_its_own_that_reads_back() {
        let words: HashSet<&str> = SignInError::ALL.iter().map(|reason| reason.as_str()).collect();
        assert_eq!(words.len(), SignInError::ALL.len());
        for reason in SignInError::ALL {
            assert_eq!(SignInError::parse(reason.as_str()), Some(*reason));
            assert!(reason.explanation().ends_with('.'));
        }
        assert_eq!(SignInError::parse("<script>"), None);
    }
}
