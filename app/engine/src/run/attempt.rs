//! Attempts: taking slots, ending, being retried.

use crate::{
    luck::Purpose,
    nanos::{self, Nanos},
    plan::Plan,
    slots::Asked,
    trace::{Ending, Span},
};
use model::Jitter;

use super::{Event, Run, delivery::Delivery, lanes::NO_ATTEMPT, request::Key, service::Fate};

/// One try of a step, or of its undo.
#[derive(Debug)]
pub(super) struct Attempt {
    pub(super) delivery: u32,
    pub(super) request: u32,
    pub(super) step: u16,
    /// 0 for the first try.
    pub(super) number: u32,
    pub(super) undo: bool,
    pub(super) asked: Nanos,
    /// When it began to wait for the pool it waits for now.
    queued: Nanos,
    /// Whether it waits for a pool.
    waits: bool,
    pub(super) started: Option<Nanos>,
    /// How long its service takes, before surges \[ms\].
    pub(super) service_ms: f64,
    /// Whether the figures cover its request.
    pub(super) counted: bool,
    /// Slots it holds, as the first so many of its step's pools.
    held: u16,
    /// How its service ends, unless its callee is down or remembers its key.
    pub(super) fate: Fate,
    /// Its caller no longer waits for it, but it runs on.
    pub(super) unseen: bool,
    /// Under which its breaker counts its result.
    epoch: u32,
}

impl Run {
    /// A sleep before a retry is over.
    pub(super) fn retry(&mut self, plan: &Plan, delivery: u32, step: u16, number: u32, undo: bool) {
        if !undo && self.progress(plan, delivery, step).cancelled {
            return self.end_step(plan, delivery, step);
        }
        if plan.retry_cap.is_some_and(|cap| self.retries_in_flight >= cap) {
            return self.no_more_attempts(plan, delivery, step, undo);
        }
        self.begin_attempt(plan, delivery, step, number, undo);
    }

    pub(super) fn begin_attempt(&mut self, plan: &Plan, delivery: u32, step: u16, number: u32, undo: bool) {
        let now = self.now;
        let step_plan = &plan.steps[usize::from(step)];
        let Delivery { request, number: sending, .. } = self.deliveries[delivery];
        let of = &self.requests[request];
        let counted = of.arrival >= plan.warmup;
        let u = |purpose| of.luck.at(sending, step, number, purpose);
        let service_ms = step_plan.service_ms(undo, u, plan.slow_together, of.common) * of.slowdown;
        // Whether its callee declines is a fact of the request, the same in each of its attempts and deliveries.
        let declined = || of.luck.at(0, step, 0, Purpose::Ending) < step_plan.permanent_error_rate;
        let first = sending == 0 && number == 0;
        let fate = if undo { step_plan.undo_fate(u) } else { step_plan.fate(u, first, declined) };
        if number == 0 {
            self.retry_tokens.earn();
        } else {
            self.retries_in_flight += 1;
        }
        self.attempts_made += 1;
        let admitted = self.breakers.admit(step_plan.service_place, now);
        if counted && undo {
            self.tally.undo_calls += 1;
        } else if counted {
            self.tally.attempt(now, step, step_plan.service_place, first, admitted.is_some());
        }
        let attempt = self.attempts.insert(Attempt {
            delivery,
            request,
            step,
            number,
            undo,
            asked: now,
            queued: now,
            waits: false,
            started: None,
            service_ms,
            counted,
            held: 0,
            fate,
            unseen: false,
            epoch: admitted.unwrap_or_default(),
        });
        if admitted.is_none() {
            return self.conclude(plan, attempt, Ending::Refused);
        }
        if plan.cancels && !undo {
            self.progress(plan, delivery, step).attempt = attempt;
        }
        if self.take_slots(plan, attempt) == Asked::Queued {
            let generation = self.attempts.generation(attempt);
            self.set_alarm(usize::from(step), now.saturating_add(step_plan.timeout), attempt, generation);
        }
    }

