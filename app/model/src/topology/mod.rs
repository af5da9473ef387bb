//! Topologies: for each step, which steps it waits for, and which steps nobody waits for.
//!
//! All are made from the one document, and each can say why it orders two steps or sets them free.

mod edit;
mod order;
mod plan;
mod refusal;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::document::Document;

pub use edit::Move;
pub(crate) use order::{custom_cycle, strict_cycle};
pub use order::{pairs, sequential_order};
pub use plan::{detachable, first_leg_candidates};
pub use refusal::{Refusal, said_of};

/// The ways to arrange the steps of a pipeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TopologyKind {
    /// Every step inline, one after another.
    Sequential,
    /// Sequential, with fire-and-forget steps started and not waited for.
    SequentialDetached,
    /// Each step waits only for its strict predecessors.
    Parallel,
    /// Parallel where nothing is shared and everything can be undone or repeated; in order elsewhere.
    Staged,
    /// The chain with exactly one fork: `sequential-detached` where the document has it, else `sequential`.
    FirstLeg,
    /// The team's own edges.
    Custom,
}

impl TopologyKind {
    /// All kinds, in the order in which they are shown.
    pub const ALL: [TopologyKind; 6] = [
        TopologyKind::Sequential,
        TopologyKind::SequentialDetached,
        TopologyKind::Parallel,
        TopologyKind::Staged,
        TopologyKind::FirstLeg,
        TopologyKind::Custom,
    ];

    /// The name in documents, on the command line and in addresses.
    pub fn slug(self) -> &'static str {
        match self {
            TopologyKind::Sequential => "sequential",
            TopologyKind::SequentialDetached => "sequential-detached",
            TopologyKind::Parallel => "parallel",
            TopologyKind::Staged => "staged",
            TopologyKind::FirstLeg => "first-leg",
            TopologyKind::Custom => "custom",
        }
    }

    /// The name in text.
    pub fn label(self) -> &'static str {
        match self {
            TopologyKind::Sequential => "Sequential",
            TopologyKind::SequentialDetached => "Sequential detached",
            TopologyKind::Parallel => "Parallel",
            TopologyKind::Staged => "Staged",
            TopologyKind::FirstLeg => "First leg",
            TopologyKind::Custom => "Custom",
        }
    }

    /// The letter that stands for it in charts and badges.
    pub fn letter(self) -> char {
        match self {
            TopologyKind::Sequential => 'S',
            TopologyKind::SequentialDetached => 'D',
            TopologyKind::Parallel => 'P',
            TopologyKind::Staged => 'G',
            TopologyKind::FirstLeg => 'L',
            TopologyKind::Custom => 'C',
        }
    }

    /// The kind of that name.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.slug() == slug)
    }
}

/// The arrangement of one document's steps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topology {
    /// Which arrangement this is.
    pub kind: TopologyKind,
    /// For each step, in document order, the steps it waits for, as ascending places in the document.
    pub after: Vec<Vec<usize>>,
    /// For each step, whether it is started and never waited for.
    pub detached: Vec<bool>,
    /// Why two steps are ordered, or no longer are.
    pub notes: Vec<OrderingNote>,
}

/// Why two steps are ordered in a topology, or no longer are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderingNote {
    /// The earlier step's place in the document.
    pub from: usize,
    /// The later step's place in the document.
    pub to: usize,
    /// The reason.
    pub reason: OrderingReason,
}

/// The reasons for which a topology orders two steps or sets them free.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderingReason {
    /// Ordered: the document says that the later needs the earlier.
    Strict,
    /// Ordered: one after another is what sequential means.
    OneAfterAnother,
    /// Set free: the one fork of `first-leg`.
    FirstLeg,
    /// Ordered: both touch this data, and at least one writes it.
    SharedData(String),
    /// Ordered: the later write can be neither undone nor repeated under a key.
    CannotBeTakenBack,
    /// Ordered: the team's own edge.
    TeamEdge,
    /// Set free: the dependency is loose, so its order may change.
    LooseDropped,
    /// Set free: nobody needs the fire-and-forget step's result.
    Detached,
}

impl Topology {
    /// Arranges the steps of a checked document. `None` for a custom topology that the document does not have, for
    /// `sequential-detached` where no step can be detached, and for `first-leg`: which pair it forks is found by simulating each of [`first_leg_candidates`].
    pub fn of(document: &Document, kind: TopologyKind) -> Option<Self> {
        match kind {
            TopologyKind::Sequential => Some(plan::sequential(document)),
            TopologyKind::SequentialDetached => plan::sequential_detached(document),
            TopologyKind::Parallel => Some(plan::parallel(document)),
            TopologyKind::Staged => Some(plan::staged(document)),
            TopologyKind::FirstLeg => None,
            TopologyKind::Custom => plan::custom(document),
        }
    }

    /// Every topology that the document has; `first-leg` once for each of its candidates.
    pub fn all(document: &Document) -> Vec<Self> {
        let forked = first_leg_candidates(document).into_iter().map(|place| Self::first_leg(document, place));
        TopologyKind::ALL.into_iter().filter_map(|kind| Self::of(document, kind)).chain(forked).collect()
    }

    /// The chain with one fork: the pair at `place` and `place + 1` of its inline steps, in sequential order, runs side
    /// by side.
    pub fn first_leg(document: &Document, place: usize) -> Self {
        plan::first_leg(document, place)
    }

    /// For each step, the steps it waits for without those it waits for anyway through another: the arrows
    /// one would draw. It starts at the same moment with either.
    pub fn arrows(&self) -> Vec<Vec<usize>> {
        order::without_detours(&self.after)
    }

    /// Whether a step starts only after another has ended, because it waits for it or for what waits for it.
    pub fn comes_after(&self, first: usize, then: usize) -> bool {
        first != then && order::reaches(&self.after, first, then)
    }

    /// The steps, each after all that it waits for; ties by document order.
    pub fn order(&self) -> Vec<usize> {
        order::sort(&self.after).0
    }

    /// For each step, the stage in which it starts: 0 with the request, else one after the latest that it waits for.
    pub fn stages(&self) -> Vec<usize> {
        edit::stages(&self.after)
    }

    /// How many pairs of steps it leaves side by side: both are waited for, and neither comes after the other. 0 for a
    /// chain.
    pub fn side_by_side(&self) -> usize {
        let before = order::ancestors(&self.after);
        let inline: Vec<usize> = (0..self.after.len()).filter(|&step| !self.detached[step]).collect();
        let free = |&(&one, &other): &(&usize, &usize)| !before[one][other] && !before[other][one];
        inline
            .iter()
            .enumerate()
            .flat_map(|(place, one)| inline[..place].iter().map(move |other| (one, other)))
            .filter(free)
            .count()
    }

    /// How many forks it has: steps, or the start, that more than one waited-for step follows.
    pub fn forks(&self) -> usize {
        let arrows = self.arrows();
        let lanes = || (0..arrows.len()).filter(|&step| !self.detached[step]);
        let from_start = lanes().filter(|&step| arrows[step].is_empty()).count();
        let from_steps =
            (0..arrows.len()).filter(|step| lanes().filter(|&next| arrows[next].contains(step)).count() > 1);
        usize::from(from_start > 1) + from_steps.count()
    }
}
