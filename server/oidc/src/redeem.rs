//! The code becomes a token, and the token a person.

use openidconnect::{
    AccessToken, AuthorizationCode, ClaimsVerificationError, Nonce, OAuth2TokenResponse, PkceCodeVerifier,
    TokenResponse,
    core::{CoreIdToken, CoreIdTokenClaims, CoreJwsSigningAlgorithm, CoreUserInfoClaims},
};
use ports::{Hidden, Identity, Pending, SignInError};

use crate::{
    OpenIdProvider,
    discovery::Client,
    error::{self, Misfit},
};

/// Signatures by which only the provider can have signed. What is signed with the client secret could be from anybody
/// who has seen a configuration file.
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

impl OpenIdProvider {
    /// Whom the provider vouches for with a code.
    pub(crate) async fn redeem(&self, pending: &Pending, code: &Hidden) -> Result<Identity, SignInError> {
        let mut known = self.known().await?;
        let tokens = known
            .client
            .exchange_code(AuthorizationCode::new(code.reveal().to_owned()))
            .map_err(|_| Misfit::NoTokenEndpoint)?
            .set_pkce_verifier(PkceCodeVerifier::new(pending.verifier.reveal().to_owned()))
            .request_async(&self.http)
            .await
            .map_err(|error| error::token(error, code))
            .inspect_err(|error| {
                // The endpoint may have moved. A refusal on the other hand came from where it should.
                if !matches!(error, SignInError::Refused(_)) {
                    self.forget();
                }
            })?;
        let token = tokens.id_token().ok_or(Misfit::NoIdToken)?;
        let nonce = Nonce::new(pending.nonce.reveal().to_owned());
        let claims = match verify(&known.client, token, &nonce) {
            Err(ClaimsVerificationError::SignatureVerification(_)) => {
                // The provider may have a new key. The token came from the provider itself, so nobody else can make
                // this program ask for keys again and again.
                known = self.discover().await?;
                verify(&known.client, token, &nonce)
            }
            verdict => verdict,
        }
        .map_err(Misfit::IdToken)?;
        let identity = from_token(claims);
        if identity.name.is_some() && identity.email.is_some() {
            return Ok(identity);
        }
        self.complete(&known.client, identity, claims, tokens.access_token()).await
    }

    /// Asks for what the token does not say. The standard lets a provider leave name and address out of it.
    async fn complete(
        &self,
        client: &Client,
        identity: Identity,
        claims: &CoreIdTokenClaims,
        access: &AccessToken,
    ) -> Result<Identity, SignInError> {
        let Ok(request) = client.user_info(access.clone(), Some(claims.subject().clone())) else {
            return Ok(identity);
        };
        let more: CoreUserInfoClaims = request.request_async(&self.http).await.map_err(error::user_info)?;
        let name = more.name().and_then(|name| name.get(None)).map(|name| name.to_string());
        let name = identity.name.or(name).or_else(|| more.preferred_username().map(|name| name.to_string()));
        // An address and whether it is verified belong together and must be from one place.
        let (email, email_verified) = match identity.email {
            Some(email) => (Some(email), identity.email_verified),
            None => (more.email().map(|email| email.to_string()), more.email_verified().unwrap_or(false)),
        };
        Ok(Identity { email, email_verified, name, ..identity })
    }
}

/// The claims of a token: issuer, audience, signature, expiry and nonce are as they must be.
fn verify<'t>(
    client: &Client,
    token: &'t CoreIdToken,
    nonce: &Nonce,
) -> Result<&'t CoreIdTokenClaims, ClaimsVerificationError> {
    token.claims(&client.id_token_verifier().set_allowed_algs(SIGNATURES), nonce)
}

fn from_token(claims: &CoreIdTokenClaims) -> Identity {
    let name = claims.name().and_then(|name| name.get(None)).map(|name| name.to_string());
    Identity {
        issuer: claims.issuer().to_string(),
        subject: claims.subject().to_string(),
        email: claims.email().map(|email| email.to_string()),
        email_verified: claims.email().is_some() && claims.email_verified().unwrap_or(false),
        name: name.or_else(|| claims.preferred_username().map(|name| name.to_string())),
    }
}
