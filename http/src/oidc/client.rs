//! Mosaic as the provider's client: the library's long types, under short names.

use mosaic_model::{OidcConfig, Secret};
use openidconnect::{
    AdditionalClaims, AuthType, AuthenticationFlow, AuthorizationCode, ClientId, ClientSecret, CsrfToken,
    EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet, EndpointSet, IdTokenFields, Nonce,
    PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope, StandardErrorResponse, StandardTokenResponse,
    core::{
        CoreAuthDisplay, CoreAuthPrompt, CoreClientAuthMethod, CoreErrorResponseType, CoreGenderClaim,
        CoreJsonWebKey, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreResponseType,
        CoreRevocableToken, CoreRevocationErrorResponse, CoreTokenIntrospectionResponse, CoreTokenType,
    },
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{LoginError, Provider, outbound::Door};

/// Every claim that has no field in the standard.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Rest {
    #[serde(flatten)]
    pub(super) claims: Map<String, Value>,
}

impl AdditionalClaims for Rest {}

type Fields = IdTokenFields<
    Rest,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;

/// What the token endpoint gives.
pub(super) type Tokens = StandardTokenResponse<Fields, CoreTokenType>;

type Library = openidconnect::Client<
    Rest,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    Tokens,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// Mosaic at one provider.
pub(super) struct Client {
    pub(super) library: Library,
}

/// What a sign-in begins with.
#[derive(Debug)]
pub(super) struct Beginning {
    /// The provider's page.
    pub(super) location: String,
    pub(super) state: String,
    pub(super) nonce: String,
    pub(super) verifier: String,
}

impl Client {
    pub(super) fn new(
        provider: &Provider,
        client_id: &str,
        secret: Option<&Secret<String>>,
        redirect_uri: &str,
    ) -> Result<Self, LoginError> {
        let redirect_uri = RedirectUrl::new(redirect_uri.to_owned()).ok().ok_or(LoginError::Setup)?;
        let secret = secret.map(|secret| ClientSecret::new(secret.expose().clone()));
        let client_id = ClientId::new(client_id.to_owned());
        let metadata = provider.metadata.clone();
        let methods = metadata.token_endpoint_auth_methods_supported().cloned();
        let library =
            Library::from_provider_metadata(metadata, client_id, secret).set_redirect_uri(redirect_uri);
        Ok(Self { library: library.set_auth_type(auth_type(methods.as_deref())) })
    }

    /// Where to send the browser, and what to remember of it.
    pub(super) fn begin(&self, config: &OidcConfig) -> Beginning {
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let flow = AuthenticationFlow::<CoreResponseType>::AuthorizationCode;
        let scopes = config.scopes.iter().map(|scope| Scope::new(scope.clone()));
        let (location, state, nonce) = self
            .library
            .authorize_url(flow, CsrfToken::new_random, Nonce::new_random)
            .add_scopes(scopes)
            .set_pkce_challenge(challenge)
            .url();
        Beginning {
            location: location.into(),
            state: state.secret().clone(),
            nonce: nonce.secret().clone(),
            verifier: verifier.secret().clone(),
        }
    }

    /// Exchanges the code for tokens; that works once.
    pub(super) async fn exchange(
        &self,
        door: Door<'_>,
        code: &str,
        verifier: &str,
    ) -> Result<Tokens, LoginError> {
        let request = self.library.exchange_code(AuthorizationCode::new(code.to_owned()));
        let request = request.map_err(|error| LoginError::Exchange(error.to_string()))?;
        let verifier = PkceCodeVerifier::new(verifier.to_owned());
        request.set_pkce_verifier(verifier).request_async(&door).await.map_err(|error| {
            use openidconnect::RequestTokenError;
            LoginError::Exchange(match error {
                RequestTokenError::ServerResponse(response) => {
                    format!("it says {:?}", response.error().to_string())
                }
                RequestTokenError::Request(error) => error.to_string(),
                RequestTokenError::Parse(error, _) => format!("its answer is unreadable: {error}"),
                RequestTokenError::Other(why) => why,
            })
        })
    }
}

/// How the secret is given: as the standard has it, unless the provider takes it in the body alone.
fn auth_type(methods: Option<&[CoreClientAuthMethod]>) -> AuthType {
    let takes = |wanted| methods.is_none_or(|methods| methods.contains(&wanted));
    let body_alone =
        !takes(CoreClientAuthMethod::ClientSecretBasic) && takes(CoreClientAuthMethod::ClientSecretPost);
    if body_alone { AuthType::RequestBody } else { AuthType::BasicAuth }
}
