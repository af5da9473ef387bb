//! What a token must be and say to be believed.

use std::time::{SystemTime, UNIX_EPOCH};

use oidc::fake::{FakeProvider, Fault};
use ports::{Identity, IdentityProvider, SignInError};
use serde_json::{Value, json};

use crate::{REDIRECT, log, sign_in, start};

const RSA: &str = include_str!("rsa.pem");

/// A sign-in whose token has these changes to its header and claims, and how often the provider described itself.
async fn with(header: Value, claims: Value) -> (Result<Identity, SignInError>, usize) {
    let (provider, client) = start().await;
    provider.set_header(header);
    provider.set_claims(claims);
    let outcome = sign_in(&provider, &client).await;
    (outcome, provider.visits().discovery)
}

/// What the log has when a token is not believed.
fn refused(outcome: Result<Identity, SignInError>) -> String {
    let error = outcome.expect_err("it is not believed");
    let text = log(&error);
    assert!(matches!(error, SignInError::DoesNotFit(_)), "{text}");
    // So begins every token.
    assert!(!text.contains("eyJ") && !text.contains(FakeProvider::CLIENT.1), "{text}");
    text
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("it is after 1970").as_secs()
}

#[tokio::test]
async fn every_algorithm_is_understood_by_which_only_the_provider_can_sign() {
    let (provider, client) = start().await;
    for algorithm in ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"] {
        provider.sign_with(algorithm, RSA);
        sign_in(&provider, &client).await.unwrap_or_else(|error| panic!("{algorithm}: {}", log(&error)));
    }
}

#[tokio::test]
async fn a_token_that_anybody_could_have_signed_is_refused() {
    for algorithm in ["EdDSA", "RS256", "ES256"] {
        let (provider, client) = start().await;
        provider.sign_with(algorithm, RSA);
        for (fault, reason) in [
            (Fault::PublicKey, "algorithm `HS256` is not one of"),
            (Fault::SharedKey, "algorithm `HS256` is not one of"),
            (Fault::Unsigned, "No signature found"),
        ] {
            provider.set_fault(Some(fault));
            let text = refused(sign_in(&provider, &client).await);
            assert!(text.contains(reason), "{algorithm}, {fault:?}: {text}");
        }
    }
    for name in ["None", "NONE", "", "HS512", "eddsa", "EdDSA ", "dir"] {
        let text = refused(with(json!({"alg": name}), Value::Null).await.0);
        assert!(text.contains(&format!("algorithm `{}` is not one of", name.trim())), "{text}");
    }
    refused(with(json!({"alg": null}), Value::Null).await.0);
}

#[tokio::test]
async fn the_type_of_the_key_must_fit_the_algorithm() {
    for (signed, said) in
        [("EdDSA", "ES256"), ("EdDSA", "RS256"), ("ES256", "ES384"), ("ES256", "PS256"), ("RS256", "EdDSA")]
    {
        let (provider, client) = start().await;
        provider.sign_with(signed, RSA);
        provider.set_header(json!({"alg": said}));
        let text = refused(sign_in(&provider, &client).await);
        assert!(text.contains("no key fits its header"), "{signed} as {said}: {text}");
    }
    // The same key may be meant for both.
    for (signed, said) in [("RS256", "PS256"), ("PS256", "RS256"), ("RS256", "RS512")] {
        let (provider, client) = start().await;
        provider.sign_with(signed, RSA);
        provider.set_header(json!({"alg": said}));
        let text = refused(sign_in(&provider, &client).await);
        assert!(text.contains("Signature verification failed"), "{signed} as {said}: {text}");
    }
}

#[tokio::test]
async fn the_key_that_a_token_names_is_the_only_one_that_counts() {
    let (provider, client) = start().await;
    let another = provider.publish_another_key();
    sign_in(&provider, &client).await.unwrap();
    assert_eq!(provider.visits().discovery, 1);

    provider.set_header(json!({"kid": "nobody"}));
    assert!(refused(sign_in(&provider, &client).await).contains("no key fits its header"));
    assert_eq!(provider.visits().discovery, 2, "it might have been a new one");

    provider.set_header(json!({"kid": another}));
    assert!(refused(sign_in(&provider, &client).await).contains("Signature verification failed"));
    assert_eq!(provider.visits().discovery, 3, "it might have been a new one of the same name");

    // A token that names none may be signed with any.
    provider.set_header(json!({"kid": null}));
    sign_in(&provider, &client).await.unwrap();
    assert_eq!(provider.visits().discovery, 3);
}

#[tokio::test]
async fn a_header_that_asks_for_more_is_refused() {
    for (header, member) in [
        (json!({"crit": ["exp"], "exp": 1}), "`crit`"),
        (json!({"cty": "JWT"}), "`cty`"),
        (json!({"typ": "at+jwt"}), "`typ`"),
        (json!({"typ": "application/logout+jwt"}), "`typ`"),
    ] {
        let (outcome, described) = with(header, Value::Null).await;
        assert!(refused(outcome).contains(member));
        assert_eq!(described, 1, "a new key would not help");
    }
    // Keys that a token brings along are not looked at.
    for header in [
        json!({"typ": "JWT"}),
        json!({"typ": "application/jwt"}),
        json!({"jku": "http://127.0.0.1:1/keys", "jwk": {"kty": "oct", "k": "AQAB"}, "x5u": 7}),
    ] {
        with(header, Value::Null).await.0.unwrap();
    }
}

