//! What is told of a person at another place than in the token.

use oidc::{
    OpenIdProvider,
    fake::{FakeProvider, Fault, Person},
};
use ports::SignInError;
use serde_json::{Value, json};

use crate::{log, sign_in, start};

/// A provider that leaves everything out of the token but who it is.
async fn reserved() -> (FakeProvider, OpenIdProvider) {
    let (provider, client) = start().await;
    provider.set_person(Person {
        subject: "grace-2".to_owned(),
        email: Some(("grace@example.org".to_owned(), false)),
        name: Some("Grace Hopper".to_owned()),
        reserved: true,
    });
    (provider, client)
}

/// What the log has when it is not believed.
async fn refused(provider: &FakeProvider, client: &OpenIdProvider) -> String {
    let error = sign_in(provider, client).await.expect_err("it is not believed");
    let text = log(&error);
    assert!(matches!(error, SignInError::DoesNotFit(_)), "{text}");
    assert!(!text.contains("eyJ"), "{text}");
    text
}

#[tokio::test]
async fn it_is_about_the_one_whom_the_token_is_about() {
    for signed in [false, true] {
        let (provider, client) = reserved().await;
        if signed {
            provider.sign_user_info();
        }
        for other in ["ada-1", "Grace-2", ""] {
            provider.set_user_info(json!({"sub": other}));
            let text = refused(&provider, &client).await;
            assert!(text.contains("it is about another subject"), "{text}");
        }
        provider.set_user_info(json!({"sub": null}));
        refused(&provider, &client).await;
        provider.set_user_info(Value::Null);
        assert_eq!(sign_in(&provider, &client).await.unwrap().subject, "grace-2");
    }
}

#[tokio::test]
async fn a_flag_may_be_a_text() {
    let (provider, client) = reserved().await;
    for (written, meant) in [(json!("true"), true), (json!(true), true), (json!("false"), false), (json!(null), false)]
    {
        provider.set_user_info(json!({"email_verified": written}));
        let grace = sign_in(&provider, &client).await.unwrap();
        assert_eq!((grace.email.as_deref(), grace.email_verified), (Some("grace@example.org"), meant), "{written}");
    }
    provider.set_user_info(json!({"email_verified": "perhaps"}));
    refused(&provider, &client).await;
}

#[tokio::test]
async fn an_address_and_whether_it_is_verified_are_from_one_place() {
    let (provider, client) = reserved().await;
    provider.set_claims(json!({"email": "grace@work.example"}));
    provider.set_user_info(json!({"email_verified": true}));
    let grace = sign_in(&provider, &client).await.unwrap();
    assert_eq!((grace.email.as_deref(), grace.email_verified), (Some("grace@work.example"), false));
    assert_eq!(grace.name.as_deref(), Some("Grace Hopper"));
}

#[tokio::test]
async fn where_it_is_signed_the_signature_counts() {
    let (provider, client) = reserved().await;
    provider.sign_user_info();
    let grace = sign_in(&provider, &client).await.unwrap();
    assert_eq!((grace.email.as_deref(), grace.name.as_deref()), (Some("grace@example.org"), Some("Grace Hopper")));
    for (changes, reason) in [
        (json!({"iss": "https://elsewhere.example"}), "Invalid issuer"),
        (json!({"aud": "another program"}), "must contain `forkline`"),
        (json!({"aud": ["forkline", "another program"]}), "is not a trusted audience"),
        (json!({"iss": null}), "cannot be read"),
    ] {
        provider.set_user_info(changes);
        assert!(refused(&provider, &client).await.contains(reason));
    }
    provider.set_user_info(Value::Null);
    provider.set_fault(Some(Fault::ForeignUserInfo));
    assert!(refused(&provider, &client).await.contains("Signature verification failed"));
}
