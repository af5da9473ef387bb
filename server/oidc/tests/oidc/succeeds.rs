//! Sign-ins that come to their end.

use oidc::{
    OpenIdProvider,
    fake::{FakeProvider, Person},
};
use ports::{IdentityProvider, Pending};

use crate::{REDIRECT, sign_in, start};

#[tokio::test]
async fn somebody_signs_in() {
    let (provider, client) = start().await;
    assert_eq!(client.name(), "Example");
    let ada = sign_in(&provider, &client).await.unwrap();
    assert_eq!(ada.issuer, provider.config(REDIRECT).issuer);
    assert_eq!(ada.subject, "ada-1");
    assert_eq!(ada.email.as_deref(), Some("ada@example.org"));
    assert!(ada.email_verified);
    assert_eq!(ada.name.as_deref(), Some("Ada Lovelace"));
}

#[tokio::test]
async fn a_token_signed_with_rsa_is_taken() {
    let (provider, client) = start().await;
    provider.sign_with_rsa(include_str!("rsa.pem"));
    assert_eq!(sign_in(&provider, &client).await.unwrap().subject, "ada-1");
}

#[tokio::test]
async fn the_secret_goes_into_the_body_if_the_provider_wants_it_there() {
    let (provider, client) = start().await;
    provider.want_secret_in_body();
    assert_eq!(sign_in(&provider, &client).await.unwrap().subject, "ada-1");
}

#[tokio::test]
async fn what_is_pending_survives_being_kept_as_text() {
    let (provider, client) = start().await;
    let begun = client.begin().await.unwrap();
    let kept = serde_json::to_string(&begun.pending).unwrap();
    let answer = provider.visit(&begun.redirect).await;
    let pending: Pending = serde_json::from_str(&kept).unwrap();
    assert_eq!(client.finish(pending, answer).await.unwrap().subject, "ada-1");
}

#[tokio::test]
async fn two_sign_ins_share_nothing_but_the_description() {
    let (provider, client) = start().await;
    let (one, other) = (client.begin().await.unwrap().pending, client.begin().await.unwrap().pending);
    assert_ne!(one.state.reveal(), other.state.reveal());
    assert_ne!(one.nonce.reveal(), other.nonce.reveal());
    assert_ne!(one.verifier.reveal(), other.verifier.reveal());
    assert_eq!(provider.visits().discovery, 1);
}

#[tokio::test]
async fn a_new_key_of_the_provider_is_found() {
    let (provider, client) = start().await;
    sign_in(&provider, &client).await.unwrap();
    provider.change_key();
    sign_in(&provider, &client).await.unwrap();
    sign_in(&provider, &client).await.unwrap();
    assert_eq!(provider.visits().discovery, 2, "it is looked for once");
}

#[tokio::test]
async fn the_provider_may_start_later() {
    let provider = FakeProvider::start().await;
    let (address, config) = (provider.address(), provider.config(REDIRECT));
    drop(provider);
    let client = OpenIdProvider::new(config).unwrap();
    client.begin().await.unwrap_err();
    let provider = FakeProvider::start_at(address).await;
    assert_eq!(sign_in(&provider, &client).await.unwrap().subject, "ada-1");
}

#[tokio::test]
async fn what_the_token_keeps_to_itself_is_asked_for() {
    let (provider, client) = start().await;
    let grace = Person {
        subject: "grace-2".to_owned(),
        email: Some(("grace@example.org".to_owned(), false)),
        name: Some("Grace Hopper".to_owned()),
        reserved: true,
    };
    provider.set_person(grace.clone());
    let found = sign_in(&provider, &client).await.unwrap();
    assert_eq!((found.subject.as_str(), found.name.as_deref()), ("grace-2", Some("Grace Hopper")));
    assert_eq!((found.email.as_deref(), found.email_verified), (Some("grace@example.org"), false));

    provider.set_person(Person { email: None, name: None, ..grace });
    let found = sign_in(&provider, &client).await.unwrap();
    assert_eq!((found.email, found.email_verified, found.name), (None, false, None));
}
