//! A topology's letter in its colour.

use leptos::prelude::*;
use model::TopologyKind;

/// The class that gives a topology its colour and dash everywhere.
pub(crate) fn topology_class(kind: TopologyKind) -> &'static str {
    match kind {
        TopologyKind::Sequential => "seq",
        TopologyKind::Parallel => "par",
        TopologyKind::Staged => "stg",
        TopologyKind::FirstLeg => "leg",
        TopologyKind::Custom => "cus",
    }
}

/// A topology's letter in its colour; its name stands beside it wherever there is room.
#[component]
pub(crate) fn TopologyBadge(kind: TopologyKind) -> impl IntoView {
    view! { <b class=format!("tag {}", topology_class(kind)) aria-hidden="true">{kind.letter().to_string()}</b> }
}
