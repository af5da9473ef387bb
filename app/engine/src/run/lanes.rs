//! Lanes: steps start as what they wait for succeeds, join, fail, and are let go or cancelled.

use crate::{
    nanos::Nanos,
    plan::{Failing, JoinPlan, Plan},
};
use model::StepClass;

use super::{Event, Run};

/// How far one step of one delivery is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Progress {
    phase: Phase,
    /// Whether the answer waits for it.
    lane: bool,
    /// Whether nothing needs its result any more: the joins it leads to are satisfied without it.
    released: bool,
    /// Whether it was stopped because a sibling failed.
    pub(super) cancelled: bool,
    /// Successes it still waits for; among them so many that it cannot do without.
    needs: u16,
    must: u16,
    /// Failures that its join can still bear.
    spare: u16,
    /// The step whose success set it going, or [`NOBODY`].
    after: u16,
    /// The attempt under way, or [`NO_ATTEMPT`].
    pub(super) attempt: u32,
    set_going: Nanos,
    ended: Nanos,
    /// When its latest success was acknowledged or its latest timeout seen, or [`NEVER`]: what a coordinator
    /// knows of it.
    pub(super) known_at: Nanos,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Waiting,
    Going,
    Over,
    /// It will never start: too many of the lanes to it have failed.
    OutOfReach,
}

const NOBODY: u16 = u16::MAX;
pub(super) const NO_ATTEMPT: u32 = u32::MAX;
pub(super) const NEVER: Nanos = Nanos::MAX;

impl Progress {
    pub(super) const WAITING: Progress = Progress {
        phase: Phase::Waiting,
        lane: false,
        released: false,
        cancelled: false,
        needs: 0,
        must: 0,
        spare: 0,
        after: NOBODY,
        attempt: NO_ATTEMPT,
        set_going: 0,
        ended: 0,
        known_at: NEVER,
    };

    /// A step whose join nothing has come to yet.
    pub(super) fn before(join: JoinPlan) -> Self {
        Progress { needs: join.needs, must: join.must, spare: join.of - join.needs, ..Progress::WAITING }
    }
}

impl Run {
    pub(super) fn progress(&mut self, plan: &Plan, delivery: u32, step: u16) -> &mut Progress {
        &mut self.progress[delivery as usize * plan.steps.len() + usize::from(step)]
    }

    /// When a step of a delivery ended, if it has.
    pub(super) fn ended(&self, plan: &Plan, delivery: u32, step: u16) -> Option<Nanos> {
        let progress = &self.progress[delivery as usize * plan.steps.len() + usize::from(step)];
        (progress.phase == Phase::Over).then_some(progress.ended)
    }

    /// All that a step waits for has succeeded: it starts, after what the fork and the join cost.
    pub(super) fn set_going(&mut self, plan: &Plan, place: u32, step: u16, after: Option<u16>) {
        let step_plan = &plan.steps[usize::from(step)];
        let now = self.now;
        let progress = self.progress(plan, place, step);
        progress.phase = Phase::Going;
        progress.lane = !step_plan.detached && !progress.released;
        progress.after = after.unwrap_or(NOBODY);
        progress.set_going = now;
        let lane = progress.lane;
        let delivery = &mut self.deliveries[place];
        delivery.open += 1;
        delivery.lanes += u32::from(lane);
        if step_plan.forked || step_plan.join.of > 1 {
            self.count_fork_and_join(plan, place, step);
        }
        if step_plan.start_delay == 0 {
            self.start_step(plan, place, step);
        } else {
            self.calendar.schedule(self.later(step_plan.start_delay), Event::StepStart { delivery: place, step });
        }
    }

    /// A forked lane writes a log line; lanes that were ready before the last one have idled until now.
    fn count_fork_and_join(&mut self, plan: &Plan, place: u32, step: u16) {
        if !self.is_counted(plan, place) {
            return;
        }
        let step_plan = &plan.steps[usize::from(step)];
        self.tally.log_lines += u64::from(step_plan.forked);
        if step_plan.join.of > 1 {
            let ended = step_plan.predecessors.iter().filter_map(|&before| self.ended(plan, place, before));
            let idle: u128 = ended.map(|ended| u128::from(self.now - ended)).sum();
            self.tally.idle += idle;
        }
    }

    pub(super) fn start_step(&mut self, plan: &Plan, place: u32, step: u16) {
        if plan.cancels && self.progress(plan, place, step).cancelled {
            return self.end_step(plan, place, step);
        }
        let delivery = &self.deliveries[place];
        if !plan.is_taken(step, self.requests[delivery.request].luck) {
            self.step_succeeded(plan, place, step);
            return;
        }
        self.begin_attempt(plan, place, step, 0, false);
    }

