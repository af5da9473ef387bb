//! One's own account: name, password, sessions.

use leptos::{prelude::*, server_fn::ServerFn};
use leptos_meta::Title;
use ports::{Connection, Login, Person, Session, SessionId};

use super::super::instead::instead;
use crate::{
    api::account::{ChangePassword, Rename, RevokeSession, SignOut},
    components::{Field, NewPassword, Returned, SiteHeader},
    context::{asked, store, visitor::visitor},
    error::AppError,
    standing::moment,
};

/// One's own account.
#[component]
pub(crate) fn AccountPage() -> impl IntoView {
    let returned = Returned::here();
    Suspend::new(async move {
        match read().await {
            Ok(mine) => view(&mine, &returned).into_any(),
            Err(error) => instead(error),
        }
    })
}

struct Mine {
    person: Person,
    has_password: bool,
    connections: Vec<Connection>,
    sessions: Vec<Session>,
    this: Option<SessionId>,
}

async fn read() -> Result<Mine, AppError> {
    let visitor = visitor()?;
    let myself = visitor.myself()?;
    let store = store();
    let Login { person, password } = store.myself(&myself).await?;
    Ok(Mine {
        person,
        has_password: password.is_some(),
        connections: store.list_connections(&myself).await?,
        sessions: store.list_sessions(&myself).await?,
        this: visitor.session_id(),
    })
}

fn view(mine: &Mine, returned: &Returned) -> impl IntoView + use<> {
    let Mine { person, has_password, connections, sessions, this } = mine;
    let email = person.email.as_ref().map(ToString::to_string).unwrap_or_default();
    let name = returned.typed(Rename::url(), "name").unwrap_or_else(|| person.name.to_string());
    let rows = sessions
        .iter()
        .map(|session| {
            let here = Some(session.id) == *this;
            view! {
                <tr>
                    <th scope="row">{agent(&session.agent)}</th>
                    <td class="day">{moment(session.begun_at)}</td>
                    <td class="day">{moment(session.seen_at)}</td>
                    <td>{if here {
                        "This browser".into_any()
                    } else {
                        view! {
                            <form method="post" action=RevokeSession::url()>
                                <input type="hidden" name="session" value=session.id.0.to_string() />
                                <button type="submit">"End it"</button>
                            </form>
                        }.into_any()
                    }}</td>
                </tr>
            }
        })
        .collect_view();
    let keeps = (!connections.is_empty())
        .then_some(" The providers below stay connected: disconnect those that are not yours.");
    let password = if *has_password {
        view! {
            <p>"All your other sessions end when you change it."{keeps}</p>
            <form method="post" action=ChangePassword::url() class="stack">
                <input type="email" name="username" autocomplete="username" value=email.clone() readonly hidden />
                <Field name="current" label="Present password" kind="password" autocomplete="current-password" />
                <NewPassword />
                <p class="actions"><button type="submit">"Change the password"</button></p>
            </form>
        }
        .into_any()
    } else {
        view! { <p>"You have none. For one, ask an administrator of this instance for a link by which you choose it."</p> }.into_any()
    };
    view! {
        <Title text="Your account" />
        <SiteHeader />
        <main class="page door">
            <h1>"Your account"</h1>
            <p class="lead">"You sign in as "<bdi>{email.clone()}</bdi>"."</p>
            {returned.view()}
            {asked("changed").map(|_| view! { <p class="notice good" role="status">"Your password is changed, and your other sessions have ended."</p> })}
            <section aria-labelledby="name-heading">
                <h2 id="name-heading">"Name"</h2>
                <form method="post" action=Rename::url() class="stack">
                    <Field name="name" label="Your name" autocomplete="name" hint="As teammates see it." value=name />
                    <p class="actions"><button type="submit">"Change the name"</button></p>
                </form>
            </section>
            <section aria-labelledby="password-heading">
                <h2 id="password-heading">"Password"</h2>
                {password}
            </section>
            {super::connected::section(connections)}
            <section aria-labelledby="sessions-heading">
                <h2 id="sessions-heading">"Where you are signed in"</h2>
                <div class="tablewrap" tabindex="0" role="region" aria-label="Your sessions">
                    <table>
                        <caption class="visually-hidden">"Your sessions"</caption>
                        <thead><tr><th scope="col">"Browser"</th><th scope="col">"Since (UTC)"</th><th scope="col">"Last used (UTC)"</th><th scope="col"><span class="visually-hidden">"What to do"</span></th></tr></thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            </section>
            <form method="post" action=SignOut::url()><p class="actions"><button type="submit">"Sign out"</button></p></form>
        </main>
    }
}

/// A browser and its system, as far as what it calls itself tells.
fn agent(text: &str) -> String {
    let first =
        |known: &[(&str, &'static str)]| known.iter().find(|(mark, _)| text.contains(mark)).map(|(_, name)| *name);
    // The order matters: browsers call themselves by the names of others as well.
    let browser = first(&[
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = first(&[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => "A program".to_owned(),
    }
}
