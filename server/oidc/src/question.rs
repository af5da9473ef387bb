//! What the browser takes to the provider.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use ports::{Hidden, Pending};
use ring::{
    digest::{SHA256, digest},
    rand::{SystemRandom, generate},
};
use url::Url;

use crate::{OpenIdProvider, discovery::Provider};

/// What every question has of its own.
pub(crate) fn pending() -> Pending {
    Pending { state: random(), nonce: random(), verifier: random() }
}

impl OpenIdProvider {
    /// The address of the provider's page for the person.
    pub(crate) fn question(&self, provider: &Provider, pending: &Pending) -> Url {
        let mut url = provider.authorization.clone();
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.config.client_id)
            .append_pair("state", pending.state.reveal())
            .append_pair("code_challenge", &challenge(&pending.verifier))
            .append_pair("code_challenge_method", "S256")
            .append_pair("redirect_uri", &self.config.redirect_url)
            .append_pair("scope", "openid profile email")
            .append_pair("nonce", pending.nonce.reveal());
        url
    }
}

/// 256 random bits in 43 letters, which are as few as a verifier may have.
///
/// # Panics
///
/// Where the operating system has no random numbers: nothing secret can be made then.
pub(crate) fn random() -> Hidden {
    let bytes: [u8; 32] = generate(&SystemRandom::new()).expect("the operating system has random numbers").expose();
    Hidden::from(BASE64_URL_SAFE_NO_PAD.encode(bytes))
}

/// What is told of a verifier before it is shown (RFC 7636, S256).
pub(crate) fn challenge(verifier: &Hidden) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.reveal().as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::{Hidden, challenge, pending};

    #[test]
    fn the_challenge_is_that_of_the_standard() {
        let verifier = Hidden::from("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
        assert_eq!(challenge(&verifier), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    #[test]
    fn nothing_is_drawn_twice() {
        let pending = pending();
        let drawn = [&pending.state, &pending.nonce, &pending.verifier].map(Hidden::reveal);
        assert!(drawn.iter().all(|text| text.len() == 43), "RFC 7636 wants that many of a verifier");
        assert!(drawn[0] != drawn[1] && drawn[1] != drawn[2] && drawn[2] != drawn[0]);
    }
}
