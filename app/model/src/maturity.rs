//! What the team says about its operations.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An answer to a question about maturity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// It is so.
    Yes,
    /// It is so in places.
    Partly,
    /// It is not so.
    No,
    /// Nobody knows; counts as an answer, and as a no.
    DontKnow,
}

/// The answers given so far; an absent one is still open.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Maturity {
    /// How many people can work on this path.
    pub people: Option<u32>,
    /// Is somebody on call for it?
    pub on_call: Option<Answer>,
    /// Can one request be traced across all its steps?
    pub traced: Option<Answer>,
    /// Are partial successes counted and alerted on?
    pub partial_success_alerts: Option<Answer>,
    /// Is the number of calls per work item measured?
    pub calls_per_item_measured: Option<Answer>,
    /// Is "accepted" told from "processed"?
    pub accepted_told_from_processed: Option<Answer>,
    /// Is there an undo for every write?
    pub undo_everywhere: Option<Answer>,
    /// Is a reconciliation job running?
    pub reconciliation: Option<Answer>,
    /// Are rollbacks scripted and rehearsed?
    pub rollback_scripted: Option<Answer>,
    /// Do all callees accept an idempotency key?
    pub keys_everywhere: Option<Answer>,
    /// Is the retry decision in one place?
    pub retry_budget_shared: Option<Answer>,
    /// Are dead letters watched?
    pub dead_letters_watched: Option<Answer>,
    /// Is there test coverage of the failure paths?
    pub failure_paths_tested: Option<Answer>,
    /// Has an outage of one dependency been rehearsed?
    pub outage_rehearsed: Option<Answer>,
    /// Could the topology be changed later without a week of refactoring?
    pub topology_changeable: Option<Answer>,
}