    /// Asks for one slot after the other, as far as they are free; then service starts.
    fn take_slots(&mut self, plan: &Plan, place: u32) -> Asked {
        let ticket = (place, self.attempts.generation(place));
        let attempt = &mut self.attempts[place];
        let step = &plan.steps[usize::from(attempt.step)];
        while let Some(&pool) = step.pools.get(usize::from(attempt.held)) {
            match self.slots[pool as usize].ask(self.now, ticket, attempt.counted) {
                Asked::Granted => attempt.held += 1,
                Asked::Queued => {
                    attempt.queued = self.now;
                    attempt.waits = true;
                    return Asked::Queued;
                }
                Asked::Rejected => {
                    self.leave_step(plan, place);
                    self.give_slots_back(plan, place);
                    self.conclude(plan, place, Ending::Rejected);
                    return Asked::Rejected;
                }
            }
        }
        self.start_service(plan, step, ticket);
        Asked::Granted
    }

    pub(super) fn give_slots_back(&mut self, plan: &Plan, place: u32) {
        let attempt = &mut self.attempts[place];
        let held = std::mem::take(&mut attempt.held);
        if held == 0 {
            return;
        }
        for &pool in &plan.steps[usize::from(attempt.step)].pools[..usize::from(held)] {
            if self.slots[pool as usize].free(self.now) {
                self.pools_to_serve.push(pool);
            }
        }
        if !self.pools_to_serve.is_empty() {
            self.serve_queues(plan);
        }
    }

    /// Hands free slots to those who wait for them. One who gets a slot may be rejected by its next pool and
    /// give it back: that is served in this same loop, because queues can be longer than the stack is deep.
    fn serve_queues(&mut self, plan: &Plan) {
        if std::mem::replace(&mut self.serving, true) {
            return;
        }
        while let Some(&pool) = self.pools_to_serve.last() {
            let Some((place, generation)) = self.slots[pool as usize].next() else {
                self.pools_to_serve.retain(|&served| served != pool);
                continue;
            };
            // A ticket whose attempt gave up stays in the queue until its turn.
            if self.attempts.generation(place) != generation || !self.attempts[place].waits {
                continue;
            }
            let attempt = &self.attempts[place];
            let waited = if attempt.counted { self.now - attempt.queued } else { 0 };
            self.slots[pool as usize].take(self.now, waited);
            let attempt = &mut self.attempts[place];
            attempt.waits = false;
            attempt.held += 1;
            self.take_slots(plan, place);
        }
        self.serving = false;
    }

    /// The timeout of an attempt that still queues, or waits for another under the same key.
    pub(super) fn queue_timeout(&mut self, plan: &Plan, place: u32) {
        if self.stop_waiting(plan, place) {
            self.leave_step(plan, place);
            self.give_slots_back(plan, place);
            self.conclude(plan, place, Ending::TimedOut);
        }
    }

    /// Takes an attempt out of the queue, or from the attempt it waits for; `false` if it is in service itself.
    fn stop_waiting(&mut self, plan: &Plan, place: u32) -> bool {
        let attempt = &mut self.attempts[place];
        if std::mem::take(&mut attempt.waits) {
            let pool = plan.steps[usize::from(attempt.step)].pools[usize::from(attempt.held)];
            let waited = if attempt.counted { self.now - attempt.queued } else { 0 };
            self.slots[pool as usize].give_up(waited);
            return true;
        }
        let holder = self.key_holder(plan, place);
        if let Some(first) = holder {
            self.attempts[place].started = None;
            self.followers[first as usize].retain(|&(follower, _)| follower != place);
        }
        holder.is_some()
    }

    /// The attempt whose result this one waits for under their common key.
    fn key_holder(&mut self, plan: &Plan, place: u32) -> Option<u32> {
        let (request, step) = (self.attempts[place].request, self.attempts[place].step);
        let key = self.record(plan, request, step).key;
        match key {
            Key::Reserved { attempt }
                if self.followers[attempt as usize].iter().any(|&(follower, _)| follower == place) =>
            {
                Some(attempt)
            }
            Key::Reserved { .. } | Key::Committed { .. } | Key::Unknown => None,
        }
    }

    /// From here on the attempt's step cannot be cancelled through it: what it gives back may go to others, whose
    /// ends may fail this very delivery.
    pub(super) fn leave_step(&mut self, plan: &Plan, place: u32) {
        if !plan.cancels {
            return;
        }
        let attempt = &self.attempts[place];
        let (delivery, step) = (attempt.delivery, attempt.step);
        if !attempt.undo && !attempt.unseen {
            self.progress(plan, delivery, step).attempt = NO_ATTEMPT;
        }
    }

