//! Coming in by the link of an invitation: as somebody new, or into a team as somebody with an account.

use leptos::{prelude::*, server_fn::ServerFn};
use ports::{Invitation, Name, Person, PersonState, Purpose, Secret, Team};

use super::doors::{door, for_ticket, with_provider};
use crate::{
    api::{
        account::Join,
        teams::AcceptInvitation,
        tickets::{invitation, secret_of},
    },
    components::{Field, NewPassword, Returned},
    context::visitor::visitor,
};

/// Coming in by invitation.
#[component]
pub(crate) fn JoinPage() -> impl IntoView {
    let returned = Returned::here();
    for_ticket(move |ticket, purpose| async move {
        let Purpose::Join(..) = purpose else { return Ok(None) };
        let secret = secret_of(&ticket)?;
        let Invitation { person, team, .. } = invitation(&secret).await?;
        let here = visitor()?.account().cloned();
        let (email, team) = (address(&person), team.map(|(team, membership)| (team, membership.role.word())));
        let body = match here {
            here if person.state == PersonState::Invited => {
                new_account(&secret, email, team.map(|(team, _)| team.name), here.as_ref(), &returned).into_any()
            }
            None => sign_in(&secret, email).into_any(),
            Some(here) if here.id != person.id => sign_in_as_another(&secret, email, &here).into_any(),
            Some(_) => accept(&secret, team, &returned).into_any(),
        };
        Ok(Some(door("Come in", body)))
    })
}

fn address(person: &Person) -> String {
    person.email.as_ref().map(ToString::to_string).unwrap_or_default()
}

/// For whoever has no account yet.
fn new_account(
    secret: &Secret,
    email: String,
    team: Option<Name>,
    here: Option<&Person>,
    returned: &Returned,
) -> impl IntoView + use<> {
    let ticket = secret.reveal();
    let team = team.map(|name| view! { " into the team "<bdi>{name.to_string()}</bdi> });
    let here = here.map(|here| {
        view! { <p class="note">"In this browser you are signed in as "<bdi>{address(here)}</bdi>"; afterwards you are signed in with the new account."</p> }
    });
    view! {
        <p class="lead">"You were invited as "<bdi>{email.clone()}</bdi>{team}"."</p>
        {here}
        {returned.view()}
        {with_provider(&ticket)}
        <form method="post" action=Join::url() class="stack">
            <input type="hidden" name="ticket" value=ticket />
            // Password managers keep the password under this.
            <input type="email" name="email" autocomplete="username" value=email readonly hidden />
            <Field name="name" label="Your name" autocomplete="name" hint="As teammates see it." value=returned.typed(Join::url(), "name").unwrap_or_default() />
            <NewPassword />
            <p class="actions"><button type="submit" class="primary">"Make the account"</button></p>
        </form>
    }
}

/// Where one signs in and comes back to the link.
fn way_back(secret: &Secret) -> String {
    format!("/sign-in?next=%2Fjoin%3Fticket%3D{}", secret.reveal())
}

/// For whoever has an account and is not signed in.
fn sign_in(secret: &Secret, email: String) -> impl IntoView + use<> {
    view! {
        <p class="lead">"You have an account as "<bdi>{email}</bdi>". Sign in with it: you come back here, and accept the invitation."</p>
        <p class="actions"><a class="button" href=way_back(secret) rel="external">"Sign in"</a></p>
    }
}

/// For whoever is signed in as somebody else than was invited.
fn sign_in_as_another(secret: &Secret, email: String, here: &Person) -> impl IntoView + use<> {
    view! {
        <p class="lead">"This invitation is for "<bdi>{email.clone()}</bdi>", and you are signed in as "<bdi>{address(here)}</bdi>". Sign in with the account that was invited, or ask for an invitation to the address you have here."</p>
        <p class="actions"><a class="button" href=way_back(secret) rel="external">"Sign in as "<bdi>{email}</bdi></a></p>
    }
}

/// For whoever was invited and is signed in.
fn accept(secret: &Secret, team: Option<(Team, &'static str)>, returned: &Returned) -> impl IntoView + use<> {
    let Some((team, role)) = team else {
        return view! {
            <p class="lead">"You have an account and are signed in with it: there is nothing left to do here."</p>
            <p class="actions"><a class="button" href="/" rel="external">"Go to your pipelines"</a></p>
        }
        .into_any();
    };
    view! {
        <p class="lead"><bdi>{team.name.to_string()}</bdi>" invites you to come in as "{role}"."</p>
        {returned.view()}
        <form method="post" action=AcceptInvitation::url()>
            <input type="hidden" name="ticket" value=secret.reveal() />
            <p class="actions"><button type="submit" class="primary">"Come in"</button></p>
        </form>
    }
    .into_any()
}
