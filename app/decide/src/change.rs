//! Changes of a document that meet a condition, so that what the condition buys can be simulated.

use model::{Breaker, Consistency, Consumer, Document, Jitter, Retry, RetryBudget, Step};
use serde::{Deserialize, Serialize};

/// A change of a document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "change")]
pub enum Change {
    /// The callee of a step recognises a repetition by a key, for so long at least.
    Key {
        /// The step's id.
        step: String,
        /// How long the key lives at least \[s\].
        lives_s: f64,
    },
    /// The write of a step can be undone.
    Undo {
        /// The step's id.
        step: String,
    },
    /// The coordinator undoes what can be undone.
    Compensate,
    /// A step is retried, with backoff and jitter.
    Retry {
        /// The step's id.
        step: String,
        /// Retries after the first attempt.
        max: u32,
    },
    /// A step has another timeout.
    Timeout {
        /// The step's id.
        step: String,
        /// The timeout \[ms\].
        ms: f64,
    },
    /// A pool has another size.
    Slots {
        /// The pool's id.
        pool: String,
        /// Its slots.
        size: u32,
    },
    /// So many workers take requests from a queue.
    Workers {
        /// How many.
        workers: u32,
    },
    /// Retries are capped, share a budget, and stop while a service is down, as far as they do not yet.
    Protections,
}

impl Change {
    /// Makes the change in a document. A step or pool that is not there is left out.
    pub fn apply(&self, document: &mut Document) {
        match self {
            Change::Key { step, lives_s } => of(document, step, |step| {
                step.idempotency.key = true;
                step.idempotency.key_ttl_s = step.idempotency.key_ttl_s.max(*lives_s);
            }),
            Change::Undo { step } => of(document, step, |step| step.undo.available = true),
            Change::Compensate => document.consistency = Consistency::Compensate,
            Change::Retry { step, max } => of(document, step, |step| {
                step.retry = Some(Retry { max: *max, jitter: Jitter::Full, ..step.retry.take().unwrap_or_default() });
            }),
            Change::Timeout { step, ms } => of(document, step, |step| step.timeout_ms = *ms),
            Change::Slots { pool, size } => {
                if let Some(place) = document.pool_index(pool) {
                    document.pools[place].size = *size;
                }
            }
            Change::Workers { workers } => {
                let consumer = document.workload.consumer.unwrap_or(Consumer {
                    workers: *workers,
                    key_count: 1,
                    per_key_order: false,
                });
                document.workload.consumer = Some(Consumer { workers: *workers, ..consumer });
            }
            Change::Protections => protect(document),
        }
    }
}

fn of(document: &mut Document, id: &str, change: impl FnOnce(&mut Step)) {
    if let Some(place) = document.step_index(id) {
        change(&mut document.steps[place]);
    }
}

/// The protections that are missing, at the defaults of the document.
fn protect(document: &mut Document) {
    let protections = &mut document.protections;
    protections.retry_budget.get_or_insert_with(RetryBudget::default);
    protections.retry_cap.get_or_insert(20);
    protections.breaker.get_or_insert_with(Breaker::default);
}
