//! The ways in: signing in, signing up, and one-time links.

use leptos::{prelude::*, server_fn::ServerFn};
use leptos_meta::Title;
use ports::{Purpose, Secret};

use super::super::{address::came_from, instead::instead};
use crate::{
    api::{
        account::{ForgotPassword, ResetPassword, SetUp, SignIn, SignUp, is_here},
        tickets::ticket_for,
    },
    components::{Field, NewPassword, Returned, SiteHeader},
    context::{Admission, AppContext, asked, visitor::visitor},
    error::AppError,
};

pub(super) fn door(title: &'static str, body: impl IntoView) -> impl IntoView {
    view! {
        <Title text=title />
        <SiteHeader />
        <main class="page door">
            <h1>{title}</h1>
            {body}
        </main>
    }
}

/// Signing in.
#[component]
pub(crate) fn SignInPage() -> impl IntoView {
    let returned = Returned::here();
    let email = returned.typed(SignIn::url(), "email").unwrap_or_default();
    let kept = || returned.typed(SignIn::url(), "next");
    let next = asked("next").or_else(kept).or_else(came_from).filter(|next| is_here(next));
    let open = expect_context::<AppContext>().instance.admission == Admission::Open;
    let guest = visitor().is_ok_and(|visitor| visitor.guest().is_some());
    let by_mail = expect_context::<AppContext>().mail.is_some();
    // Whoever comes from the link of an invitation goes back to it, by whichever way they sign in.
    let ticket = next.as_deref().and_then(|next| next.strip_prefix("/join?ticket=")).unwrap_or_default().to_owned();
    let changed = asked("changed")
        .map(|_| view! { <p class="notice good" role="status">"Your password is changed. Sign in with it."</p> });
    let body = view! {
        {changed}
        {returned.view()}
        <form method="post" action=SignIn::url() class="stack">
            <Field name="email" label="E-mail address" kind="email" autocomplete="username" value=email />
            <Field name="password" label="Password" kind="password" autocomplete="current-password" />
            {next.map(|next| view! { <input type="hidden" name="next" value=next /> })}
            {guest.then(|| view! {
                <label class="check"><input type="checkbox" name="take_along" value="yes" checked />" Take along what I made here without an account"</label>
            })}
            <p class="actions"><button type="submit" class="primary">"Sign in"</button></p>
        </form>
        {open.then(|| view! { <p class="note">"No account yet? "<a href="/sign-up" rel="external">"Make one"</a>"."</p> })}
        {with_provider(&ticket)}
        <p class="note">
            "Forgotten the password? "
            {if by_mail {
                view! { <a href="/forgot" rel="external">"Have a link sent by which you choose a new one"</a>"." }.into_any()
            } else {
                "Ask an administrator of this instance for a link by which you choose a new one.".into_any()
            }}
        </p>
    };
    door("Sign in", body)
}

/// Making an account.
#[component]
pub(crate) fn SignUpPage() -> impl IntoView {
    let returned = Returned::here();
    let open = expect_context::<AppContext>().instance.admission == Admission::Open;
    let guest = visitor().is_ok_and(|visitor| visitor.guest().is_some());
    let body = if open {
        view! {
            {returned.view()}
            {guest.then(|| view! { <p class="lead">"What you made here without an account comes along."</p> })}
            <form method="post" action=SignUp::url() class="stack">
                <Field name="name" label="Your name" autocomplete="name" hint="As teammates see it." value=returned.typed(SignUp::url(), "name").unwrap_or_default() />
                <Field name="email" label="E-mail address" kind="email" autocomplete="username" value=returned.typed(SignUp::url(), "email").unwrap_or_default() />
                <NewPassword />
                <p class="actions"><button type="submit" class="primary">"Make the account"</button></p>
            </form>
            {with_provider("")}
            <p class="note">"You have one? "<a href="/sign-in" rel="external">"Sign in"</a>"."</p>
        }
        .into_any()
    } else {
        view! { <p class="lead">"Accounts are made by invitation here. Ask an administrator of this instance, or an owner of your team, for a link."</p> }
            .into_any()
    };
    door("Make an account", body)
}

