//! A provider, as it describes itself.

use http::Uri;
use mosaic_model::Issuer;
use openidconnect::{
    AdditionalProviderMetadata, DiscoveryError, EndSessionUrl, IssuerUrl, ProviderMetadata,
    core::{
        CoreAuthDisplay, CoreClaimName, CoreClaimType, CoreClientAuthMethod, CoreGrantType, CoreJsonWebKey,
        CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm, CoreJwsSigningAlgorithm,
        CoreResponseMode, CoreResponseType, CoreSubjectIdentifierType,
    },
};
use serde::{Deserialize, Serialize};

use super::outbound::{Door, FetchError};

/// The signatures that are taken: those that only the provider can make. One made with the client's secret, or
/// none at all, is not among them, whatever a provider announces.
const SIGNATURES: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

pub(super) type Metadata = ProviderMetadata<
    Extra,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

/// What a provider may say beyond the first standard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Extra {
    pub(super) end_session_endpoint: Option<EndSessionUrl>,
    pub(super) code_challenge_methods_supported: Option<Vec<String>>,
    pub(super) authorization_response_iss_parameter_supported: Option<bool>,
}

impl AdditionalProviderMetadata for Extra {}

/// A provider that suits.
#[derive(Debug, Clone)]
pub(crate) struct Provider {
    pub(super) metadata: Metadata,
}

/// Why a provider is of no use, in words for an admin.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ProviderError {
    /// It cannot be asked.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// There is nothing at its address.
    #[error("{issuer} has no OpenID configuration ({status}): is the issuer complete, with its path?")]
    Missing { issuer: String, status: u16 },
    /// What is there is no description of a provider.
    #[error("what {issuer} answers is no OpenID configuration: {why}")]
    Unreadable { issuer: String, why: String },
    /// It calls itself something else.
    #[error(
        "the provider names itself differently than the issuer here, if only by a slash at the end: {why}"
    )]
    OtherIssuer { why: String },
    /// It does not do what is needed.
    #[error("the provider does not suit: {0}")]
    Unfit(&'static str),
}

impl Provider {
    /// Asks a provider for its description and its keys.
    pub(crate) async fn discover(door: Door<'_>, issuer: &Issuer) -> Result<Self, ProviderError> {
        let url = IssuerUrl::new(issuer.as_str().to_owned());
        let url = url.map_err(|error| ProviderError::Unreadable {
            issuer: issuer.to_string(),
            why: error.to_string(),
        })?;
        let metadata = Metadata::discover_async(url, &door).await.map_err(|error| worded(issuer, error))?;
        let provider = Self { metadata };
        provider.check(door)?;
        Ok(provider)
    }

    /// Whether it can be signed in through.
    fn check(&self, door: Door<'_>) -> Result<(), ProviderError> {
        let metadata = &self.metadata;
        let is_code =
            |types: &openidconnect::ResponseTypes<CoreResponseType>| **types == [CoreResponseType::Code];
        let methods = metadata.additional_metadata().code_challenge_methods_supported.as_ref();
        if metadata.token_endpoint().is_none() {
            return Err(ProviderError::Unfit("it names no token endpoint"));
        }
        if !metadata.response_types_supported().iter().any(is_code) {
            return Err(ProviderError::Unfit("it does not support the authorization code flow"));
        }
        if methods.is_some_and(|methods| !methods.iter().any(|method| method == "S256")) {
            return Err(ProviderError::Unfit("it does not support PKCE with S256"));
        }
        if self.signatures().is_empty() {
            return Err(ProviderError::Unfit(
                "it signs ID tokens in no way that is taken here (such as RS256 or ES256)",
            ));
        }
        if metadata.jwks().keys().is_empty() {
            return Err(ProviderError::Unfit("it publishes no key that can be used here"));
        }
        for url in self.endpoints() {
            let url: Uri =
                url.parse().ok().ok_or(ProviderError::Unfit("one of its addresses is malformed"))?;
            door.check(&url)?;
        }
        Ok(())
    }

    /// What an admin may want to know although it is not wrong.
    pub(crate) fn remarks(&self) -> Vec<String> {
        let extra = self.metadata.additional_metadata();
        let mut remarks = Vec::new();
        if extra.code_challenge_methods_supported.is_none() {
            remarks.push(
                "The provider does not say whether it supports PKCE; a trial login will tell.".to_owned(),
            );
        }
        if extra.end_session_endpoint.is_none() {
            remarks.push(
                "The provider has no sign-out: people who sign out here stay signed in there.".to_owned(),
            );
        }
        remarks
    }

    /// Whether an answer that names this issuer is the provider's; one that names none is, unless the provider says
    /// that its answers always do (RFC 9207).
    pub(super) fn is_named_by(&self, issuer: Option<&str>) -> bool {
        let always = self.metadata.additional_metadata().authorization_response_iss_parameter_supported;
        match issuer {
            Some(issuer) => issuer == self.metadata.issuer().as_str(),
            None => always != Some(true),
        }
    }

    /// The signatures that both it and we take.
    pub(super) fn signatures(&self) -> Vec<CoreJwsSigningAlgorithm> {
        let announced = self.metadata.id_token_signing_alg_values_supported();
        SIGNATURES.into_iter().filter(|one| announced.contains(one)).collect()
    }

    /// Every address that a browser or we are sent to.
    fn endpoints(&self) -> impl Iterator<Item = &str> {
        let metadata = &self.metadata;
        let end_session = metadata.additional_metadata().end_session_endpoint.as_ref();
        let always = [metadata.authorization_endpoint().as_str(), metadata.jwks_uri().as_str()];
        always
            .into_iter()
            .chain(metadata.token_endpoint().map(|url| url.as_str()))
            .chain(metadata.userinfo_endpoint().map(|url| url.as_str()))
            .chain(end_session.map(|url| url.as_str()))
    }
}

fn worded(issuer: &Issuer, error: DiscoveryError<FetchError>) -> ProviderError {
    let unreadable = |why: String| ProviderError::Unreadable { issuer: issuer.to_string(), why };
    match error {
        DiscoveryError::Request(error) => error.into(),
        DiscoveryError::Response(status, ..) if status != http::StatusCode::OK => {
            ProviderError::Missing { issuer: issuer.to_string(), status: status.as_u16() }
        }
        DiscoveryError::Response(_, _, why) => unreadable(why),
        DiscoveryError::Parse(error) => unreadable(error.to_string()),
        DiscoveryError::Validation(why) => ProviderError::OtherIssuer { why },
        other => unreadable(other.to_string()),
    }
}
