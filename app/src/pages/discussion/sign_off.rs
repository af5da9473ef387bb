//! Who is asked to sign off, and what they answered.

use leptos::{prelude::*, server_fn::ServerFn};
use ports::{Because, Person, Position, SignOff, latest_of_each};

use super::Shown;
use crate::{
    api::discussion::{NameDecider, ReleaseDecider, SignOff as Answer},
    components::Returned,
    standing::moment,
};

/// The answers, and the forms to ask and to answer.
pub(super) fn section(shown: &Shown, returned: &Returned) -> impl IntoView + use<> {
    let latest = latest_of_each(&shown.sign_offs);
    let asked = shown.deciders.iter().map(|person| {
        let answer = latest.iter().find(|answer| answer.by.0 == person.id).copied();
        row(shown, &person.name.to_string(), answer, Some(person))
    });
    // Whoever answered and is asked no more has still answered.
    let others = latest.iter().filter(|answer| shown.deciders.iter().all(|person| person.id != answer.by.0));
    let others = others.map(|answer| row(shown, &answer.by.1.to_string(), Some(answer), None));
    let rows: Vec<AnyView> = asked.chain(others).collect();
    let table = (!rows.is_empty()).then(|| {
        view! {
            <div class="tablewrap" tabindex="0" role="region" aria-label="Who signs off">
                <table class="people">
                    <caption class="visually-hidden">"Who signs off"</caption>
                    <thead><tr><th scope="col">"Who"</th><th scope="col">"Answer"</th><th scope="col">"About"</th><th scope="col">"Why"</th><th scope="col"><span class="visually-hidden">"What to do"</span></th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
    });
    view! {
        <section aria-labelledby="sign-off-heading">
            <h2 id="sign-off-heading">"Sign-off"</h2>
            {table.is_none().then(|| view! { <p class="empty">"Nobody is asked to sign off yet."</p> })}
            {table}
            {earlier(shown, &latest)}
            {shown.may_edit.then(|| ask(shown))}
            {shown.signs.then(|| answer(shown, returned))}
        </section>
    }
}

fn row(shown: &Shown, name: &str, answer: Option<&SignOff>, asked: Option<&Person>) -> AnyView {
    let about = answer.map(|answer| about(answer, shown.latest.version));
    let because = answer.map(|answer| view! { <bdi>{answer.because.clone()}</bdi> });
    let release = asked.filter(|_| shown.may_edit).map(|person| {
        view! {
            <form method="post" action=ReleaseDecider::url()>
                <input type="hidden" name="id" value=shown.id.clone() />
                <input type="hidden" name="person" value=person.id.0.to_string() />
                <button type="submit">"Ask no more"<span class="visually-hidden">{format!(": {name}")}</span></button>
            </form>
        }
    });
    view! {
        <tr>
            <th scope="row"><bdi>{name.to_owned()}</bdi>{asked.is_none().then(|| view! { <small>"asked no more"</small> })}</th>
            <td>{answer.map_or("not yet", |answer| answer.position.word())}</td>
            <td>{about}</td>
            <td>{because}</td>
            <td class="buttons">{release}</td>
        </tr>
    }
    .into_any()
}

/// Which version an answer is about, and when it was given. One about an older version does not speak for the latest.
fn about(answer: &SignOff, latest: u64) -> String {
    let changed = if answer.version < latest { ", changed since" } else { "" };
    format!("version {}{changed}; {} UTC", answer.version, moment(answer.at))
}

/// Answers beside which later ones of the same people stand.
fn earlier(shown: &Shown, latest: &[&SignOff]) -> Option<impl IntoView + use<>> {
    let earlier = shown.sign_offs.iter().rev().filter(|answer| !latest.contains(answer));
    let rows: Vec<_> = earlier
        .map(|answer| {
            let because = (!answer.because.is_empty()).then(|| view! { ": "<bdi>{answer.because.clone()}</bdi> });
            view! {
                <li>
                    <span><bdi>{answer.by.1.to_string()}</bdi>" "{answer.position.word()}{because}</span>
                    <small>{about(answer, shown.latest.version)}</small>
                </li>
            }
        })
        .collect();
    (!rows.is_empty()).then(|| {
        view! { <details><summary>"Earlier answers"</summary><ul class="rows plain">{rows}</ul></details> }
    })
}

fn ask(shown: &Shown) -> Option<impl IntoView + use<>> {
    let free = shown.colleagues.iter().filter(|person| shown.deciders.iter().all(|asked| asked.id != person.id));
    let options: Vec<_> =
        free.map(|person| view! { <option value=person.id.0.to_string()>{called(person)}</option> }).collect();
    (!options.is_empty()).then(|| {
        view! {
            <form method="post" action=NameDecider::url() class="inline">
                <input type="hidden" name="id" value=shown.id.clone() />
                <label for="decider">"Ask somebody to sign off"</label>
                <select id="decider" name="person">{options}</select>
                <button type="submit">"Ask them"</button>
            </form>
        }
    })
}

/// A name with what tells it from others alike.
pub(super) fn called(person: &Person) -> String {
    match &person.email {
        Some(email) => format!("{} ({email})", person.name),
        None => person.name.to_string(),
    }
}

fn answer(shown: &Shown, returned: &Returned) -> impl IntoView + use<> {
    let typed = returned.typed(Answer::url(), "because").unwrap_or_default();
    let answered = returned.typed(Answer::url(), "position");
    let positions = Position::ALL.map(|position| {
        let (word, label) = match position {
            Position::Approves => (position.word(), "I approve"),
            Position::Objects => (position.word(), "I object"),
        };
        view! { <label class="check"><input type="radio" name="position" value=word checked=answered.as_deref() == Some(word) required />{label}</label> }
    });
    view! {
        <form method="post" action=Answer::url() class="stack" aria-labelledby="answer-heading">
            <h3 id="answer-heading">{format!("Your answer about version {}", shown.latest.version)}</h3>
            <input type="hidden" name="id" value=shown.id.clone() />
            <input type="hidden" name="version" value=shown.latest.version.to_string() />
            <div class="field" role="radiogroup" aria-labelledby="answer-heading">{positions.collect_view()}</div>
            <div class="field">
                <label for="because">"Why"</label>
                <p class="hint" id="because-hint">"Who objects says why. The record carries it."</p>
                <input id="because" name="because" type="text" maxlength=Because::LONGEST.to_string() autocomplete="off" aria-describedby="because-hint" value=typed />
            </div>
            <p class="actions"><button type="submit" class="primary">"Sign off"</button></p>
        </form>
    }
}
