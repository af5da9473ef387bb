//! Sign-ins that must not come to their end.

use std::time::Duration;

use oidc::{
    Config, OpenIdProvider,
    fake::{FakeProvider, Fault},
};
use ports::{Answer, Hidden, IdentityProvider, SignInError};
use tokio::net::TcpListener;

use crate::{REDIRECT, log, sign_in, start};

/// Signs in at a provider that does one thing wrong, and answers with what the log has.
async fn with(fault: Fault) -> String {
    let (provider, client) = start().await;
    sign_in(&provider, &client).await.expect("nothing is wrong yet");
    provider.set_fault(Some(fault));
    let error = sign_in(&provider, &client).await.expect_err("something is wrong");
    provider.set_fault(None);
    sign_in(&provider, &client).await.expect("what was wrong once is not remembered");
    assert_eq!(provider.visits().elsewhere, 0, "no redirect is followed");
    log(&error)
}

#[tokio::test]
async fn another_state_is_refused_before_anything_is_asked() {
    let (provider, client) = start().await;
    let begun = client.begin().await.unwrap();
    let mine = provider.visit(&begun.redirect).await;
    for state in [String::new(), format!("{}x", mine.state.reveal()), mine.state.reveal()[1..].to_owned()] {
        for answer in [
            Answer { state: Hidden::from(state.clone()), ..mine.clone() },
            Answer { state: Hidden::from(state), error: Some("access_denied".to_owned()), ..Answer::default() },
        ] {
            let error = client.finish(begun.pending.clone(), answer).await.unwrap_err();
            assert!(matches!(error, SignInError::DoesNotFit(_)), "{error:?}");
        }
    }
    assert_eq!(provider.visits().token, 0);
    client.finish(begun.pending, mine).await.unwrap();
}

#[tokio::test]
async fn the_answer_to_another_question_is_refused() {
    let (provider, client) = start().await;
    let (mine, theirs) = (client.begin().await.unwrap(), client.begin().await.unwrap());
    let stolen = provider.visit(&theirs.redirect).await;
    // With my own state, a stolen code is still stopped: by its verifier, and then by its nonce.
    let answer = Answer { state: mine.pending.state.clone(), ..stolen };
    let error = client.finish(mine.pending, answer).await.unwrap_err();
    assert!(matches!(&error, SignInError::Refused(words) if words.starts_with("invalid_grant")), "{error:?}");
}

#[tokio::test]
async fn another_verifier_is_refused_by_the_provider() {
    let (provider, client) = start().await;
    let mut begun = client.begin().await.unwrap();
    let answer = provider.visit(&begun.redirect).await;
    begun.pending.verifier = Hidden::from("v".repeat(43));
    let error = client.finish(begun.pending, answer).await.unwrap_err();
    assert!(matches!(&error, SignInError::Refused(words) if words.starts_with("invalid_grant")), "{error:?}");
}

#[tokio::test]
async fn a_code_is_good_for_one_time_and_stays_out_of_the_log() {
    let (provider, client) = start().await;
    let begun = client.begin().await.unwrap();
    let answer = provider.visit(&begun.redirect).await;
    client.finish(begun.pending.clone(), answer.clone()).await.unwrap();
    let error = client.finish(begun.pending, answer.clone()).await.unwrap_err();
    assert!(matches!(error, SignInError::Refused(_)), "{error:?}");
    assert!(log(&error).contains("invalid_grant no such code: (code)"), "{}", log(&error));
    assert!(!log(&error).contains(answer.code.unwrap().reveal()));
}

#[tokio::test]
async fn a_person_may_cancel() {
    let text = with(Fault::Cancelled).await;
    assert!(text.starts_with("Refused(") && text.contains("access_denied Ada said no"), "{text}");
}

