//! The provider's keys (JWK, RFC 7517), and the signatures that are checked with them.

use base64::{
    Engine,
    alphabet::URL_SAFE,
    engine::general_purpose::{GeneralPurpose, NO_PAD},
};
use ring::signature::{self, RsaParameters, RsaPublicKeyComponents, UnparsedPublicKey, VerificationAlgorithm};
use serde::Deserialize;
use serde_json::Value;

use crate::json::{self, Unreadable};

/// As keys and tokens are written. Some writers leave bits behind that mean nothing.
pub(crate) const BASE64: GeneralPurpose = GeneralPurpose::new(&URL_SAFE, NO_PAD.with_decode_allow_trailing_bits(true));

/// A way to sign, by its name in a token, and what checks it.
pub(crate) struct Algorithm {
    name: &'static str,
    check: Check,
}

enum Check {
    Rsa(&'static RsaParameters),
    /// By its curve.
    Curve(&'static str, &'static dyn VerificationAlgorithm),
}

/// Signatures by which only the provider can have signed. What is signed with the client secret could be from anybody
/// who has seen a configuration file.
static ALGORITHMS: [Algorithm; 9] = [
    Algorithm { name: "RS256", check: Check::Rsa(&signature::RSA_PKCS1_2048_8192_SHA256) },
    Algorithm { name: "RS384", check: Check::Rsa(&signature::RSA_PKCS1_2048_8192_SHA384) },
    Algorithm { name: "RS512", check: Check::Rsa(&signature::RSA_PKCS1_2048_8192_SHA512) },
    Algorithm { name: "PS256", check: Check::Rsa(&signature::RSA_PSS_2048_8192_SHA256) },
    Algorithm { name: "PS384", check: Check::Rsa(&signature::RSA_PSS_2048_8192_SHA384) },
    Algorithm { name: "PS512", check: Check::Rsa(&signature::RSA_PSS_2048_8192_SHA512) },
    Algorithm { name: "ES256", check: Check::Curve("P-256", &signature::ECDSA_P256_SHA256_FIXED) },
    Algorithm { name: "ES384", check: Check::Curve("P-384", &signature::ECDSA_P384_SHA384_FIXED) },
    Algorithm { name: "EdDSA", check: Check::Curve("Ed25519", &signature::ED25519) },
];

impl Algorithm {
    /// The algorithm of a name, if it is one of those that are accepted.
    pub(crate) fn named(name: &str) -> Option<&'static Self> {
        ALGORITHMS.iter().find(|algorithm| algorithm.name == name)
    }

    /// The names of those that are accepted.
    pub(crate) fn names() -> String {
        ALGORITHMS.each_ref().map(|algorithm| algorithm.name).join(", ")
    }
}

/// All keys of the provider that this program understands.
#[derive(Debug)]
pub(crate) struct Keys(Vec<Key>);

/// A key for signatures.
#[derive(Debug)]
pub(crate) struct Key {
    name: Option<String>,
    /// The only algorithm that it is for, where it says so.
    algorithm: Option<String>,
    public: Public,
}

/// What anybody may know of a key.
#[derive(Debug)]
enum Public {
    Rsa(RsaPublicKeyComponents<Vec<u8>>),
    /// The name of the curve, and a point on it.
    Curve(&'static str, Vec<u8>),
}

impl Keys {
    /// Keys that are not understood are left out: a provider may have others for others.
    pub(crate) fn read(set: &[u8]) -> Result<Self, Unreadable> {
        #[derive(Deserialize)]
        struct Set {
            keys: Vec<Value>,
        }
        let set: Set = json::read(set)?;
        Ok(Self(set.keys.into_iter().filter_map(Key::read).collect()))
    }

    /// The keys by which a token can be signed whose header names this algorithm and perhaps a key. Another key than
    /// the one that it names is none, even if it fits otherwise.
    pub(crate) fn fitting(&self, algorithm: &Algorithm, name: Option<&str>) -> Vec<&Key> {
        let named = |key: &Key| name.is_none() || key.name.as_deref() == name;
        self.0.iter().filter(|key| named(key) && key.fits(algorithm)).collect()
    }
}

impl Key {
    fn read(key: Value) -> Option<Self> {
        #[derive(Deserialize)]
        struct Written {
            kty: String,
            r#use: Option<String>,
            kid: Option<String>,
            alg: Option<String>,
            n: Option<String>,
            e: Option<String>,
            crv: Option<String>,
            x: Option<String>,
            y: Option<String>,
        }
        let key: Written = serde_json::from_value(key).ok()?;
        if key.r#use.is_some_and(|purpose| purpose != "sig") {
            return None;
        }
        let bytes = |part: Option<String>| BASE64.decode(part?).ok();
        let public = match (key.kty.as_str(), key.crv.as_deref()) {
            ("RSA", _) => Public::Rsa(RsaPublicKeyComponents { n: number(bytes(key.n)?), e: number(bytes(key.e)?) }),
            ("EC", Some("P-256")) => Public::Curve("P-256", point(&bytes(key.x)?, &bytes(key.y)?)),
            ("EC", Some("P-384")) => Public::Curve("P-384", point(&bytes(key.x)?, &bytes(key.y)?)),
            ("OKP", Some("Ed25519")) => Public::Curve("Ed25519", bytes(key.x)?),
            _ => return None,
        };
        Some(Self { name: key.kid, algorithm: key.alg, public })
    }