    pub(super) fn step_succeeded(&mut self, plan: &Plan, place: u32, step: u16) {
        let step_plan = &plan.steps[usize::from(step)];
        let now = self.now;
        let progress = self.progress(plan, place, step);
        if progress.cancelled {
            // It succeeded in the very moment in which it was stopped: its effect stays, and nothing follows.
            return self.end_step(plan, place, step);
        }
        // Noted before its successors look at it.
        progress.phase = Phase::Over;
        progress.ended = now;
        let lane = progress.lane;
        for edge in &step_plan.successors {
            let progress = self.progress(plan, place, edge.to);
            if progress.phase != Phase::Waiting {
                // Its join was satisfied without this lane: the success counts in the state figures only.
                continue;
            }
            progress.needs = progress.needs.saturating_sub(1);
            progress.must -= u16::from(edge.must);
            if progress.needs == 0 && progress.must == 0 {
                self.set_going(plan, place, edge.to, Some(step));
                if plan.joins_early {
                    self.release_lanes(plan, place);
                }
            }
        }
        let delivery = &mut self.deliveries[place];
        if lane && !delivery.answering {
            delivery.last_step = step;
            if step_plan.last {
                delivery.answer_needs = delivery.answer_needs.saturating_sub(1);
                if delivery.answer_needs == 0 && plan.joins_early && delivery.failed_by.is_none() {
                    self.answer_soon(plan, place);
                }
            }
        }
        self.end_step(plan, place, step);
    }

    /// A step will not succeed any more: it failed for good, or its callee `declined`.
    pub(super) fn step_failed(&mut self, plan: &Plan, place: u32, step: u16, declined: bool) {
        let step_plan = &plan.steps[usize::from(step)];
        match step_plan.class {
            // Nobody waits for a detached step, so nobody can fail because of it.
            _ if step_plan.detached => self.end_step(plan, place, step),
            StepClass::Critical => {
                self.lane_failed(plan, place, step, declined);
                self.end_step(plan, place, step);
            }
            StepClass::Degradable => {
                self.deliveries[place].degraded = true;
                self.step_succeeded(plan, place, step);
            }
            StepClass::FireAndForget => self.step_succeeded(plan, place, step),
        }
    }

    /// A critical step has failed for good. It may have failed the delivery, and then its siblings with it.
    fn lane_failed(&mut self, plan: &Plan, place: u32, failed: u16, declined: bool) {
        if self.deliveries[place].answering {
            return;
        }
        let Failing { cancels, fail_fast } = if plan.joins_early {
            self.put_out_of_reach(plan, place, failed)
        } else {
            // Nothing can do without the step, and nothing after it can start: no need to walk there.
            self.deliveries[place].failed_by.get_or_insert(failed);
            plan.steps[usize::from(failed)].failing
        };
        if self.deliveries[place].failed_by == Some(failed) {
            self.deliveries[place].declined = declined;
            if cancels {
                self.cancel_lanes(plan, place, failed);
            }
            if fail_fast {
                self.answer_soon(plan, place);
            }
        }
    }

    /// A step whose join can no longer be satisfied fails with the one before it, and so on; the delivery has failed when
    /// that reaches the answer.
    fn put_out_of_reach(&mut self, plan: &Plan, place: u32, failed: u16) -> Failing {
        let mut failing = Failing::default();
        let mut lanes = vec![failed];
        while let Some(step) = lanes.pop() {
            let step_plan = &plan.steps[usize::from(step)];
            for edge in &step_plan.successors {
                let next = &plan.steps[usize::from(edge.to)];
                let progress = self.progress(plan, place, edge.to);
                if next.detached || progress.phase != Phase::Waiting || progress.released {
                    continue;
                }
                match progress.spare.checked_sub(1) {
                    Some(spare) if !edge.must => progress.spare = spare,
                    _ => {
                        progress.phase = Phase::OutOfReach;
                        failing.cancels |= next.join.cancels;
                        failing.fail_fast |= next.join.fail_fast;
                        lanes.push(edge.to);
                    }
                }
            }
            if step_plan.last {
                let delivery = &mut self.deliveries[place];
                match delivery.answer_spare.checked_sub(1) {
                    Some(spare) => delivery.answer_spare = spare,
                    None => {
                        delivery.failed_by.get_or_insert(failed);
                        failing.cancels |= plan.answer.cancels;
                        failing.fail_fast |= plan.answer.fail_fast;
                    }
                }
            }
        }
        failing
    }

