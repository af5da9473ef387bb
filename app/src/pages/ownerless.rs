//! Teams for which nobody can act, as administrators see them.

use leptos::{prelude::*, server_fn::ServerFn};
use ports::{Person, Team};

use crate::api::appointments::AppointOwner;

/// Which teams they are, and who may become an owner of each; nothing where there are none.
pub(super) fn section(teams: &[(Team, Vec<Person>)]) -> impl IntoView + use<> {
    let rows = teams.iter().map(|(team, members)| row(team, members)).collect_view();
    (!teams.is_empty()).then(|| {
        view! {
            <section aria-labelledby="ownerless-heading" class="notice">
                <h2 id="ownerless-heading">"Teams without an owner"</h2>
                <p>"The accounts of all their owners are disabled, so nobody can share what they have outside, move it, or say who is in them. Make a member an owner, or enable the account again."</p>
                <ul class="rows">{rows}</ul>
            </section>
        }
    })
}

fn row(team: &Team, members: &[Person]) -> impl IntoView + use<> {
    let (id, name) = (team.id.0.to_string(), team.name.to_string());
    let field = format!("owner-of-{id}");
    let options = members.iter().map(|member| {
        let email = member.email.as_ref().map(ToString::to_string).unwrap_or_default();
        view! { <option value=member.id.0.to_string()>{format!("{} ({email})", member.name)}</option> }
    });
    let options = options.collect_view();
    let choice = if members.is_empty() {
        view! { <p>"Nobody else is in it."</p> }.into_any()
    } else {
        view! {
            <form method="post" action=AppointOwner::url() class="inline">
                <input type="hidden" name="team" value=id />
                <label for=field.clone()>"Owner"</label>
                <select id=field name="person">{options}</select>
                <button type="submit">"Make owner"<span class="visually-hidden">{format!(" of {name}")}</span></button>
            </form>
        }
        .into_any()
    };
    view! {
        <li>
            <div><h3><bdi>{name}</bdi></h3></div>
            {choice}
        </li>
    }
}