    fn fits(&self, algorithm: &Algorithm) -> bool {
        let same_kind = match (&self.public, &algorithm.check) {
            (Public::Rsa(_), Check::Rsa(_)) => true,
            (Public::Curve(own, _), Check::Curve(wanted, _)) => own == wanted,
            _ => false,
        };
        same_kind && self.algorithm.as_deref().is_none_or(|only| only == algorithm.name)
    }

    /// Whether this key has signed the message.
    pub(crate) fn has_signed(&self, algorithm: &Algorithm, message: &[u8], signature: &[u8]) -> bool {
        if !self.fits(algorithm) {
            return false;
        }
        match (&self.public, &algorithm.check) {
            (Public::Rsa(key), Check::Rsa(parameters)) => key.verify(parameters, message, signature).is_ok(),
            (Public::Curve(_, point), Check::Curve(_, check)) => {
                UnparsedPublicKey::new(*check, point).verify(message, signature).is_ok()
            }
            _ => false,
        }
    }
}

/// A number without the zeros that some write before it.
fn number(mut bytes: Vec<u8>) -> Vec<u8> {
    let zeros = bytes.iter().take_while(|&&byte| byte == 0).count();
    bytes.drain(..zeros);
    bytes
}

/// A point as it is written when nothing is left out.
fn point(x: &[u8], y: &[u8]) -> Vec<u8> {
    [&[4], x, y].concat()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Algorithm, Keys};

    fn names(keys: &Value, algorithm: &str, name: Option<&str>) -> Vec<String> {
        let keys = Keys::read(json!({ "keys": keys }).to_string().as_bytes()).unwrap();
        let fitting = keys.fitting(Algorithm::named(algorithm).unwrap(), name);
        fitting.into_iter().map(|key| key.name.clone().unwrap_or_default()).collect()
    }

    #[test]
    fn keys_that_are_not_understood_are_left_out() {
        let keys = json!([
            {"kty": "RSA", "kid": "good", "n": "AQAB", "e": "AQAB", "use": "sig", "x5c": ["..."]},
            {"kty": "RSA", "kid": "another", "n": "AQAB", "e": "AQAB", "alg": "RS256", "use": null},
            {"kty": "RSA", "kid": "for PS256", "n": "AQAB", "e": "AQAB", "alg": "PS256"},
            {"kty": "RSA", "kid": "for encryption", "n": "AQAB", "e": "AQAB", "use": "enc"},
            {"kty": "RSA", "kid": "half", "n": "AQAB"},
            {"kty": "RSA", "kid": "no base64", "n": "?", "e": "AQAB"},
            {"kty": "oct", "kid": "a secret", "k": "AQAB"},
            {"kty": "of 2040", "kid": "new", "n": 12},
            {"kty": "OKP", "kid": "another curve", "crv": "Ed448", "x": "AQAB"},
            {"kty": "OKP", "kid": "the wrong type", "crv": "P-256", "x": "AQAB", "y": "AQAB"},
            {"kty": "EC", "kid": "the wrong type", "crv": "Ed25519", "x": "AQAB", "y": "AQAB"},
            {"kid": "nothing"},
            "no key",
        ]);
        assert_eq!(names(&keys, "RS256", None), ["good", "another"]);
        assert_eq!(names(&keys, "PS256", None), ["good", "for PS256"]);
        assert_eq!(names(&keys, "RS256", Some("another")), ["another"]);
        for (algorithm, name) in [("RS256", "for PS256"), ("RS256", "nobody"), ("RS256", ""), ("ES256", "good")] {
            assert!(names(&keys, algorithm, Some(name)).is_empty(), "{algorithm} {name}");
        }
        assert!(names(&keys, "EdDSA", None).is_empty() && names(&keys, "ES256", None).is_empty());
    }

    #[test]
    fn only_what_the_provider_alone_can_sign_is_accepted() {
        for name in Algorithm::names().split(", ") {
            assert!(Algorithm::named(name).is_some(), "{name}");
        }
        for name in ["none", "HS256", "HS384", "HS512", "rs256", "RS1", "ES512", "ES256K", "Ed25519", "dir", ""] {
            assert!(Algorithm::named(name).is_none(), "{name}");
        }
    }

    #[test]
    fn a_set_without_keys_is_none() {
        assert!(Keys::read(b"{}").is_err() && Keys::read(b"[]").is_err() && Keys::read(b"").is_err());
        assert!(Keys::read(br#"{"keys": []}"#).is_ok());
    }
}