    /// Lets go of the lanes that only lead to joins which are satisfied without them: they run on, and nobody
    /// waits for them.
    fn release_lanes(&mut self, plan: &Plan, place: u32) {
        // From the last steps backwards, so that a lane of several steps is let go as a whole.
        for &step in plan.order.iter().rev() {
            let step_plan = &plan.steps[usize::from(step)];
            let mut lanes_after = step_plan.successors.iter().filter(|edge| !plan.steps[usize::from(edge.to)].detached);
            if step_plan.last || step_plan.detached {
                continue;
            }
            let first = place as usize * plan.steps.len();
            let unneeded = lanes_after.all(|edge| {
                let next = &self.progress[first + usize::from(edge.to)];
                next.phase != Phase::Waiting || next.released
            });
            let progress = self.progress(plan, place, step);
            if unneeded && progress.phase != Phase::Over && !progress.released {
                progress.released = true;
                let lane = std::mem::take(&mut progress.lane);
                self.deliveries[place].lanes -= u32::from(lane);
            }
        }
    }

    /// Stops the siblings of a step that failed for good. One that sleeps before a retry, or has not quite
    /// started, ends when it wakes.
    fn cancel_lanes(&mut self, plan: &Plan, place: u32, failed: u16) {
        for step in (0..plan.steps.len() as u16).filter(|&step| step != failed) {
            let progress = self.progress(plan, place, step);
            if progress.phase != Phase::Going || plan.steps[usize::from(step)].detached {
                continue;
            }
            progress.cancelled = true;
            let (lane, attempt) = (std::mem::take(&mut progress.lane), progress.attempt);
            self.deliveries[place].lanes -= u32::from(lane);
            if attempt != NO_ATTEMPT {
                self.cancel_attempt(plan, attempt);
            }
        }
    }

    pub(super) fn end_step(&mut self, plan: &Plan, place: u32, step: u16) {
        let now = self.now;
        let progress = self.progress(plan, place, step);
        progress.phase = Phase::Over;
        progress.ended = now;
        let lane = std::mem::take(&mut progress.lane);
        let (set_going, is_known) = (progress.set_going, progress.known_at != NEVER);
        if plan.detaches && plan.steps[usize::from(step)].detached {
            self.note_detached(plan, place, set_going);
        }
        // After an early answer the coordinator takes back what it learns of later.
        if is_known && self.deliveries[place].answered {
            self.undo_what_came_late(plan, place);
        }
        let delivery = &mut self.deliveries[place];
        delivery.open -= 1;
        delivery.lanes -= u32::from(lane);
        if lane && delivery.lanes == 0 && !delivery.answering {
            self.answer_soon(plan, place);
        } else {
            self.close_delivery_if_done(plan, place);
        }
    }

    /// A detached step that was set going at that moment is done.
    fn note_detached(&mut self, plan: &Plan, place: u32, set_going: Nanos) {
        if self.is_counted(plan, place) {
            self.tally.detached_lags.push(self.now - set_going);
            self.tally.detached_backlog += u64::from(set_going < plan.duration && plan.duration <= self.now);
        }
    }

    /// Holds what a step took in one delivery against its own budget. One that `failed` is over it, whatever it took.
    #[inline]
    pub(super) fn judge_step(&mut self, plan: &Plan, place: u32, step: u16, failed: bool) {
        if plan.judges_steps {
            self.judge_by_budget(plan, place, step, failed);
        }
    }

    fn judge_by_budget(&mut self, plan: &Plan, place: u32, step: u16, failed: bool) {
        let Some(budget) = plan.steps[usize::from(step)].budget else { return };
        if self.is_counted(plan, place) {
            let took = self.now - self.progress(plan, place, step).set_going;
            let counts = &mut self.tally.steps[usize::from(step)];
            counts.judged += 1;
            counts.over_budget += u64::from(failed || took > budget);
        }
    }

    /// Walks back from the answer along the steps that each set the next one going, and counts their time.
    pub(super) fn count_critical_path(&mut self, plan: &Plan, place: u32) {
        let mut step = self.deliveries[place].last_step;
        let first = place as usize * plan.steps.len();
        loop {
            let progress = &self.progress[first + usize::from(step)];
            if progress.phase == Phase::Over {
                self.tally.steps[usize::from(step)].critical += u128::from(progress.ended - progress.set_going);
            }
            if progress.after == NOBODY {
                return;
            }
            step = progress.after;
        }
    }
}
