//! Undoing: what a coordinator takes back after it has answered with a failure.
//!
//! It knows only what it saw: the writing steps that were acknowledged or timed out. A write that landed
//! behind an error is not known to it, and one that lands after its undo is not caught by it.

use crate::plan::Plan;

use super::Run;

impl Run {
    pub(super) fn begin_undoing(&mut self, plan: &Plan, delivery: u32) {
        self.deliveries[delivery].open += 1;
        self.undo_step_or_finish(plan, delivery);
    }

    /// One undo has ended, well or not; the next follows.
    pub(super) fn undo_next(&mut self, plan: &Plan, delivery: u32) {
        self.undo_step_or_finish(plan, delivery);
    }

    /// Takes back the step that was acknowledged or timed out last, among those not yet dealt with.
    fn undo_step_or_finish(&mut self, plan: &Plan, delivery: u32) {
        let steps = plan.steps.len();
        let first = delivery as usize * steps;
        let next = plan
            .steps
            .iter()
            .enumerate()
            .filter(|(_, step)| step.writes && step.undo_available && !step.detached)
            .filter_map(|(index, _)| Some((self.progress[first + index].known_at?, index)))
            .max();
        match next {
            Some((_, step)) => {
                self.progress[first + step].known_at = None;
                self.begin_attempt(plan, delivery, step as u16, 0, true);
            }
            None => self.close_delivery_part(plan, delivery),
        }
    }
}
