//! Arranging the steps by hand: in the diagram by pointer or keyboard, and by a form.

mod form;
mod hand;

use leptos::{prelude::*, server_fn::ServerFn};
use model::{Custom, Document, Topology, TopologyKind};

pub use form::{Arrangement, ArrangementForm};

use self::hand::Hand;
use super::experiments::no_steps;
use crate::{
    api::arranging::{RemoveCustom, SaveCustom, StartCustom},
    components::Sending,
    steps::fields::{FieldForm, FieldPage},
    workspace::Workspace,
};

/// What an arrangement by hand can start from.
const STARTS: [TopologyKind; 3] = [TopologyKind::Sequential, TopologyKind::Parallel, TopologyKind::Staged];

/// The document with an arrangement of its own that begins as another topology; none for one that it cannot start from.
pub(crate) fn start(document: &Document, from: TopologyKind) -> Option<Document> {
    let topology = Topology::of(document, from).filter(|_| STARTS.contains(&from))?;
    Some(Document { custom: Some(Custom::starting_from(document, &topology)), ..document.clone() })
}

/// The document without an arrangement of its own.
pub(crate) fn without(document: &Document) -> Document {
    Document { custom: None, ..document.clone() }
}

/// The id of the section.
const SECTION: &str = "arrange-it";
/// The id of the choice of what to start from.
const FROM: &str = "arrange-from";

/// How it is done by hand.
const BY_HAND: &str = "<p class=\"hint needs-script\" id=\"arrange-keys\">Drag a step onto another: it starts right after \
    it. Onto a stage: it starts after all of the stage before. Below: nobody waits for it. The others keep their order, \
    and a step always waits for what it strictly needs. With the keyboard, arrow keys move a step a stage earlier or \
    later, <kbd>D</kbd> detaches it or has it waited for again, <kbd>Enter</kbd> goes to its row in the form, and \
    <kbd>Escape</kbd> lets go of it.</p>";

/// The page on which steps are arranged by hand.
///
/// All but the form of rows is text, and all that happens in it is heard by one function: a component for each button
/// and a handler for each event would make the page's module noticeably larger.
#[component]
pub(super) fn Arrange() -> impl IntoView {
    let workspace = Workspace::current();
    let from = RwSignal::new(STARTS[0]);
    // What the server sends has nothing to take hold of: without scripts it would be in vain.
    let hands = RwSignal::new(false);
    let hand = Hand::new(workspace, from);
    // By the next frame the section is part of the page.
    Effect::new(move |_| {
        if !workspace.read_only {
            request_animation_frame(move || {
                hand.listen();
                hands.try_set(true);
            });
        }
    });
    let made = Memo::new(move |_| workspace.document.with(|document| document.custom.is_some()));
    let diagram = Memo::new(move |_| {
        workspace.document.with(|document| {
            let kind = if document.custom.is_some() { TopologyKind::Custom } else { from.get() };
            let topology = Topology::of(document, kind).filter(|_| !document.steps.is_empty());
            topology.map_or_else(String::new, |topology| {
                report::page::arrangement(document, &topology, hands.get() && document.custom.is_some())
            })
        })
    });
    let choose =
        Memo::new(move |_| if made.get() { BY_HAND.to_owned() + &remove(workspace) } else { begin(workspace) });
    let said = Memo::new(move |_| hand.said.get());
    // A refusal looks and sounds like one: in the same place and in the same letters it would pass for what was done.
    let tone = move || if hand.refused.get() { ("said refused", "alert") } else { ("said", "status") };
    let rows = move || made.get().then(|| view! { <FieldForm page=Arrangement::SPEC action=SaveCustom::url() /> });
    view! {
        <section class="arrange" id=SECTION aria-label="Arrange it yourself" hidden=no_steps()>
            {Sending::new(StartCustom::PATH).failure()}
            {Sending::new(RemoveCustom::PATH).failure()}
            <div inner_html=choose hidden=workspace.read_only></div>
            <p class=move || tone().0 role=move || tone().1 data-testid="arrange-said">{said}</p>
            <div class="diagram" inner_html=diagram></div>
            {rows}
        </section>
    }
}

/// The form in which one chooses what to start from.
fn begin(workspace: Workspace) -> String {
    let mut options = String::new();
    for kind in STARTS {
        options.push_str(&format!("<option value=\"{}\">{}</option>", kind.slug(), kind.label()));
    }
    format!(
        "<form method=\"post\" action=\"{}\" class=\"inline\" data-arrange=\"start\">{}<label for=\"{FROM}\">Start from</label>\
         <select id=\"{FROM}\" name=\"from\">{options}</select>\
         <button type=\"submit\">Start from this</button></form>",
        StartCustom::url(),
        of_version(workspace)
    )
}

/// The form by which one goes back to having no arrangement of one's own.
fn remove(workspace: Workspace) -> String {
    format!(
        "<form method=\"post\" action=\"{}\" class=\"inline\" data-arrange=\"remove\">{}<button type=\"submit\">Remove the custom arrangement</button></form>",
        RemoveCustom::url(),
        of_version(workspace)
    )
}

/// The fields that nobody sees, of forms that a browser sends by itself where there is no JavaScript.
fn of_version(workspace: Workspace) -> String {
    let version = workspace.version.get_untracked();
    format!(
        "<input type=\"hidden\" name=\"id\" value=\"{}\"><input type=\"hidden\" name=\"version\" value=\"{version}\">",
        workspace.id
    )
}
