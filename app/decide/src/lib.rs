//! From evidence to a decision: a document and a report in, a verdict out.
//!
//! **Invariant:** pure functions. This crate runs no simulation, knows no clock, no store and no user
//! interface; the same document and report always give the same verdict.
//!
//! A [`Rule`] looks at the evidence and fires with a [`Finding`], or does not. [`verdict()`] lets all rules of
//! the [`RULES`] registry look, and settles what their findings mean together.
//!
//! # Precedence
//!
//! *Not ready* beats all. Then vetoes take plans out of the running: those of safety (`no-detection`, `low-maturity`) on
//! every plan with forks, then those of single plans, which may be chains. Where nothing is left, the pipeline is not
//! ready, and the verdict names the veto that is cheapest to lift. A finding against that names no plan is about the
//! pipeline as such and vetoes none. Of what is left:
//!
//! 1. The chain stays (`sequential-detached` where it is left, else `sequential`) when it meets the budget, is not shown to
//!    miss it, or `tolerance` holds.
//! 2. Otherwise, of the plans that meet the budget those that do least harm, and of these the one with fewest pairs of
//!    steps side by side.
//! 3. If none meets it: of the plans whose harm is within one percentage point of the least, those whose share over the
//!    budget is within one percentage point of the lowest; of these the one with fewest pairs side by side.
//! 4. A fork that does more than a percentage point more harm than the chain is not recommended, unless it meets the budget,
//!    the chain misses its hard limit, and fewer requests come to harm by the fork than are too late in the chain. Nor is
//!    one by which as many more requests succeed with work missing.
//!
//! Conditions never change a verdict: it reads "…, only after …". The first leg alone is a staged verdict.
//!
//! # What a condition buys
//!
//! A condition whose remedy changes the document can be simulated with that change: see [`met`] and [`purchases`]. One that
//! leaves the figure it is about as it was is advice, and says so. One whose figure is 0 as it is stays a condition: it
//! guards against what the document says may happen, and the run did not meet.
//!
//! # The budget
//!
//! It is judged on all requests that arrived outside outages: one that failed or stayed unanswered is over it. A plan
//! *meets* it when its share over the budget is at most 1 - q, interval included; see [`Standing`]. Where inputs are
//! uncertain, the interval is the spread from ignorance, otherwise it is the simulation error. A run that was cut short
//! shows nothing.
//!
//! # Maturity
//!
//! [`maturity::level`] computes it from the answers; the module says how. Where a plan with forks is judged, a question
//! without an answer counts as a no, and the verdict says what it would be if the open ones were answered well.
//!
//! # Choices where the design is silent
//!
//! * Each rule says its own in its docs; [`Threshold::hint`] says what a changed threshold means.
//! * A rule has one main effect. Some have a second one, by circumstances: see [`Rule::otherwise`]. They may fire twice,
//!   about different plans.
//! * A finding names all plans that it binds. It quotes the figures of the chosen one where that is among them, else those of the
//!   plan in which they are worst.
//! * Figures other than those of the budget have no spread in the report and stand at the medians of the inputs.
//! * Of two chains that are left the one with detached work comes first in the last tie too.
//! * Every strict run that is long enough vetoes plans that fork from within it, not plans that fork beside it. The
//!   evidence names the longest.
//! * Which conditions a team accepts the document does not say; where no plan meets the budget, all are taken as accepted.

mod advice;
mod change;
mod choice;
mod evidence;
mod flips;
mod lanes;
pub mod maturity;
mod order;
mod purchase;
mod rule;
mod rules;
mod sentence;
mod service_time;
pub mod threshold;
mod verdict;
pub mod wording;

pub use advice::{Lanes, TOOLS, Tool, tools};
pub use change::Change;
pub use evidence::{Evidence, Standing, standing};
pub use order::{TODAYS_ORDER, lacks_reason, unguarded};
pub use purchase::{Met, Purchase, all_met, met, purchases, verdict_with_purchases};
pub use rule::{Check, Effect, Finding, Otherwise, Rule};
pub use rules::{Forgotten, LOOK_AGAIN, RULES};
pub use threshold::{Measure, THRESHOLDS, Threshold};
pub use verdict::{Decision, Flip, Price, Verdict, verdict, verdict_with};
