//! Undoing: what a coordinator takes back after it has answered with a failure.
//!
//! It knows only what it saw: the writing steps that were acknowledged or timed out. A write that landed
//! behind an error is not known to it, and one that lands after its undo is not caught by it.

use crate::plan::Plan;

use super::{Run, lanes::NEVER};

impl Run {
    /// A delivery has answered with a failure: its coordinator starts to take back what it knows of.
    pub(super) fn begin_undoing(&mut self, plan: &Plan, delivery: u32) {
        self.deliveries[delivery].undoing = true;
        self.deliveries[delivery].open += 1;
        self.undo_next(plan, delivery);
    }

    /// A step that ran on beside an early failure answer has ended, and its coordinator has learnt of it.
    pub(super) fn undo_what_came_late(&mut self, plan: &Plan, delivery: u32) {
        let state = &self.deliveries[delivery];
        if plan.compensate && state.failed_by.is_some() && !state.undoing {
            self.begin_undoing(plan, delivery);
        }
    }

    /// Takes back the step that was acknowledged or timed out last, among those not yet dealt with.
    pub(super) fn undo_next(&mut self, plan: &Plan, delivery: u32) {
        let first = delivery as usize * plan.steps.len();
        let next = plan
            .steps
            .iter()
            .enumerate()
            .filter(|(_, step)| step.writes && step.undo_available && !step.detached)
            .map(|(index, _)| (self.progress[first + index].known_at, index))
            .filter(|&(known_at, _)| known_at != NEVER)
            .max();
        match next {
            Some((_, step)) => {
                self.progress[first + step].known_at = NEVER;
                self.begin_attempt(plan, delivery, step as u16, 0, true);
            }
            None => {
                self.deliveries[delivery].undoing = false;
                self.close_delivery_part(plan, delivery);
            }
        }
    }
}
