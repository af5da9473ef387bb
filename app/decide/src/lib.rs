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
//! *Not ready* beats all. Then vetoes take forks out of the running: those of safety (`no-detection`, `low-maturity`) on
//! every plan with forks, after which what remains is sequential with fire-and-forget work detached; then those of a
//! stretch (`strict-run`, `hidden-coupling`, `contention`, a `compensation-gap` that cannot be filled) on the plans that
//! fork there. A finding against parallel that names no plan is about the pipeline as such and vetoes none.
//!
//! Sequential stays unless it is shown to miss the budget, interval included. Among the plans left that meet the budget,
//! the one with the lowest share of failed requests wins, then of orphaned ones, then the one with the fewest forks; if
//! none meets it, the one with the lowest share over budget, and the verdict says so. Conditions never change a verdict:
//! it reads "…, only after …". The first leg alone is a staged verdict.
//!
//! # Maturity
//!
//! [`maturity::level`] computes it from the answers; the module says how. A plan with forks that is chosen while it is
//! not known says so in its sentence.
//!
//! # Choices where the design is silent
//!
//! * Each rule says its own in its docs; [`Threshold::hint`] says what a changed threshold means.
//! * A rule has one main effect. `contention` and `compensation-gap` have a second one, by circumstances: see
//!   [`Rule::otherwise`]. They may fire twice, about different plans.
//! * Where inputs are uncertain, the interval against the budget is the spread from ignorance, otherwise it is the
//!   simulation error. A draw of the inputs without any answer shows nothing, so that sequential stays. Other figures
//!   have no spread in the report and stand at the medians of the inputs.
//! * A condition is about the plans that it names, which may hold sequential: a completion check is needed after every
//!   path.
//! * Every strict run that is long enough vetoes plans that fork from within it, not plans that fork beside it. The
//!   evidence names the longest.
//! * `saga-first` and `idempotency-gap` look at each plan with forks, and fire for those they apply to.
//! * Which conditions a team accepts the document does not say; where no plan meets the budget, all are taken as accepted.

mod advice;
mod choice;
mod evidence;
mod flips;
mod lanes;
pub mod maturity;
mod order;
mod rule;
mod rules;
mod sentence;
mod service_time;
pub mod threshold;
mod verdict;
pub mod wording;

pub use advice::{Lanes, TOOLS, Tool, tools};
pub use evidence::Evidence;
pub use order::{TODAYS_ORDER, lacks_reason, unguarded};
pub use rule::{Check, Effect, Finding, Otherwise, Rule};
pub use rules::{Forgotten, LOOK_AGAIN, RULES, doubts};
pub use threshold::{Measure, THRESHOLDS, Threshold};
pub use verdict::{Decision, Flip, Price, Verdict, verdict};
