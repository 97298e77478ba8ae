//! What the provider says about somebody, once it is proved that the provider says it.

use chrono::TimeDelta;
use mosaic_model::{Identity, OidcConfig, Secret, Timestamp, groups_in};
use mosaic_storage::IdToken;
use openidconnect::{
    AccessTokenHash, ClaimsVerificationError, Nonce, OAuth2TokenResponse, SignatureVerificationError,
    TokenResponse, UserInfoClaims, UserInfoError, core::CoreGenderClaim,
};

use super::{
    LoginError, Oidc, Provider,
    client::{Client, Rest, Tokens},
    outbound::Door,
};

/// How far the provider's clock and ours may be apart.
const CLOCK_SKEW: TimeDelta = TimeDelta::seconds(60);

/// Somebody whom the provider vouches for.
#[derive(Debug, Clone)]
pub(crate) struct Vouched {
    pub(crate) identity: Identity,
    /// Its word, to be shown to it again at sign-out.
    pub(crate) id_token: IdToken,
}

/// What a callback is checked with.
pub(super) struct Terms<'a> {
    pub(super) config: &'a OidcConfig,
    pub(super) version: u64,
    pub(super) secret: Option<&'a Secret<String>>,
    pub(super) redirect_uri: &'a str,
    pub(super) nonce: &'a str,
    pub(super) verifier: &'a str,
    pub(super) now: Timestamp,
}

impl Oidc {
    /// Exchanges a code and checks what comes for it.
    pub(super) async fn vouch(&self, terms: &Terms<'_>, code: &str) -> Result<Vouched, LoginError> {
        let issuer = &terms.config.issuer;
        let door = self.outbound.door(issuer);
        let provider = self.provider(issuer, terms.version).await?;
        let client = terms.client(&provider)?;
        let tokens = client.exchange(door, code, terms.verifier).await?;
        let mut identity = match terms.verify(&provider, &client, &tokens) {
            // The provider may have new keys since it was last asked.
            Err(LoginError::Untrusted(error)) if is_unknown_key(&error) => {
                let provider = self.renewed(issuer, terms.version).await?;
                terms.verify(&provider, &terms.client(&provider)?, &tokens)?
            }
            outcome => outcome?,
        };
        if terms.is_in_the_dark(&identity) && provider.metadata.userinfo_endpoint().is_some() {
            ask_more(door, terms, &client, &tokens, &mut identity).await?;
        }
        let token = tokens.id_token().map(ToString::to_string).unwrap_or_default();
        let id_token = IdToken { issuer: identity.issuer.clone(), token: Secret::new(token) };
        Ok(Vouched { identity, id_token })
    }
}

impl Terms<'_> {
    fn client(&self, provider: &Provider) -> Result<Client, LoginError> {
        Client::new(provider, &self.config.client_id, self.secret, self.redirect_uri)
    }

    /// Who the ID token is about, if it holds: signature, issuer, audience, time and nonce.
    fn verify(&self, provider: &Provider, client: &Client, tokens: &Tokens) -> Result<Identity, LoginError> {
        let id_token = tokens.id_token().ok_or(LoginError::Odd("it gave no ID token"))?;
        let now = self.now;
        let verifier = client
            .library
            .id_token_verifier()
            .set_allowed_algs(provider.signatures())
            .set_time_fn(move || now - CLOCK_SKEW)
            .set_issue_time_verifier_fn(move |issued| {
                if issued <= now + CLOCK_SKEW { Ok(()) } else { Err("it is from the future".to_owned()) }
            });
        let claims = id_token.claims(&verifier, &Nonce::new(self.nonce.to_owned()))?;
        if let Some(hash) = claims.access_token_hash() {
            let signature = id_token.signing_alg().map_err(ClaimsVerificationError::SignatureVerification)?;
            let key =
                id_token.signing_key(&verifier).map_err(ClaimsVerificationError::SignatureVerification)?;
            let actual = AccessTokenHash::from_token(tokens.access_token(), signature, key);
            if actual.ok().as_ref() != Some(hash) {
                return Err(LoginError::Odd("its ID token and its access token do not belong together"));
            }
        }
        Ok(Identity {
            issuer: claims.issuer().to_string(),
            subject: claims.subject().to_string(),
            email: claims.email().map(|email| email.to_string()),
            email_verified: claims.email_verified(),
            groups: groups_in(&claims.additional_claims().claims, &self.config.groups_claim),
        })
    }

    /// Whether something is missing that decides.
    fn is_in_the_dark(&self, identity: &Identity) -> bool {
        let groups_decide = !self.config.allowed_groups.is_empty() || self.config.admin_group.is_some();
        identity.email.is_none()
            || (identity.email_verified.is_none() && !self.config.allowed_domains.is_empty())
            || (identity.groups.is_empty() && groups_decide)
    }
}

/// Asks for what the ID token does not say. It must be about the same person.
async fn ask_more(
    door: Door<'_>,
    terms: &Terms<'_>,
    client: &Client,
    tokens: &Tokens,
    identity: &mut Identity,
) -> Result<(), LoginError> {
    let subject = openidconnect::SubjectIdentifier::new(identity.subject.clone());
    let request = client.library.user_info(tokens.access_token().clone(), Some(subject));
    let request = request.map_err(|error| LoginError::UserInfo(error.to_string()))?;
    let claims: UserInfoClaims<Rest, CoreGenderClaim> =
        request.request_async(&door).await.map_err(|error| match error {
            UserInfoError::ClaimsVerification(error) => error.into(),
            UserInfoError::Request(error) => LoginError::UserInfo(error.to_string()),
            UserInfoError::Response(status, ..) => LoginError::UserInfo(format!("it answers {status}")),
            other => LoginError::UserInfo(other.to_string()),
        })?;
    // An address and the word on it come from the same place.
    if let Some(email) = claims.email() {
        identity.email = Some(email.to_string());
        identity.email_verified = claims.email_verified();
    }
    if identity.groups.is_empty() {
        identity.groups = groups_in(&claims.additional_claims().claims, &terms.config.groups_claim);
    }
    Ok(())
}

fn is_unknown_key(error: &ClaimsVerificationError) -> bool {
    use SignatureVerificationError::{CryptoError, NoMatchingKey};
    matches!(error, ClaimsVerificationError::SignatureVerification(NoMatchingKey | CryptoError(_)))
}
