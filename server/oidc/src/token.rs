//! Signed tokens (JWS, RFC 7515, in the compact form). Nothing of what one says is looked at before its signature.

use base64::Engine;
use serde::{Deserialize, de::IgnoredAny};

use crate::{
    error::{Flaw, printable},
    json,
    keys::{Algorithm, BASE64, Keys},
};

/// How a token says that it is signed. Keys that a header brings along are not for us: anybody could have written it.
#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    typ: Option<String>,
    cty: Option<IgnoredAny>,
    crit: Option<IgnoredAny>,
}

/// What a token says that one of these keys has signed.
pub(crate) fn open(token: &str, keys: &Keys) -> Result<Vec<u8>, Flaw> {
    let (signed, signature) = token.rsplit_once('.').ok_or(Flaw::Form("signature"))?;
    let (header, claims) = signed.split_once('.').ok_or(Flaw::Form("header"))?;
    let header: Header = json::read(&decode(header, "header")?).map_err(|_| Flaw::Form("header"))?;
    header.check()?;
    let algorithm = header.algorithm()?;
    let signature = decode(signature, "signature")?;
    let fitting = keys.fitting(algorithm, header.kid.as_deref());
    if fitting.is_empty() {
        return Err(Flaw::NoKey);
    }
    if !fitting.iter().any(|key| key.has_signed(algorithm, signed.as_bytes(), &signature)) {
        return Err(Flaw::Signature);
    }
    decode(claims, "claims")
}

impl Header {
    /// Whether the token is of the kind that is meant here, with claims in it and nothing else.
    fn check(&self) -> Result<(), Flaw> {
        if let Some(kind) = &self.typ {
            let kind = kind.to_lowercase();
            if !["jwt", "jose"].contains(&kind.strip_prefix("application/").unwrap_or(&kind)) {
                return Err(Flaw::Header("typ"));
            }
        }
        // It would be a token in a token.
        if self.cty.is_some() {
            return Err(Flaw::Header("cty"));
        }
        // Whoever does not understand what is critical must not go on, and nothing of it is understood here.
        if self.crit.is_some() {
            return Err(Flaw::Header("crit"));
        }
        Ok(())
    }

    fn algorithm(&self) -> Result<&'static Algorithm, Flaw> {
        if self.alg == "none" {
            return Err(Flaw::Unsigned);
        }
        Algorithm::named(&self.alg).ok_or_else(|| Flaw::Algorithm(printable(&self.alg), Algorithm::names()))
    }
}

fn decode(part: &str, name: &'static str) -> Result<Vec<u8>, Flaw> {
    BASE64.decode(part).map_err(|_| Flaw::Form(name))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{BASE64, Engine, Flaw, Keys, open};

    /// RFC 7515, A.3.
    const ES256: &str = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNv\
         bS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
    /// RFC 7515, A.2.
    const RS256: &str = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNv\
         bS9pc19yb290Ijp0cnVlfQ.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O\
         8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0Gar\
         ZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXL\
         IhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";
    /// RFC 8037, A.4.
    const EDDSA: &str = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg\
         3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";

    /// The keys of the same standards.
    fn keys() -> Vec<Value> {
        vec![
            json!({
                "kty": "EC",
                "crv": "P-256",
                "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
                "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
            }),
            json!({
                "kty": "RSA",
                "n": "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0B\
                      m4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5\
                      z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7\
                      aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ",
                "e": "AQAB",
            }),
            json!({"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}),
        ]
    }

    fn set(keys: &[Value]) -> Keys {
        Keys::read(json!({ "keys": keys }).to_string().as_bytes()).unwrap()
    }

    #[test]
    fn the_examples_of_the_standards_are_believed() {
        let keys = set(&keys());
        for token in [ES256, RS256] {
            assert!(open(token, &keys).unwrap().starts_with(b"{\"iss\":\"joe\",\r\n"));
        }
        assert_eq!(open(EDDSA, &keys).unwrap(), b"Example of Ed25519 signing");
    }

    #[test]
    fn zeros_before_a_number_mean_nothing() {
        let mut key = keys().remove(1);
        for member in ["n", "e"] {
            let number = BASE64.decode(key[member].as_str().unwrap()).unwrap();
            key[member] = json!(BASE64.encode([&[0, 0], number.as_slice()].concat()));
        }
        assert!(open(RS256, &set(&[key])).is_ok());
    }

    #[test]
    fn with_one_letter_changed_they_are_not() {
        let keys = set(&keys());
        for token in [ES256, RS256, EDDSA] {
            // The last letters of a part may mean nothing in part, so they are left alone.
            for at in (0..token.len() - 2).step_by(7).filter(|at| !token[*at..at + 3].contains('.')) {
                let other = if &token[at..=at] == "A" { "B" } else { "A" };
                let changed = format!("{}{other}{}", &token[..at], &token[at + 1..]);
                open(&changed, &keys).expect_err(&changed);
            }
        }
    }

    #[test]
    fn a_token_is_checked_with_the_right_key_only() {
        for (index, token) in [ES256, RS256, EDDSA].into_iter().enumerate() {
            let mut others = keys();
            let own = others.remove(index);
            assert!(matches!(open(token, &set(&others)), Err(Flaw::NoKey)));
            let mut named = own.clone();
            named["kid"] = json!("a name");
            assert!(open(token, &set(&[others.clone(), vec![named]].concat())).is_ok(), "the token names no key");
            for (member, value) in [("use", "enc"), ("alg", "PS384"), ("alg", "RSA-OAEP"), ("kty", "oct")] {
                let mut changed = own.clone();
                changed[member] = json!(value);
                assert!(matches!(open(token, &set(&[changed])), Err(Flaw::NoKey)), "{member}: {value}");
            }
        }
    }

    #[test]
    fn what_is_not_of_the_form_of_a_token_is_refused() {
        let keys = set(&keys());
        let [header, claims, signature] = EDDSA.split('.').collect::<Vec<_>>().try_into().unwrap();
        for wrong in [
            String::new(),
            "..".to_owned(),
            header.to_owned(),
            format!("{header}.{claims}"),
            format!("{header}.{claims}."),
            format!("{header}.{claims}.{signature}."),
            format!("{header}.{claims}.{signature}.{signature}"),
            format!("{header}..{claims}.{signature}"),
            format!("{header}.{claims}.{signature}="),
            format!(".{claims}.{signature}"),
            format!("{claims}.{claims}.{signature}"),
            format!(" {EDDSA}"),
        ] {
            open(&wrong, &keys).expect_err(&wrong);
        }
    }
}
