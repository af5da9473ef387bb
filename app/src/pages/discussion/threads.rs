//! Comments by what they are about, with the forms to say more.

use leptos::{prelude::*, server_fn::ServerFn};
use ports::{Comment, Name, Said, Subject};
use uuid::Uuid;

use super::{Shown, label, sign_off::called};
use crate::{
    api::discussion::{Comment as Say, Resolve},
    components::Returned,
    standing::moment,
    steps::budget::measured::inside_textarea,
};

/// The form to begin something, about whatever there is.
pub(super) fn new_comment(shown: &Shown, returned: &Returned) -> impl IntoView + use<> {
    let typed = returned.typed(Say::url(), "body").filter(|_| answered(returned).is_none()).unwrap_or_default();
    let about = returned.typed(Say::url(), "about").and_then(|about| about.parse().ok());
    let about: Subject = about.unwrap_or_else(|| shown.about.clone());
    let options = shown.subjects.iter().map(|subject| {
        let name = label(subject, &shown.latest.document);
        view! { <option value=subject.to_string() selected=*subject == about>{name}</option> }
    });
    let subject = view! {
        <div class="field">
            <label for="about">"About"</label>
            <select id="about" name="about">{options.collect_view()}</select>
        </div>
    }
    .into_any();
    view! {
        <section aria-labelledby="say-heading">
            <h2 id="say-heading">"Say something"</h2>
            {form(shown, "say", subject, &typed, "Say it")}
        </section>
    }
}

/// The comment that a form answered which came back.
fn answered(returned: &Returned) -> Option<String> {
    returned.typed(Say::url(), "answers").filter(|first| !first.is_empty())
}

/// A form for a text, with whom it is to tell. `id` makes the ids of its fields.
fn form(shown: &Shown, id: &str, to: AnyView, typed: &str, verb: &'static str) -> impl IntoView + use<> {
    let (text, hint) = (format!("{id}-text"), format!("{id}-hint"));
    let others = shown.colleagues.iter().filter(|person| person.id != shown.me);
    let tell: Vec<_> = others
        .enumerate()
        .map(|(place, person)| {
            let (name, id) = (format!("tell[{place}]"), person.id.0.to_string());
            view! { <label class="check"><input type="checkbox" name=name value=id /><bdi>{called(person)}</bdi></label> }
        })
        .collect();
    let tell = (!tell.is_empty()).then(|| {
        view! { <details class="field"><summary>"Tell somebody"</summary><div role="group" aria-label="Tell somebody">{tell}</div></details> }
    });
    view! {
        <form method="post" action=Say::url() class="stack">
            <input type="hidden" name="id" value=shown.id.clone() />
            <input type="hidden" name="version" value=shown.latest.version.to_string() />
            <input type="hidden" name="token" value=Uuid::now_v7().to_string() />
            {to}
            <div class="field">
                <label for=text.clone()>"Text"</label>
                <p class="hint" id=hint.clone()>"Plain text. Write @ and a name to tell a teammate."</p>
                <textarea id=text name="body" rows="4" maxlength=Said::LONGEST.to_string() required aria-describedby=hint inner_html=inside_textarea(typed)></textarea>
            </div>
            {tell}
            <p class="actions"><button type="submit">{verb}</button></p>
        </form>
    }
}

/// A comment with its answers.
struct Thread<'a> {
    first: &'a Comment,
    answers: Vec<&'a Comment>,
}

/// Open comments by what they are about, then those that are settled.
pub(super) fn sections(shown: &Shown, returned: &Returned) -> impl IntoView + use<> {
    let comments = &shown.comments;
    let answers = |first: &Comment| comments.iter().filter(|other| other.answers == Some(first.id)).collect();
    let first = comments.iter().filter(|comment| comment.answers.is_none());
    let threads = first.map(|first| Thread { first, answers: answers(first) });
    let (settled, open): (Vec<Thread<'_>>, Vec<Thread<'_>>) =
        threads.partition(|thread| thread.first.settled.is_some());
    let none = open.is_empty().then(|| view! { <p class="empty">"Nothing is open."</p> });
    let count = settled.len();
    let settled = (count > 0).then(|| {
        view! { <details class="settled"><summary>{format!("Resolved ({count})")}</summary>{groups(shown, &settled, "resolved", returned)}</details> }
    });
    view! {
        <section aria-labelledby="open-heading">
            <h2 id="open-heading">{format!("Open ({})", open.len())}</h2>
            {none}
            {groups(shown, &open, "open", returned)}
            {settled}
        </section>
    }
}

