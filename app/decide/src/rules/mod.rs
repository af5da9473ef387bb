//! The registry of rules. Their order here is the order in which pages, records and tests name them.

mod budget;
mod saga;
mod state_owner;
mod strict_run;
mod write_keys;

use crate::rule::Rule;

/// All rules.
pub static RULES: [&Rule; 6] = [
    &state_owner::STATE_OWNER,
    &strict_run::STRICT_RUN,
    &budget::INSIDE_BUDGET,
    &budget::OVER_BUDGET,
    &saga::SAGA_FIRST,
    &write_keys::IDEMPOTENCY_GAP,
];
