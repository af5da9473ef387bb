//! The code becomes a token, and the token a person.

use ports::{Hidden, Identity, Pending, SignInError};
use reqwest::{RequestBuilder, StatusCode};
use serde::Deserialize;
use url::{
    Url,
    form_urlencoded::{Serializer, byte_serialize},
};

use crate::{
    OpenIdProvider,
    claims::{self, Person},
    discovery::Provider,
    error::{self, Flaw, Misfit},
    http::JSON,
    json, token,
};

/// What a code is redeemed for.
#[derive(Deserialize)]
struct Tokens {
    access_token: Hidden,
    id_token: Option<Hidden>,
}

/// Why it is not.
#[derive(Deserialize)]
struct Refusal {
    error: String,
    error_description: Option<String>,
}

impl OpenIdProvider {
    /// Whom the provider vouches for with a code.
    pub(crate) async fn redeem(&self, pending: &Pending, code: &Hidden) -> Result<Identity, SignInError> {
        let mut known = self.known().await?;
        let endpoint = known.provider.token.as_ref().ok_or(Misfit::NoTokenEndpoint)?;
        let request = self.exchange(endpoint, known.provider.secret_in_body, pending, code);
        let tokens = self.tokens(request, code).await.inspect_err(|error| {
            // The endpoint may have moved. A refusal on the other hand came from where it should.
            if !matches!(error, SignInError::Refused(_)) {
                self.forget();
            }
        })?;
        let token = tokens.id_token.ok_or(Misfit::NoIdToken)?;
        let claims = match token::open(token.reveal(), &known.provider.keys) {
            Err(Flaw::NoKey | Flaw::Signature) => {
                // The provider may have a new key. The token came from the provider itself, so nobody else can make
                // this program ask for keys again and again.
                known = self.discover().await?;
                token::open(token.reveal(), &known.provider.keys)
            }
            verdict => verdict,
        }
        .map_err(Misfit::IdToken)?;
        let person = claims::id_token(&claims, &self.config, &pending.nonce).map_err(Misfit::IdToken)?;
        let identity = self.identity(person);
        if identity.name.is_some() && identity.email.is_some() {
            return Ok(identity);
        }
        self.complete(&known.provider, identity, &tokens.access_token).await
    }

    /// The question for tokens.
    fn exchange(&self, endpoint: &Url, secret_in_body: bool, pending: &Pending, code: &Hidden) -> RequestBuilder {
        let (id, secret) = (self.config.client_id.as_str(), self.config.client_secret.reveal());
        let mut form = Serializer::new(String::new());
        form.append_pair("grant_type", "authorization_code")
            .append_pair("code", code.reveal())
            .append_pair("code_verifier", pending.verifier.reveal())
            .append_pair("redirect_uri", &self.config.redirect_url);
        if secret_in_body {
            form.append_pair("client_id", id).append_pair("client_secret", secret);
            return self.http.post(endpoint, form.finish());
        }
        // The standard (RFC 6749, 2.3.1) wants both encoded like a form before they go into the header.
        let [id, secret] = [id, secret].map(|text| byte_serialize(text.as_bytes()).collect::<String>());
        self.http.post(endpoint, form.finish()).basic_auth(id, Some(secret))
    }

    async fn tokens(&self, request: RequestBuilder, code: &Hidden) -> Result<Tokens, SignInError> {
        let answer = self.http.ask(request).await?;
        if answer.status != StatusCode::OK {
            if answer.body.is_empty() {
                return Err(Misfit::Token("server returned empty error response".to_owned()).into());
            }
            let refusal: Refusal = json::read(&answer.body).map_err(|error| Misfit::Token(json::place(&error)))?;
            // Some providers repeat the code.
            let without = |words: &str| words.replace(code.reveal(), "(code)");
            let description = refusal.error_description.as_deref().map(without);
            return Err(error::refused(&without(&refusal.error), description.as_deref()));
        }
        if !answer.is(&[JSON]) {
            return Err(Misfit::Token(answer.unexpected()).into());
        }
        Ok(json::read(&answer.body).map_err(|error| Misfit::Token(json::place(&error)))?)
    }

    /// Asks for what the token does not say. The standard lets a provider leave name and address out of it.
    async fn complete(
        &self,
        provider: &Provider,
        identity: Identity,
        access: &Hidden,
    ) -> Result<Identity, SignInError> {
        let Some(endpoint) = &provider.user_info else {
            return Ok(identity);
        };
        let more = self.user_info(endpoint, provider, access).await?;
        // Whoever has got hold of another one's access token is not that one (OpenID Connect Core, 5.3.2).
        if more.sub != identity.subject {
            return Err(Misfit::UserInfo("it is about another subject".to_owned()).into());
        }
        let name = identity.name.or(more.name).or(more.preferred_username);
        // An address and whether it is verified belong together and must be from one place.
        let (email, email_verified) = match identity.email {
            Some(email) => (Some(email), identity.email_verified),
            None => (more.email, more.email_verified.is_some_and(|flag| flag.0)),
        };
        Ok(Identity { email, email_verified, name, ..identity })
    }

    async fn user_info(&self, endpoint: &Url, provider: &Provider, access: &Hidden) -> Result<Person, SignInError> {
        let answer = self.http.ask(self.http.get(endpoint).bearer_auth(access.reveal())).await?;
        if answer.status != StatusCode::OK {
            return Err(Misfit::UserInfo("unexpected HTTP status code".to_owned()).into());
        }
        if answer.is(&[JSON]) {
            return Ok(json::read(&answer.body).map_err(|error| Misfit::UserInfo(json::place(&error)))?);
        }
        // The provider may sign it, and then it is believed as little as a token before it is looked at.
        if answer.is(&["application/jwt"]) {
            let token = std::str::from_utf8(&answer.body).map_err(|_| Misfit::UserInfo("it is not text".to_owned()))?;
            let person = token::open(token, &provider.keys).and_then(|claims| claims::user_info(&claims, &self.config));
            return Ok(person.map_err(|flaw| Misfit::UserInfo(flaw.to_string()))?);
        }
        Err(Misfit::UserInfo(answer.unexpected()).into())
    }

    fn identity(&self, person: Person) -> Identity {
        Identity {
            issuer: self.config.issuer.clone(),
            subject: person.sub,
            email_verified: person.email.is_some() && person.email_verified.is_some_and(|flag| flag.0),
            email: person.email,
            name: person.name.or(person.preferred_username),
        }
    }
}
