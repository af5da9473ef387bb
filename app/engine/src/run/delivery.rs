//! Deliveries: one sending of a request, from its start to its answer and to the end of all it set going.

use crate::{nanos::Nanos, plan::Plan};

use super::{Event, Run, lanes::Progress};

/// One sending of a request.
#[derive(Debug)]
pub(super) struct Delivery {
    pub(super) request: u32,
    pub(super) number: u32,
    /// The key by which its consumer keeps order.
    pub(super) key: u32,
    /// When it was sent.
    sent: Nanos,
    /// When it began: at once, or when it got a worker.
    begun: Nanos,
    /// Waited-for steps that have been set going and have not ended.
    pub(super) lanes: u32,
    /// Last lanes whose success the answer still waits for, and failures it can still bear.
    pub(super) answer_needs: u16,
    pub(super) answer_spare: u16,
    /// Everything that has been set going and has not ended: steps, attempts that run on unseen, undoing.
    pub(super) open: u32,
    /// The critical step that failed first.
    pub(super) failed_by: Option<u16>,
    /// Whether that step was declined: its failure is an answer.
    pub(super) declined: bool,
    pub(super) degraded: bool,
    /// Whether its answer is on its way, or out.
    pub(super) answering: bool,
    pub(super) answered: bool,
    /// Whether its caller no longer waits for it.
    pub(super) given_up: bool,
    /// Whether its coordinator is taking something back right now.
    pub(super) undoing: bool,
    /// The step that ended last before the answer.
    pub(super) last_step: u16,
}

impl Run {
    /// Sends the request once more.
    pub(super) fn send(&mut self, plan: &Plan, request_place: u32) {
        let now = self.now;
        let request = &mut self.requests[request_place];
        let number = request.deliveries;
        request.deliveries += 1;
        request.open += 1;
        let place = self.deliveries.insert(Delivery {
            request: request_place,
            number,
            key: 0,
            sent: now,
            begun: now,
            lanes: 0,
            answer_needs: plan.answer.needs,
            answer_spare: plan.answer.of - plan.answer.needs,
            open: 0,
            failed_by: None,
            declined: false,
            degraded: false,
            answering: false,
            answered: false,
            given_up: false,
            undoing: false,
            last_step: 0,
        });
        let steps = plan.steps.len();
        let first = place as usize * steps;
        if self.progress.len() < first + steps {
            self.progress.resize(first + steps, Progress::WAITING);
        }
        for (progress, step) in self.progress[first..first + steps].iter_mut().zip(&plan.steps) {
            *progress = Progress::before(step.join);
        }
        if let Some(timeout) = plan.caller_timeout {
            let generation = self.deliveries.generation(place);
            self.set_alarm(steps, self.later(timeout), place, generation);
        }
        self.enqueue_or_begin(plan, place);
    }

    /// Sets the first steps going.
    pub(super) fn begin_delivery(&mut self, plan: &Plan, place: u32) {
        let delivery = &mut self.deliveries[place];
        // Held open, and counted as one lane, until all first steps are set going: a step that ends at once must
        // not make the delivery look finished.
        delivery.open = 1;
        delivery.lanes = 1;
        delivery.begun = self.now;
        let waited = self.now - delivery.sent;
        if delivery.sent < plan.duration && plan.duration <= self.now {
            self.tally.worker_backlog += 1;
        }
        if self.is_counted(plan, place) {
            self.tally.idle += u128::from(waited);
            self.tally.log_lines += 1;
        }
        for step in 0..plan.steps.len() as u16 {
            if plan.steps[usize::from(step)].join.of == 0 {
                self.set_going(plan, place, step, None);
            }
        }
        let delivery = &mut self.deliveries[place];
        delivery.lanes -= 1;
        if delivery.lanes == 0 {
            self.answer_soon(plan, place);
        }
        self.close_delivery_part(plan, place);
    }

    /// How long a delivery has been worked on.
    pub(super) fn held(&self, place: u32) -> Nanos {
        self.now - self.deliveries[place].begun
    }

    /// Whether the figures cover the request of this delivery.
    pub(super) fn is_counted(&self, plan: &Plan, delivery: u32) -> bool {
        self.requests[self.deliveries[delivery].request].arrival >= plan.warmup
    }

    /// The answer goes out, after what the join of the last lanes costs.
    pub(super) fn answer_soon(&mut self, plan: &Plan, place: u32) {
        if std::mem::replace(&mut self.deliveries[place].answering, true) {
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
