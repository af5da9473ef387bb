//! The accounts of this instance, for those who look after them.

use leptos::{prelude::*, server_fn::ServerFn};
use leptos_meta::Title;
use ports::{Person, PersonState, Team};

use super::{instead::instead, ownerless};
use crate::{
    api::appointments::AppointAdministrator,
    api::people::{DisablePerson, InvitePerson, ResetLink, TakeBackInvitation, list_people},
    components::{Field, LinkToHandOn, Returned, SiteHeader},
    context::{link_to_show, visitor::visitor},
    standing::day,
};

/// The accounts of this instance.
#[component]
pub(crate) fn PeoplePage() -> impl IntoView {
    let returned = Returned::here();
    Suspend::new(async move {
        let read = async { Ok((list_people().await?, crate::api::appointments::ownerless().await?)) };
        match read.await {
            Ok((people, teams)) => view(&people, &teams, &returned).into_any(),
            Err(error) => instead(error),
        }
    })
}

fn view(people: &[Person], teams: &[(Team, Vec<Person>)], returned: &Returned) -> impl IntoView + use<> {
    let me = visitor().ok().and_then(|visitor| visitor.person().map(|person| person.id));
    let link = link_to_show().map(|link| view! { <LinkToHandOn link /> });
    let rows = people.iter().map(|person| row(person, me == Some(person.id))).collect_view();
    view! {
        <Title text="People" />
        <SiteHeader />
        <main class="page">
            <h1>"People"</h1>
            <p class="lead">"Everybody who has an account on this instance, or was invited. Looking after accounts shows nobody's pipelines."</p>
            {returned.view()}
            {link}
            {ownerless::section(teams)}
            <div class="tablewrap" tabindex="0" role="region" aria-label="People">
                <table class="people">
                    <caption class="visually-hidden">"People"</caption>
                    <thead><tr><th scope="col">"Name"</th><th scope="col">"State"</th><th scope="col">"Since"</th><th scope="col"><span class="visually-hidden">"What to do"</span></th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            <section aria-labelledby="invite-heading">
                <h2 id="invite-heading">"Invite somebody"</h2>
                <form method="post" action=InvitePerson::url() class="stack">
                    <Field name="email" label="E-mail address" kind="email" value=returned.typed(InvitePerson::url(), "email").unwrap_or_default() hint="You get a link to hand on. It is good once, for seven days." />
                    <p class="actions"><button type="submit" class="primary">"Make an invitation"</button></p>
                </form>
            </section>
        </main>
    }
}

fn row(person: &Person, me: bool) -> impl IntoView + use<> {
    let id = person.id.0.to_string();
    let email = person.email.as_ref().map(ToString::to_string).unwrap_or_default();
    let button = |action: &'static str, name: &'static str, field: Option<(&'static str, &'static str)>| {
        let id = id.clone();
        view! {
            <form method="post" action=action>
                <input type="hidden" name="person" value=id />
                {field.map(|(name, value)| view! { <input type="hidden" name=name value=value /> })}
                <button type="submit">{name}<span class="visually-hidden">{format!(": {}", person.name)}</span></button>
            </form>
        }
    };
    let what = match person.state {
        _ if me => "You".into_any(),
        PersonState::Active => (
            button(ResetLink::url(), "Link for a new password", None),
            button(DisablePerson::url(), "Disable account", Some(("disabled", "true"))),
            if person.administrator {
                button(AppointAdministrator::url(), "No longer administrator", Some(("administrator", "false")))
            } else {
                button(AppointAdministrator::url(), "Make administrator", Some(("administrator", "true")))
            },
        )
            .into_any(),
        PersonState::Disabled => button(DisablePerson::url(), "Enable account", Some(("disabled", "false"))).into_any(),
        PersonState::Invited => button(TakeBackInvitation::url(), "Take back", None).into_any(),
        PersonState::Guest => ().into_any(),
    };
    let administrator = if person.administrator { ", administrator" } else { "" };
    view! {
        <tr>
            <th scope="row"><bdi>{person.name.to_string()}</bdi><small><bdi>{email}</bdi></small></th>
            <td>{format!("{}{administrator}", person.state.word())}</td>
            <td class="day">{day(person.since)}</td>
            <td class="buttons">{what}</td>
        </tr>
    }
}