    /// Stops an attempt because a sibling of its lane failed: its slots are free and nothing commits.
    pub(super) fn cancel_attempt(&mut self, plan: &Plan, place: u32) {
        self.leave_step(plan, place);
        if !self.stop_waiting(plan, place) {
            self.release_key(plan, place, Fate { ending: Ending::Cancelled, ..Fate::OPEN });
        }
        self.give_slots_back(plan, place);
        self.conclude(plan, place, Ending::Cancelled);
    }

    /// An attempt that holds nothing any more ends.
    pub(super) fn conclude(&mut self, plan: &Plan, place: u32, ending: Ending) {
        self.after_ending(plan, place, ending);
        self.attempts.remove(place);
    }

    /// Goes on after an attempt as its caller sees it.
    pub(super) fn after_ending(&mut self, plan: &Plan, place: u32, ending: Ending) {
        let now = self.now;
        let attempt = &self.attempts[place];
        let (delivery, request, step, number, undo, epoch) =
            (attempt.delivery, attempt.request, attempt.step, attempt.number, attempt.undo, attempt.epoch);
        let (asked, started) = (attempt.asked, attempt.started);
        let counted = attempt.counted;
        if self.traced.is_some() {
            let delivery = self.deliveries[delivery].number;
            self.span(request, |since| Span {
                step: u32::from(step),
                delivery,
                attempt: number,
                undo,
                asked_ms: since(asked),
                started_ms: started.map(since),
                ended_ms: since(now),
                ending,
            });
        }
        self.retries_in_flight -= u32::from(number > 0);
        if counted {
            self.tally.end(step, undo, ending, started.unwrap_or(now) - asked);
        }
        let service = plan.steps[usize::from(step)].service_place;
        match ending {
            Ending::Refused => {}
            Ending::Cancelled => self.breakers.forget(service, epoch),
            // A decline is an answer: the service is well.
            Ending::Succeeded | Ending::Declined => self.breakers.record(service, epoch, false, now),
            Ending::Failed | Ending::TimedOut | Ending::Rejected => self.breakers.record(service, epoch, true, now),
        }
        // Only a coordinator that cancels or takes back asks for these.
        if !undo && (plan.cancels || plan.compensate) {
            let progress = self.progress(plan, delivery, step);
            progress.attempt = NO_ATTEMPT;
            if matches!(ending, Ending::Succeeded | Ending::TimedOut) {
                progress.known_at = now;
            }
        }
        match ending {
            Ending::Succeeded if undo => self.undo_next(plan, delivery),
            Ending::Succeeded => {
                self.judge_step(plan, delivery, step, false);
                self.step_succeeded(plan, delivery, step);
            }
            Ending::Declined => {
                self.judge_step(plan, delivery, step, false);
                self.step_failed(plan, delivery, step, true);
            }
            Ending::Cancelled => self.end_step(plan, delivery, step),
            Ending::Failed | Ending::TimedOut | Ending::Rejected | Ending::Refused => {
                self.retry_or_fail(plan, delivery, step, number, undo);
            }
        }
    }

    fn retry_or_fail(&mut self, plan: &Plan, delivery: u32, step: u16, number: u32, undo: bool) {
        let retry = plan.steps[usize::from(step)].retry.as_ref().filter(|retry| number < retry.max);
        let Some(retry) = retry.filter(|_| self.retry_tokens.spend()) else {
            return self.no_more_attempts(plan, delivery, step, undo);
        };
        let sleep_ms = retry.sleep_ms(number + 1);
        let share = match retry.jitter {
            Jitter::None => 1.0,
            Jitter::Full => {
                let purpose = if undo { Purpose::UndoJitter } else { Purpose::Jitter };
                let Delivery { request, number: delivery_number, .. } = self.deliveries[delivery];
                self.requests[request].luck.at(delivery_number, step, number, purpose)
            }
        };
        let sleep = nanos::from_ms(sleep_ms * share);
        if self.is_counted(plan, delivery) {
            self.tally.idle += u128::from(sleep);
        }
        self.calendar.schedule(self.later(sleep), Event::Retry { delivery, step, number: number + 1, undo });
    }

    fn no_more_attempts(&mut self, plan: &Plan, delivery: u32, step: u16, undo: bool) {
        if undo {
            self.undo_next(plan, delivery);
        } else {
            self.judge_step(plan, delivery, step, true);
            self.step_failed(plan, delivery, step, false);
        }
    }
}