/// Threads in groups, in the order in which people think: the pipeline, its steps, what was found.
fn groups(shown: &Shown, threads: &[Thread<'_>], which: &'static str, returned: &Returned) -> impl IntoView + use<> {
    let mut subjects = shown.subjects.clone();
    for thread in threads {
        if !subjects.contains(&thread.first.about) {
            subjects.push(thread.first.about.clone());
        }
    }
    let groups = subjects.into_iter().enumerate().filter_map(|(place, subject)| {
        let about = || threads.iter().filter(|thread| thread.first.about == subject);
        let list = about().map(|thread| thread_view(shown, thread, returned)).collect_view();
        about().next()?;
        let more = (which == "open" && shown.subjects.contains(&subject)).then(|| {
            let to = view! { <input type="hidden" name="about" value=subject.to_string() /> }.into_any();
            let more = form(shown, &format!("group-{place}"), to, "", "Say it");
            view! { <details><summary>"Say something else about this"</summary>{more}</details> }
        });
        Some(view! {
            <h3><bdi>{label(&subject, &shown.latest.document)}</bdi></h3>
            <ol class="threads">{list}</ol>
            {more}
        })
    });
    groups.collect_view()
}

fn thread_view(shown: &Shown, thread: &Thread<'_>, returned: &Returned) -> impl IntoView + use<> {
    let Thread { first, answers } = thread;
    let id = first.id.0;
    let whose = || view! { <span class="visually-hidden">": comment of "<bdi>{first.by.to_string()}</bdi></span> };
    let (verb, resolved) = if first.settled.is_some() { ("Reopen", "false") } else { ("Resolve", "true") };
    let settled = first.settled.as_ref().map(|(by, at)| {
        view! { <p><small>"Resolved by "<bdi>{by.to_string()}</bdi>", "{moment(*at)}" UTC"</small></p> }
    });
    let typed = answered(returned).filter(|first| *first == id.to_string());
    let typed = typed.and_then(|_| returned.typed(Say::url(), "body"));
    let answer = view! { <input type="hidden" name="answers" value=id.to_string() /> }.into_any();
    let answers: Vec<_> =
        answers.iter().map(|answer| view! { <li id=format!("comment-{}", answer.id.0)>{said(answer)}</li> }).collect();
    let answers = (!answers.is_empty()).then(|| view! { <ol class="answers">{answers}</ol> });
    view! {
        <li id=format!("comment-{id}")>
            {said(first)}
            {answers}
            {settled}
            <form method="post" action=Resolve::url()>
                <input type="hidden" name="id" value=shown.id.clone() />
                <input type="hidden" name="comment" value=id.to_string() />
                <input type="hidden" name="resolved" value=resolved />
                <button type="submit">{verb}{whose()}</button>
            </form>
            <details open=typed.is_some()>
                <summary>"Answer"{whose()}</summary>
                {form(shown, &format!("answer-{id}"), answer, typed.as_deref().unwrap_or_default(), "Answer it")}
            </details>
        </li>
    }
}

/// Who said it and when, and the text with its lines.
fn said(comment: &Comment) -> impl IntoView + use<> {
    let names: Vec<String> = comment.mentions.iter().map(Name::to_string).collect();
    let told = (!names.is_empty()).then(|| {
        let names = names.into_iter().enumerate().map(|(place, name)| {
            view! { {(place > 0).then_some(", ")}<bdi>{name}</bdi> }
        });
        view! { <p><small>"Tells "{names.collect_view()}</small></p> }
    });
    view! {
        <p class="who">
            <strong><bdi>{comment.by.to_string()}</bdi></strong>
            " "<small>{moment(comment.at)}" UTC, version "{comment.version}</small>
        </p>
        <p class="said" dir="auto">{comment.said.as_str().to_owned()}</p>
        {told}
    }
}
