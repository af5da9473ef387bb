//! Deliveries: starting steps as what they wait for succeeds, and answering.

use crate::{luck::Purpose, nanos::Nanos, plan::Plan};
use model::StepClass;

use super::{Event, Run};

/// One sending of a request.
#[derive(Debug)]
pub(super) struct Delivery {
    pub(super) request: u32,
    pub(super) number: u32,
    /// Waited-for steps that have been set going and have not ended.
    lanes: u32,
    /// Everything that has been set going and has not ended: steps, attempts that run on unseen, undoing.
    pub(super) open: u32,
    /// The critical step that failed first.
    pub(super) failed_by: Option<u16>,
    pub(super) degraded: bool,
    pub(super) answered: bool,
    /// Whether its caller no longer waits for it.
    pub(super) given_up: bool,
}

/// How far one step of one delivery is.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Progress {
    /// Steps it still waits for.
    waits_for: u16,
    /// When its latest success was acknowledged or its latest timeout seen: what a coordinator knows of it.
    pub(super) known_at: Option<Nanos>,
}

impl Run {
    /// Sends the request once more.
    pub(super) fn send(&mut self, plan: &Plan, request_place: u32) {
        let request = &mut self.requests[request_place];
        let number = request.deliveries;
        request.deliveries += 1;
        request.open += 1;
        let place = self.deliveries.insert(Delivery {
            request: request_place,
            number,
            lanes: 0,
            open: 0,
            failed_by: None,
            degraded: false,
            answered: false,
            given_up: false,
        });
        let steps = plan.steps.len();
        let first = place as usize * steps;
        if self.progress.len() < first + steps {
            self.progress.resize(first + steps, Progress::default());
        }
        for (progress, step) in self.progress[first..first + steps].iter_mut().zip(&plan.steps) {
            *progress = Progress { waits_for: step.waits_for, known_at: None };
        }
        if let Some(timeout) = plan.caller_timeout {
            let generation = self.deliveries.generation(place);
            self.calendar.schedule(self.later(timeout), Event::CallerTimeout { delivery: place, generation });
        }
        // Counted as one lane until all first steps are set going: a step that ends at once must not make
        // the delivery look finished.
        self.deliveries[place].lanes = 1;
        for step in 0..steps as u16 {
            if plan.steps[usize::from(step)].waits_for == 0 {
                self.set_going(plan, place, step);
            }
        }
        self.end_lane(plan, place);
    }

    pub(super) fn progress(&mut self, plan: &Plan, delivery: u32, step: u16) -> &mut Progress {
        &mut self.progress[delivery as usize * plan.steps.len() + usize::from(step)]
    }

    /// All that a step waits for has succeeded: it starts, after what the fork and the join cost.
    fn set_going(&mut self, plan: &Plan, place: u32, step: u16) {
        let step_plan = &plan.steps[usize::from(step)];
        let delivery = &mut self.deliveries[place];
        delivery.open += 1;
        delivery.lanes += u32::from(!step_plan.detached);
        if step_plan.start_delay == 0 {
            self.start_step(plan, place, step);
        } else {
            self.calendar.schedule(self.later(step_plan.start_delay), Event::StepStart { delivery: place, step });
        }
    }

    pub(super) fn start_step(&mut self, plan: &Plan, place: u32, step: u16) {
        let delivery = &self.deliveries[place];
        let request = &self.requests[delivery.request];
        let taken_share = plan.steps[usize::from(step)].taken_share;
        // Whether a request takes a step is a fact of the request, the same in each of its deliveries.
        if taken_share < 1.0 && request.luck.at(0, step, 0, Purpose::Taken) >= taken_share {
            self.step_succeeded(plan, place, step);
            return;
        }
        if delivery.number == 0 && request.arrival >= plan.warmup {
            self.tally.wanted += 1;
        }
        self.begin_attempt(plan, place, step, 0, false);
    }

    pub(super) fn step_succeeded(&mut self, plan: &Plan, place: u32, step: u16) {
        for &next in &plan.steps[usize::from(step)].successors {
            let progress = self.progress(plan, place, next);
            progress.waits_for -= 1;
            if progress.waits_for == 0 {
                self.set_going(plan, place, next);
            }
        }
        self.end_step(plan, place, step);
    }

    /// A step will not succeed any more.
    pub(super) fn step_failed(&mut self, plan: &Plan, place: u32, step: u16) {
        match plan.steps[usize::from(step)].class {
            // Nobody waits for a detached step, so nobody can fail because of it.
            _ if plan.steps[usize::from(step)].detached => self.end_step(plan, place, step),
            StepClass::Critical => {
                // Nothing that waits for it starts; its siblings run on.
                self.deliveries[place].failed_by.get_or_insert(step);
                self.end_step(plan, place, step);
            }
            StepClass::Degradable => {
                self.deliveries[place].degraded = true;
                self.step_succeeded(plan, place, step);
            }
            StepClass::FireAndForget => self.step_succeeded(plan, place, step),
        }
    }

    fn end_step(&mut self, plan: &Plan, place: u32, step: u16) {
        self.deliveries[place].open -= 1;
        if plan.steps[usize::from(step)].detached {
            self.close_delivery_if_done(plan, place);
        } else {
            self.end_lane(plan, place);
        }
    }

    fn end_lane(&mut self, plan: &Plan, place: u32) {
        let delivery = &mut self.deliveries[place];
        delivery.lanes -= 1;
        if delivery.lanes > 0 {
            return;
        }
        if plan.answer_delay == 0 {
            self.answer(plan, place);
        } else {
            self.calendar.schedule(self.later(plan.answer_delay), Event::Answer { delivery: place });
        }
    }

    /// Something that this delivery had set going beside its lanes is over.
    pub(super) fn close_delivery_part(&mut self, plan: &Plan, place: u32) {
        self.deliveries[place].open -= 1;
        self.close_delivery_if_done(plan, place);
    }

    pub(super) fn close_delivery_if_done(&mut self, plan: &Plan, place: u32) {
        let delivery = &self.deliveries[place];
        if delivery.answered && delivery.open == 0 {
            let request = delivery.request;
            self.deliveries.remove(place);
            self.close_one(plan, request);
        }
    }
}