/// The way in by somebody else who vouches for people, where there is one.
pub(super) fn with_provider(ticket: &str) -> impl IntoView + use<> {
    let provider = expect_context::<AppContext>().provider;
    let ticket = Secret::parse(ticket).map(|secret| format!("?ticket={}", secret.reveal())).unwrap_or_default();
    provider.map(|provider| {
        let address = format!("/sign-in/provider{ticket}");
        let guest = visitor().is_ok_and(|visitor| visitor.guest().is_some());
        view! {
            <p class="actions"><a class="button" href=address rel="external">"Go on with "{provider.name().to_owned()}</a></p>
            {guest.then(|| view! { <p class="note">"What you made here without an account comes along."</p> })}
        }
    })
}

/// Asking for a new password by mail.
#[component]
pub(crate) fn ForgotPage() -> impl IntoView {
    let returned = Returned::here();
    if expect_context::<AppContext>().mail.is_none() {
        return instead(ports::StoreError::NotFound("page").into());
    }
    let body = if asked("sent").is_none() {
        view! {
            <p class="lead">"You get a mail with a link by which you choose a new one."</p>
            {returned.view()}
            <form method="post" action=ForgotPassword::url() class="stack">
                <Field name="email" label="E-mail address" kind="email" autocomplete="username" value=returned.typed(ForgotPassword::url(), "email").unwrap_or_default() />
                <p class="actions"><button type="submit" class="primary">"Send it"</button></p>
            </form>
        }
        .into_any()
    } else {
        view! { <p class="lead">"If there is an account with this address, a mail is on its way to it. The link is good once, for a day."</p> }
            .into_any()
    };
    door("A new password", body).into_any()
}

/// The page of a one-time link that is good for nothing (any more).
fn no_link() -> AnyView {
    crate::context::set_status(404);
    door(
        "This link is not good any more",
        view! {
            <p class="lead">"It was used, or it has ended, or a newer one was made. Ask for another where you got it."</p>
            <p><a href="/sign-in" rel="external">"Sign in"</a></p>
        },
    )
    .into_any()
}

/// What a page shows for a one-time link.
pub(super) fn for_ticket<V: IntoView + 'static, F: Future<Output = Result<Option<V>, AppError>> + Send + 'static>(
    page: impl FnOnce(String, Purpose) -> F + Send + 'static,
) -> impl IntoView {
    let ticket = asked("ticket").unwrap_or_default();
    Suspend::new(async move {
        let found = match ticket_for(&ticket).await {
            Ok(purpose) => page(ticket, purpose).await,
            Err(error) => Err(error),
        };
        match found {
            Ok(Some(view)) => view.into_any(),
            Ok(None) => no_link(),
            Err(error) if error.status == 404 => no_link(),
            Err(error) => instead(error),
        }
    })
}

/// The first administrator's account.
#[component]
pub(crate) fn SetUpPage() -> impl IntoView {
    let returned = Returned::here();
    for_ticket(move |ticket, purpose| async move {
        if purpose != Purpose::SetUp {
            return Ok(None);
        }
        Ok(Some(door(
            "Set up this instance",
            view! {
                <p class="lead">"You become its first administrator: you invite people, disable accounts and make links for new passwords. What was made here before there were accounts becomes yours."</p>
                {returned.view()}
                <form method="post" action=SetUp::url() class="stack">
                    <input type="hidden" name="ticket" value=ticket />
                    <Field name="name" label="Your name" autocomplete="name" hint="As teammates see it." value=returned.typed(SetUp::url(), "name").unwrap_or_default() />
                    <Field name="email" label="E-mail address" kind="email" autocomplete="username" value=returned.typed(SetUp::url(), "email").unwrap_or_default() />
                    <NewPassword />
                    <p class="actions"><button type="submit" class="primary">"Make the account"</button></p>
                </form>
            },
        )))
    })
}

/// Choosing a new password.
#[component]
pub(crate) fn ResetPage() -> impl IntoView {
    let returned = Returned::here();
    for_ticket(move |ticket, purpose| async move {
        let Purpose::Reset(_) = purpose else { return Ok(None) };
        Ok(Some(door(
            "Choose a new password",
            view! {
                <p class="lead">"All your sessions end; you sign in anew with it. Providers that you have connected stay so: look at them under your account then."</p>
                {returned.view()}
                <form method="post" action=ResetPassword::url() class="stack">
                    <input type="hidden" name="ticket" value=ticket />
                    <NewPassword />
                    <p class="actions"><button type="submit" class="primary">"Choose it"</button></p>
                </form>
            },
        )))
    })
}
