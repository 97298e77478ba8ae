//! Why somebody is not signed in.

use mosaic_api::{Code, LoginMethodBody};

use crate::remote::Failure;

/// What a provider's way back says in `?error=`, in words. Only words of ours: whoever writes a link does not write
/// on this page.
pub(crate) fn provider_error(code: &str) -> &'static str {
    match code {
        "oidc_off" | "oidc_setup" => {
            "Nobody can sign in through a provider here at the moment. Ask an administrator."
        }
        "oidc_unreachable" => {
            "The sign-in provider does not answer as it should. Try again in a few minutes."
        }
        "oidc_expired" => "Signing in took too long, or was begun in another tab. Try again.",
        "oidc_declined" => "You did not finish signing in. Try again when you are ready.",
        "oidc_no_email" => {
            "The provider gave no e-mail address for you, and an account needs one. Ask an administrator."
        }
        "oidc_email_unverified" => {
            "Your e-mail address is not verified at the provider. Verify it there, then try again."
        }
        "oidc_email_taken" => {
            "There is an account with your e-mail address that signs in another way. Sign in to it as before, or ask an administrator."
        }
        "oidc_domain" | "oidc_group" => {
            "Your account is not among those that may sign in here. Ask an administrator to let you in."
        }
        "oidc_disabled" => "Your account is disabled. Ask an administrator to enable it again.",
        "oidc_busy" => "Too many sign-ins from your address failed. Try again in a few minutes.",
        _ => {
            "Signing in through the provider did not work. Try again; if it keeps failing, tell an administrator."
        }
    }
}

/// Why the server refused a password, in words that stay true while the wait is counted down elsewhere.
pub(crate) fn refused(failure: &Failure) -> String {
    if failure.is(Code::WrongPassword) {
        return "E-mail address or password is wrong. Check both and try again.".to_owned();
    }
    failure.detail.clone()
}

/// How somebody signs in.
pub(crate) const fn means(method: LoginMethodBody) -> &'static str {
    match method {
        LoginMethodBody::Breakglass => "With an administrator's password",
        LoginMethodBody::Local => "With a password",
        LoginMethodBody::Oidc => "Through the provider",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_that_is_not_known_gets_words_of_ours() {
        let words = provider_error("<b>call 555-0100</b>");
        assert!(words.contains("did not work") && !words.contains("555"), "{words}");
    }
}
