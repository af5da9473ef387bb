//! The keys that the provider signs with, and tokens signed by them.

use base64::{
    Engine,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use ring::{
    hmac,
    rand::SystemRandom,
    signature::{
        self, EcdsaKeyPair, EcdsaSigningAlgorithm, Ed25519KeyPair, KeyPair, RsaEncoding, RsaKeyPair,
        RsaPublicKeyComponents,
    },
};
use serde_json::{Value, json};

use super::pages::write;
use crate::question::random;

/// A key to sign with.
pub(super) struct Key {
    name: String,
    algorithm: String,
    pair: Pair,
}

enum Pair {
    Ed25519(Ed25519KeyPair),
    /// With the name of the curve.
    Ecdsa(EcdsaKeyPair, &'static str),
    Rsa(RsaKeyPair, &'static dyn RsaEncoding),
}

impl Key {
    /// A new key with a name of its own.
    pub(super) fn new_ed25519() -> Self {
        Self::new("EdDSA", "")
    }

    /// A new key with a name of its own for this algorithm; where that is one of RSA, it is this key (PKCS #1, PEM).
    pub(super) fn new(algorithm: &str, rsa: &str) -> Self {
        let pair = match algorithm {
            "EdDSA" => Pair::ed25519(),
            "ES256" => Pair::ecdsa("P-256", &signature::ECDSA_P256_SHA256_FIXED_SIGNING),
            "ES384" => Pair::ecdsa("P-384", &signature::ECDSA_P384_SHA384_FIXED_SIGNING),
            "RS256" => Pair::rsa(rsa, &signature::RSA_PKCS1_SHA256),
            "RS384" => Pair::rsa(rsa, &signature::RSA_PKCS1_SHA384),
            "RS512" => Pair::rsa(rsa, &signature::RSA_PKCS1_SHA512),
            "PS256" => Pair::rsa(rsa, &signature::RSA_PSS_SHA256),
            "PS384" => Pair::rsa(rsa, &signature::RSA_PSS_SHA384),
            "PS512" => Pair::rsa(rsa, &signature::RSA_PSS_SHA512),
            other => panic!("the provider does not sign by {other}"),
        };
        Self { name: random().reveal().to_owned(), algorithm: algorithm.to_owned(), pair }
    }

    /// A new key with the name of this one.
    pub(super) fn forged(&self) -> Self {
        Self { name: self.name.clone(), ..Self::new_ed25519() }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// What anybody may know of it.
    pub(super) fn public(&self) -> Value {
        let encode = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
        let bytes = self.public_bytes();
        let mut key = match &self.pair {
            Pair::Ed25519(_) => json!({"kty": "OKP", "crv": "Ed25519", "x": encode(&bytes)}),
            Pair::Ecdsa(_, curve) => {
                // The first byte says that nothing is left out.
                let (x, y) = bytes[1..].split_at(bytes.len() / 2);
                json!({"kty": "EC", "crv": curve, "x": encode(x), "y": encode(y)})
            }
            Pair::Rsa(pair, _) => {
                let RsaPublicKeyComponents::<Vec<u8>> { n, e } = pair.public().into();
                json!({"kty": "RSA", "n": encode(&n), "e": encode(&e)})
            }
        };
        write(&mut key, &json!({"use": "sig", "kid": self.name}));
        key
    }

    /// The same as bytes.
    pub(super) fn public_bytes(&self) -> Vec<u8> {
        match &self.pair {
            Pair::Ed25519(pair) => pair.public_key().as_ref().to_vec(),
            Pair::Ecdsa(pair, _) => pair.public_key().as_ref().to_vec(),
            Pair::Rsa(pair, _) => pair.public_key().as_ref().to_vec(),
        }
    }

    /// A token that says this, with these changes to its header.
    pub(super) fn sign(&self, changes: &Value, claims: &Value) -> String {
        let mut header = json!({"alg": self.algorithm, "kid": self.name});
        write(&mut header, changes);
        token(&header, claims, |message| self.pair.sign(message))
    }
}

impl Pair {
    fn ed25519() -> Self {
        let document = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).expect("random bytes");
        Self::Ed25519(Ed25519KeyPair::from_pkcs8(document.as_ref()).expect("it was generated"))
    }

    fn ecdsa(curve: &'static str, algorithm: &'static EcdsaSigningAlgorithm) -> Self {
        let random = SystemRandom::new();
        let document = EcdsaKeyPair::generate_pkcs8(algorithm, &random).expect("random bytes");
        let pair = EcdsaKeyPair::from_pkcs8(algorithm, document.as_ref(), &random);
        Self::Ecdsa(pair.expect("it was generated"), curve)
    }

    fn rsa(pem: &str, encoding: &'static dyn RsaEncoding) -> Self {
        let text: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
        let der = BASE64_STANDARD.decode(text).expect("the test gives PEM");
        Self::Rsa(RsaKeyPair::from_der(&der).expect("the test gives an RSA key"), encoding)
    }

    fn sign(&self, message: &[u8]) -> Vec<u8> {
        match self {
            Self::Ed25519(pair) => pair.sign(message).as_ref().to_vec(),
            Self::Ecdsa(pair, _) => pair.sign(&SystemRandom::new(), message).expect("the key signs").as_ref().to_vec(),
            Self::Rsa(pair, encoding) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(*encoding, &SystemRandom::new(), message, &mut signature).expect("the key signs");
                signature
            }
        }
    }
}

/// A token that says this, signed with a password.
pub(super) fn sign_with_password(claims: &Value, password: &[u8]) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, password);
    token(&json!({"alg": "HS256"}), claims, |message| hmac::sign(&key, message).as_ref().to_vec())
}

/// A token that says this, signed by nobody.
pub(super) fn do_not_sign(claims: &Value) -> String {
    token(&json!({"alg": "none"}), claims, |_| Vec::new())
}

fn token(header: &Value, claims: &Value, sign: impl FnOnce(&[u8]) -> Vec<u8>) -> String {
    let [header, claims] = [header, claims].map(|part| BASE64_URL_SAFE_NO_PAD.encode(part.to_string()));
    let message = format!("{header}.{claims}");
    let signature = BASE64_URL_SAFE_NO_PAD.encode(sign(message.as_bytes()));
    format!("{message}.{signature}")
}

impl std::fmt::Debug for Key {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Key")
    }
}
