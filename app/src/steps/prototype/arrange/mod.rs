//! Arranging the steps by hand: in the diagram by pointer or keyboard, and by a form.

mod form;
mod hand;

use leptos::{prelude::*, server_fn::ServerFn};
use model::{Custom, Document, Topology, TopologyKind};

pub use form::{Arrangement, ArrangementForm};

use self::hand::Hand;
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

/// The section of the Prototype page.
#[component]
pub(super) fn Arrange() -> impl IntoView {
    let workspace = Workspace::current();
    let from = RwSignal::new(STARTS[0]);
    // What the server sends has nothing to take hold of: without scripts it would be in vain.
    let hands = RwSignal::new(false);
    Effect::new(move |_| hands.set(true));
    let made = Memo::new(move |_| workspace.document.with(|document| document.custom.is_some()));
    let empty = Memo::new(move |_| workspace.document.with(|document| document.steps.is_empty()));
    let diagram = Memo::new(move |_| {
        workspace.document.with(|document| {
            let kind = if document.custom.is_some() { TopologyKind::Custom } else { from.get() };
            let topology = Topology::of(document, kind).filter(|_| !document.steps.is_empty());
            topology.map_or_else(String::new, |topology| {
                report::page::arrangement(document, &topology, hands.get() && document.custom.is_some())
            })
        })
    });
    let hand = Hand::new(workspace);
    let pointer = move |event: leptos::ev::PointerEvent| hand.pointer(&event);
    let below = move || {
        if made.get() {
            view! {
                <FieldForm page=Arrangement::SPEC action=SaveCustom::url() />
                <Remove />
            }
            .into_any()
        } else {
            view! { <Start from /> }.into_any()
        }
    };
    view! {
        <section class="arrange" aria-labelledby="arrange" hidden=empty>
            <h2 id="arrange">"Arrange it yourself"</h2>
            <p>
                <b class="tag cus" aria-hidden="true">"C"</b>
                " The team's own arrangement stands beside the others in every comparison, as custom. A strict dependency cannot be broken: what would break one is refused, and the reason is said."
            </p>
            <div class="needs-script" hidden=move || !made.get()>
                <p class="hint" id="arrange-keys">
                    "Drag a step onto another: it starts right after it. Onto a stage: it starts after all of the stage before. Below: nobody waits for it. The others keep their order, and a step always waits for what it strictly needs. With the keyboard, arrow keys move a step a stage earlier or later, "
                    <kbd>"D"</kbd>" detaches it or has it waited for again, "<kbd>"Enter"</kbd>" goes to its row below, and "<kbd>"Escape"</kbd>" lets go of it."
                </p>
            </div>
            <p class="said" role="status" data-testid="arrange-said">{move || hand.said.get()}</p>
            <div
                class="diagram"
                inner_html=move || diagram.get()
                on:pointerdown=pointer
                on:pointermove=pointer
                on:pointerup=pointer
                on:pointercancel=pointer
                on:keydown=move |event| hand.key(&event)
            ></div>
            {below}
        </section>
    }
}

/// The choice of what to start from.
#[component]
fn Start(from: RwSignal<TopologyKind>) -> impl IntoView {
    let workspace = Workspace::current();
    let options = STARTS
        .map(|kind| {
            let chosen = from.get_untracked() == kind;
            view! { <option value=kind.slug() selected=chosen>{kind.label()}</option> }
        })
        .collect_view();
    view! {
        {Sending::new(StartCustom::PATH).failure()}
        <form method="post" action=StartCustom::url() class="inline" on:submit=move |event| {
            event.prevent_default();
            if let Some(document) = workspace.document.with_untracked(|document| start(document, from.get_untracked())) {
                workspace.change(document);
            }
        }>
            <input type="hidden" name="id" value=workspace.id.to_string() />
            <label for="arrange-from">"Start from"</label>
            <select id="arrange-from" name="from" on:change=move |event| {
                from.set(TopologyKind::from_slug(&event_target_value(&event)).unwrap_or(STARTS[0]));
            }>
                {options}
            </select>
            <button type="submit">"Start from this"</button>
        </form>
    }
}

/// The way back to having no arrangement of one's own.
#[component]
fn Remove() -> impl IntoView {
    let workspace = Workspace::current();
    view! {
        {Sending::new(RemoveCustom::PATH).failure()}
        <form method="post" action=RemoveCustom::url() class="inline" on:submit=move |event| {
            event.prevent_default();
            workspace.change(workspace.document.with_untracked(without));
        }>
            <input type="hidden" name="id" value=workspace.id.to_string() />
            <button type="submit">"Remove the custom arrangement"</button>
        </form>
    }
}