#[tokio::test]
async fn a_token_that_is_not_for_this_question_is_refused() {
    for (fault, reason) in [
        (Fault::Nonce, "nonce mismatch"),
        (Fault::Audience, "must contain `forkline`"),
        (Fault::Issuer, "found `https://elsewhere.example`"),
        (Fault::Expired, "ID token expired"),
        (Fault::ForeignKey, "Signature verification failed"),
        (Fault::SharedKey, "algorithm `HS256` is not one of"),
        (Fault::Unsigned, "No signature found"),
        (Fault::NoToken, "gives no ID token"),
    ] {
        let text = with(fault).await;
        assert!(text.starts_with("DoesNotFit(") && text.contains(reason), "{fault:?}: {text}");
    }
}

#[tokio::test]
async fn an_answer_that_names_another_issuer_is_refused() {
    let (provider, client) = start().await;
    let begun = client.begin().await.unwrap();
    let answer = provider.visit(&begun.redirect).await;
    let answer = Answer { iss: Some("https://elsewhere.example".to_owned()), ..answer };
    let error = client.finish(begun.pending, answer).await.unwrap_err();
    assert!(matches!(error, SignInError::DoesNotFit(_)), "{error:?}");
    assert_eq!(provider.visits().token, 0);
}

#[tokio::test]
async fn a_description_of_another_issuer_is_refused() {
    let (provider, client) = start().await;
    provider.set_fault(Some(Fault::OtherIssuer));
    let error = client.begin().await.unwrap_err();
    assert!(matches!(error, SignInError::DoesNotFit(_)), "{error:?}");
    assert!(log(&error).contains("unexpected issuer URI"), "{}", log(&error));
}

#[tokio::test]
async fn a_description_is_of_the_configured_issuer_to_the_letter() {
    let (provider, _) = start().await;
    let mut config = provider.config(REDIRECT);
    // It is found at the same place.
    config.issuer.push('/');
    let error = OpenIdProvider::new(config).unwrap().begin().await.unwrap_err();
    assert!(log(&error).contains("unexpected issuer URI"), "{}", log(&error));
    assert_eq!(provider.visits().discovery, 1);
}

#[tokio::test]
async fn a_token_endpoint_that_misbehaves_is_not_followed_or_waited_for() {
    for (fault, kind, reason) in [
        (Fault::Redirect, "DoesNotFit(", "redirects are not followed"),
        (Fault::TooLong, "DoesNotFit(", "longer than 1048576 bytes"),
        (Fault::Broken, "Unreachable(", "502 Bad Gateway"),
    ] {
        let text = with(fault).await;
        assert!(text.starts_with(kind) && text.contains(reason), "{fault:?}: {text}");
    }
}

#[tokio::test]
async fn a_provider_that_is_down_is_said_to_be() {
    let (provider, client) = start().await;
    let begun = client.begin().await.unwrap();
    let answer = provider.visit(&begun.redirect).await;
    drop(provider);
    let error = client.finish(begun.pending, answer).await.unwrap_err();
    assert!(matches!(error, SignInError::Unreachable(_)), "{error:?}");
    let error = client.begin().await.unwrap_err();
    assert!(matches!(error, SignInError::Unreachable(_)), "{error:?}");
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_is_silent_is_not_waited_for_long() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let config = Config {
        issuer: format!("http://{}", listener.local_addr().unwrap()),
        client_id: "forkline".to_owned(),
        client_secret: Hidden::from("open sesame"),
        redirect_url: REDIRECT.to_owned(),
        name: "Example".to_owned(),
    };
    let client = OpenIdProvider::new(config).unwrap();
    let start = tokio::time::Instant::now();
    let error = client.begin().await.unwrap_err();
    assert!(matches!(error, SignInError::Unreachable(_)), "{error:?}");
    assert!(start.elapsed() < Duration::from_secs(11), "{:?}", start.elapsed());
}

#[tokio::test]
async fn nothing_secret_is_shown() {
    let (provider, client) = start().await;
    let begun = client.begin().await.unwrap();
    let answer = provider.visit(&begun.redirect).await;
    let shown = format!("{client:?} {begun:?} {:?} {answer:?}", begun.pending);
    let code = answer.code.clone().unwrap();
    let pending = &begun.pending;
    for secret in [&code, &pending.state, &pending.nonce, &pending.verifier, &Hidden::from(FakeProvider::CLIENT.1)] {
        assert!(!shown.contains(secret.reveal()), "{shown}");
    }
}