#[tokio::test]
async fn a_token_is_for_this_program_and_for_no_other() {
    for (claims, reason) in [
        (json!({"aud": "another program"}), "must contain `forkline`"),
        (json!({"aud": ["another program"]}), "must contain `forkline`"),
        (json!({"aud": "Forkline"}), "must contain `forkline`"),
        (json!({"aud": []}), "must contain `forkline`"),
        (json!({"aud": null}), "cannot be read"),
        (json!({"aud": ["forkline", "another program"]}), "`another program` is not a trusted audience"),
        (json!({"aud": ["another program", "forkline"], "azp": "forkline"}), "is not a trusted audience"),
        (json!({"azp": "another program"}), "it was given to `another program`"),
        (json!({"azp": ""}), "it was given to ``"),
    ] {
        let (outcome, described) = with(Value::Null, claims.clone()).await;
        let text = refused(outcome);
        assert!(text.contains(reason), "{claims}: {text}");
        assert_eq!(described, 1, "a new key would not help");
    }
    for claims in [json!({"aud": ["forkline"]}), json!({"aud": ["forkline", "forkline"]}), json!({"azp": "forkline"})] {
        with(Value::Null, claims).await.0.unwrap();
    }
}

#[tokio::test]
async fn the_issuer_is_the_configured_one_to_the_letter() {
    let (provider, client) = start().await;
    let issuer = provider.config(REDIRECT).issuer;
    for other in [format!("{issuer}/"), issuer.to_uppercase(), issuer.replace("http", "https"), String::new()] {
        provider.set_claims(json!({"iss": other}));
        let text = refused(sign_in(&provider, &client).await);
        assert!(text.contains(&format!("(found `{other}`)")), "{text}");
    }
    provider.set_claims(json!({"iss": null}));
    assert!(refused(sign_in(&provider, &client).await).contains("cannot be read"));
}

#[tokio::test]
async fn a_token_that_is_over_is_refused() {
    for exp in [json!(now()), json!(now() - 1), json!(0), json!(now() as f64 + 0.9), json!("2020-02-29T12:00:00Z")] {
        let text = refused(with(Value::Null, json!({ "exp": exp })).await.0);
        assert!(text.contains("ID token expired"), "{exp}: {text}");
    }
    for claims in [json!({"exp": null}), json!({"exp": "never"}), json!({"exp": true}), json!({"iat": null})] {
        assert!(refused(with(Value::Null, claims).await.0).contains("cannot be read"));
    }
    for claims in [
        json!({"exp": now() + 60}),
        json!({"exp": now() as f64 + 60.5}),
        json!({"exp": "2999-12-31T23:59:59Z", "iat": "2020-02-29T13:00:00.5+01:00", "auth_time": "last night"}),
    ] {
        with(Value::Null, claims).await.0.unwrap();
    }
}

#[tokio::test]
async fn a_token_has_the_nonce_of_its_question() {
    for (claims, reason) in [
        (json!({"nonce": null}), "missing nonce claim"),
        (json!({"nonce": ""}), "nonce mismatch"),
        (json!({"nonce": 7}), "cannot be read"),
    ] {
        assert!(refused(with(Value::Null, claims).await.0).contains(reason));
    }
    let (provider, client) = start().await;
    let (mine, theirs) = (client.begin().await.unwrap(), client.begin().await.unwrap());
    provider.set_claims(json!({"nonce": theirs.pending.nonce.reveal()}));
    let answer = provider.visit(&mine.redirect).await;
    let text = refused(client.finish(mine.pending, answer).await);
    assert!(text.contains("nonce mismatch") && !text.contains(theirs.pending.nonce.reveal()), "{text}");
}

#[tokio::test]
async fn what_is_said_of_a_person_may_be_written_in_more_than_one_way() {
    for (written, meant) in [(json!("true"), true), (json!(true), true), (json!("false"), false), (json!(null), false)]
    {
        let ada = with(Value::Null, json!({"email_verified": written})).await.0.unwrap();
        assert_eq!((ada.email.as_deref(), ada.email_verified), (Some("ada@example.org"), meant), "{written}");
    }
    for claims in
        [json!({"email_verified": "yes"}), json!({"email_verified": 1}), json!({"sub": null}), json!({"sub": 7})]
    {
        assert!(refused(with(Value::Null, claims).await.0).contains("cannot be read"));
    }
    let ada = with(Value::Null, json!({"name": null, "preferred_username": "ada", "updated_at": "yesterday"})).await.0;
    // The name is at the other place.
    assert_eq!(ada.unwrap().name.as_deref(), Some("ada"));
}
