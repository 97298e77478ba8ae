//! Secrets on the wire: passwords, keys, tokens and codes.

use std::fmt;

use mosaic_model::Secret;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A text that is secret: it does not show itself when printed, and is wiped from memory when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretText(Secret<String>);

impl SecretText {
    /// Shows the text; every call is a place where it could leak.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }

    /// The text, for whoever works with it.
    pub fn into_secret(self) -> Secret<String> {
        self.0
    }
}

impl From<String> for SecretText {
    fn from(text: String) -> Self {
        Self(Secret::new(text))
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretText(..)")
    }
}

impl Serialize for SecretText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.expose())
    }
}

impl<'de> Deserialize<'de> for SecretText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use serde_json::{from_value, json, to_value};

    use crate::{
        AcceptInvitation, ChangePassword, ChangeProvider, InvitationCode, Login, MadeInvitation, MadeToken,
        NewProvider, ReplaceKey, ResetPassword, SecretText, TestProvider,
    };

    const CANARY: &str = "canary-3b1f";

    fn secret() -> SecretText {
        SecretText::from(CANARY.to_owned())
    }

    #[test]
    fn nothing_that_carries_a_secret_shows_it_when_printed() {
        let text = String::new;
        let printed = [
            format!("{:?}", Login { email: text(), password: secret() }),
            format!("{:?}", ChangePassword { current: secret(), new: secret() }),
            format!("{:?}", MadeToken { id: text(), token: secret() }),
            format!("{:?}", InvitationCode { code: secret() }),
            format!("{:?}", AcceptInvitation { code: secret(), password: secret() }),
            format!("{:?}", ResetPassword { password: secret() }),
            format!("{:?}", MadeInvitation { id: text(), link: secret(), expires_at: DateTime::UNIX_EPOCH }),
            format!("{:?}", ReplaceKey { api_key: secret() }),
            format!("{:?}", NewProvider { api_key: Some(secret()), ..NewProvider::default() }),
            format!("{:?}", ChangeProvider { api_key: Some(secret()), ..ChangeProvider::default() }),
            format!("{:?}", TestProvider { api_key: Some(secret()), ..TestProvider::default() }),
        ];
        for text in printed {
            assert!(text.contains("SecretText(..)") && !text.contains(CANARY), "{text}");
        }
    }

    #[test]
    fn a_secret_is_plain_text_on_the_wire() {
        let sent = json!({ "api_key": CANARY });
        let read: ReplaceKey = from_value(sent.clone()).unwrap();
        assert_eq!(read.api_key, secret());
        assert_eq!(to_value(&read).unwrap(), sent);
    }
}
