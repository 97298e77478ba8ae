//! Why somebody is not signed in.

use mosaic_api::{Code, LoginMethodBody};

use crate::remote::Failure;

/// What a provider's way back says in `?error=`, in words. Only words of ours: whoever writes a link does not write
/// on this page.
pub(crate) fn provider_error(code: &str) -> &'static str {
    match code {
        "access_denied" | "cancelled" => "You did not finish signing in. Try again when you are ready.",
        "not_allowed" | "not_in_group" | "domain" => {
            "Your account is not among those that may use Mosaic. Ask an administrator to let you in."
        }
        "account_exists" | "email_taken" => {
            "There is already an account with your e-mail address that signs in another way. Ask an administrator to join the two."
        }
        "disabled" => "Your account is switched off. Ask an administrator to switch it on again.",
        "no_email" | "email_unverified" => {
            "Your provider did not confirm an e-mail address for you. Ask an administrator for help."
        }
        "expired" | "state" | "login_required" => {
            "Signing in took too long, or was begun in another tab. Try again."
        }
        "unavailable" | "provider_unavailable" | "temporarily_unavailable" => {
            "The sign-in provider cannot be reached right now. Try again in a minute."
        }
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
