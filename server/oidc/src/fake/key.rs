//! The keys that the provider signs with, and tokens signed by them.

use base64::{
    Engine,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use openidconnect::{
    CsrfToken, JsonWebKeyId, PrivateSigningKey,
    core::{
        CoreEdDsaPrivateSigningKey, CoreHmacKey, CoreIdToken, CoreIdTokenClaims, CoreJsonWebKey,
        CoreJwsSigningAlgorithm, CoreRsaPrivateSigningKey,
    },
};
use serde_json::{Value, json};

/// What stands before the 32 bytes of an Ed25519 key in PKCS #8.
const BEFORE_ED25519: [u8; 16] = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];

/// A key to sign with.
pub(super) enum Key {
    Ed25519(CoreEdDsaPrivateSigningKey),
    Rsa(CoreRsaPrivateSigningKey),
}

impl Key {
    /// A new key with a name of its own.
    pub(super) fn new_ed25519() -> Self {
        Self::ed25519(CsrfToken::new_random().into_secret())
    }

    /// A new key with the name of this one.
    pub(super) fn forged(&self) -> Self {
        let name = self.public().as_object().and_then(|key| key["kid"].as_str().map(str::to_owned));
        Self::ed25519(name.expect("every key has a name"))
    }

    fn ed25519(name: String) -> Self {
        let random = CsrfToken::new_random_len(32);
        let random = BASE64_URL_SAFE_NO_PAD.decode(random.secret()).expect("random bytes");
        let der = BASE64_STANDARD.encode([&BEFORE_ED25519[..], &random].concat());
        let pem = format!("-----BEGIN PRIVATE KEY-----\n{der}\n-----END PRIVATE KEY-----\n");
        let key = CoreEdDsaPrivateSigningKey::from_ed25519_pem(&pem, Some(JsonWebKeyId::new(name)));
        Self::Ed25519(key.expect("32 bytes are an Ed25519 key"))
    }

    pub(super) fn rsa(pem: &str) -> Self {
        let name = JsonWebKeyId::new("rsa".to_owned());
        Self::Rsa(CoreRsaPrivateSigningKey::from_pem(pem, Some(name)).expect("the test gives an RSA key"))
    }

    /// What anybody may know of it.
    pub(super) fn public(&self) -> Value {
        let key: CoreJsonWebKey = match self {
            Self::Ed25519(key) => key.as_verification_key(),
            Self::Rsa(key) => key.as_verification_key(),
        };
        json!(key)
    }

    /// A token that says this.
    pub(super) fn sign(&self, claims: CoreIdTokenClaims) -> String {
        let token = match self {
            Self::Ed25519(key) => CoreIdToken::new(claims, key, CoreJwsSigningAlgorithm::EdDsa, None, None),
            Self::Rsa(key) => CoreIdToken::new(claims, key, CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256, None, None),
        };
        token.expect("the key signs").to_string()
    }
}

/// A token that says this, signed with a password.
pub(super) fn sign_with_password(claims: CoreIdTokenClaims, password: &str) -> String {
    let key = CoreHmacKey::new(password);
    let token = CoreIdToken::new(claims, &key, CoreJwsSigningAlgorithm::HmacSha256, None, None);
    token.expect("the password signs").to_string()
}

/// A token that says this, signed by nobody.
pub(super) fn do_not_sign(claims: &CoreIdTokenClaims) -> String {
    let [header, claims] =
        [json!({"alg": "none"}), json!(claims)].map(|part| BASE64_URL_SAFE_NO_PAD.encode(part.to_string()));
    format!("{header}.{claims}.")
}

impl std::fmt::Debug for Key {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Key")
    }
}
