//! From evidence to a decision: a document and a report in, a verdict out.
//!
//! **Invariant:** pure functions. This crate runs no simulation, knows no clock, no store and no user
//! interface; the same document and report always give the same verdict.
//!
//! A [`Rule`] looks at the evidence and fires with a [`Finding`], or does not. [`verdict`] lets all rules of
//! the [`RULES`] registry look, and settles what their findings mean together.
//!
//! # Precedence
//!
//! *Not ready* beats all. Then vetoes take forks out of the running. Sequential stays unless it is shown to
//! miss the budget, interval included. Among the plans left that meet the budget, the one with the lowest
//! share of failed requests wins, then the one with the fewest forks; if none meets it, the one with the
//! lowest share over budget. Conditions never change a verdict: it reads "…, only after …".
//!
//! # Choices where the design is silent
//!
//! * A strict run vetoes plans that fork from within it, not plans that fork beside it.
//! * `saga-first` and `idempotency-gap` look at each plan with forks, and fire for those they apply to.

mod evidence;
mod lanes;
mod rule;
mod rules;
mod verdict;
pub mod wording;

pub use evidence::Evidence;
pub use rule::{Effect, Finding, Rule, Threshold};
pub use rules::RULES;
pub use verdict::{Decision, Flip, Price, Verdict, verdict};
