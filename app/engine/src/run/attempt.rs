//! Attempts: taking slots, being served, ending, being retried.

use crate::{
    luck::Purpose,
    nanos::{self, Nanos},
    normal,
    plan::{Plan, StepPlan},
    slots::Asked,
    trace::{Ending, Span},
};
use model::Jitter;

use super::{Event, Run, delivery::Delivery, request::Key};

/// One try of a step, or of its undo.
#[derive(Debug)]
pub(super) struct Attempt {
    delivery: u32,
    request: u32,
    step: u16,
    /// 0 for the first try.
    number: u32,
    undo: bool,
    asked: Nanos,
    /// When it began to wait for the pool it waits for now.
    queued: Nanos,
    started: Option<Nanos>,
    /// Slots it holds, as the first so many of its step's pools.
    held: u8,
    fate: Fate,
    /// Its caller no longer waits for it, but it runs on.
    unseen: bool,
    /// Attempts in service under the same key that wait for this one's result.
    followers: Vec<u32>,
}

/// How an attempt's service will end.
#[derive(Clone, Copy, Debug)]
struct Fate {
    ending: Ending,
    /// Whether the write lands.
    commits: bool,
    unprocessed: bool,
    /// Whether it stands in for an earlier commit under its key.
    absorbed: bool,
}

impl Fate {
    const OPEN: Fate = Fate { ending: Ending::Succeeded, commits: false, unprocessed: false, absorbed: false };
}

impl Run {
    pub(super) fn begin_attempt(&mut self, plan: &Plan, delivery: u32, step: u16, number: u32, undo: bool) {
        let request = self.deliveries[delivery].request;
        self.attempts_made += 1;
        if self.requests[request].arrival >= plan.warmup {
            if undo {
                self.tally.undo_calls += 1;
            } else {
                self.tally.attempts += 1;
            }
        }
        let attempt = self.attempts.insert(Attempt {
            delivery,
            request,
            step,
            number,
            undo,
            asked: self.now,
            queued: self.now,
            started: None,
            held: 0,
            fate: Fate::OPEN,
            unseen: false,
            followers: Vec::new(),
        });
        if self.take_slots(plan, attempt) == Asked::Queued {
            let deadline = self.later(plan.steps[usize::from(step)].timeout);
            let generation = self.attempts.generation(attempt);
            self.calendar.schedule(deadline, Event::QueueTimeout { attempt, generation });
        }
    }

    /// Asks for one slot after the other, as far as they are free; then service starts.
    fn take_slots(&mut self, plan: &Plan, place: u32) -> Asked {
        loop {
            let attempt = &self.attempts[place];
            let pools = &plan.steps[usize::from(attempt.step)].pools;
            let Some(&pool) = pools.get(usize::from(attempt.held)) else {
                self.start_service(plan, place);
                return Asked::Granted;
            };
            let ticket = (place, self.attempts.generation(place));
            match self.slots[pool as usize].ask(self.now, ticket) {
                Asked::Granted => self.attempts[place].held += 1,
                Asked::Queued => {
                    self.attempts[place].queued = self.now;
                    return Asked::Queued;
                }
                Asked::Rejected => {
                    self.give_slots_back(plan, place);
                    self.conclude(plan, place, Ending::Rejected);
                    return Asked::Rejected;
                }
            }
        }
    }

    fn give_slots_back(&mut self, plan: &Plan, place: u32) {
        let attempt = &mut self.attempts[place];
        let held = std::mem::take(&mut attempt.held);
        let pools = &plan.steps[usize::from(attempt.step)].pools[..usize::from(held)];
        for &pool in pools {
            self.slots[pool as usize].free(self.now);
        }
        self.pools_to_serve.extend(pools);
        self.serve_queues(plan);
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
            if self.attempts.generation(place) != generation {
                continue;
            }
            let waited = self.now - self.attempts[place].queued;
            self.slots[pool as usize].take(self.now, waited);
            self.attempts[place].held += 1;
            self.take_slots(plan, place);
        }
        self.serving = false;
    }

    fn start_service(&mut self, plan: &Plan, place: u32) {
        let now = self.now;
        let attempt = &mut self.attempts[place];
        attempt.started = Some(now);
        let (request, step_number) = (attempt.request, attempt.step);
        let step = &plan.steps[usize::from(step_number)];
        let undo = attempt.undo;
        if step.key_ttl.is_some() && !undo {
            match self.record(plan, request, step_number).key {
                Key::Reserved { attempt: first } => {
                    self.attempts[first].followers.push(place);
                    self.schedule_timeout(step, place);
                    return;
                }
                Key::Committed { at } if now - at <= step.key_ttl.unwrap_or(0) => {
                    self.attempts[place].fate.absorbed = true;
                }
                Key::Committed { .. } | Key::Unknown => {
                    self.record(plan, request, step_number).key = Key::Reserved { attempt: place };
                }
            }
        }
        let (service, fate) = self.draw(plan, place);
        self.attempts[place].fate = fate;
        let end = self.later(service);
        let deadline = self.attempts[place].asked.saturating_add(step.timeout);
        if end <= deadline {
            self.calendar.schedule(end, Event::ServiceEnd { attempt: place });
        } else {
            self.calendar.schedule(deadline, Event::ServiceTimeout { attempt: place });
            if step.runs_on {
                self.calendar.schedule(end, Event::ServiceEnd { attempt: place });
            }
        }
    }

    /// The timeout of an attempt that waits for another under the same key, and so has no end of its own.
    fn schedule_timeout(&mut self, step: &StepPlan, place: u32) {
        let deadline = self.attempts[place].asked.saturating_add(step.timeout);
        let generation = self.attempts.generation(place);
        self.calendar.schedule(deadline, Event::QueueTimeout { attempt: place, generation });
    }

    /// Draws how long service takes and how it ends.
    fn draw(&self, plan: &Plan, place: u32) -> (Nanos, Fate) {
        let attempt = &self.attempts[place];
        let step = &plan.steps[usize::from(attempt.step)];
        let request = &self.requests[attempt.request];
        let delivery = self.deliveries[attempt.delivery].number;
        let u = |purpose| request.luck.at(delivery, attempt.step, attempt.number, purpose);
        let (time, u_service) = if attempt.undo {
            (&step.undo_service, u(Purpose::UndoService))
        } else {
            (&step.service, u(Purpose::Service))
        };
        let ms = if plan.slow_together > 0.0 {
            let own = normal::quantile(u_service);
            let together = plan.slow_together;
            time.at_normal(libm::sqrt(together) * request.common + libm::sqrt(1.0 - together) * own)
        } else {
            time.quantile(u_service)
        };
        let service = nanos::from_ms(ms * request.slowdown);
        if attempt.undo {
            let failed = u(Purpose::UndoEnding) < step.undo_error_rate;
            return (service, Fate { ending: if failed { Ending::Failed } else { Ending::Succeeded }, ..Fate::OPEN });
        }
        if attempt.fate.absorbed {
            return (service, attempt.fate);
        }
        let ending = u(Purpose::Ending);
        let fate = if ending < step.permanent_error_rate {
            Fate { ending: Ending::Declined, ..Fate::OPEN }
        } else if ending < step.permanent_error_rate + step.error_rate {
            let landed =
                step.error_after_commit_share > 0.0 && u(Purpose::CommittedAnyway) < step.error_after_commit_share;
            Fate { ending: Ending::Failed, commits: step.writes && landed, ..Fate::OPEN }
        } else {
            let unprocessed =
                step.accepted_not_processed_rate > 0.0 && u(Purpose::Processed) < step.accepted_not_processed_rate;
            Fate { ending: Ending::Succeeded, commits: step.writes && !unprocessed, unprocessed, absorbed: false }
        };
        (service, fate)
    }

    /// The timeout of an attempt that still queues, or waits for another under the same key.
    pub(super) fn queue_timeout(&mut self, plan: &Plan, place: u32) {
        let attempt = &self.attempts[place];
        let step = &plan.steps[usize::from(attempt.step)];
        match attempt.started {
            None => {
                let pool = step.pools[usize::from(attempt.held)];
                self.slots[pool as usize].give_up(self.now - attempt.queued);
            }
            Some(_) => match self.record_key_holder(plan, place) {
                Some(first) => self.attempts[first].followers.retain(|&follower| follower != place),
                // It got its slots in time and is in service: that timeout was for the queue.
                None => return,
            },
        }
        self.give_slots_back(plan, place);
        self.conclude(plan, place, Ending::TimedOut);
    }

    /// The attempt whose result this one waits for under their common key.
    fn record_key_holder(&mut self, plan: &Plan, place: u32) -> Option<u32> {
        let (request, step) = (self.attempts[place].request, self.attempts[place].step);
        let key = self.record(plan, request, step).key;
        match key {
            Key::Reserved { attempt } if self.attempts[attempt].followers.contains(&place) => Some(attempt),
            Key::Reserved { .. } | Key::Committed { .. } | Key::Unknown => None,
        }
    }

    /// The timeout of an attempt in service.
    pub(super) fn service_timeout(&mut self, plan: &Plan, place: u32) {
        let attempt = &mut self.attempts[place];
        if plan.steps[usize::from(attempt.step)].runs_on {
            attempt.unseen = true;
            let delivery = attempt.delivery;
            self.deliveries[delivery].open += 1;
            self.after_ending(plan, place, Ending::TimedOut);
        } else {
            let fate = Fate { ending: Ending::TimedOut, ..Fate::OPEN };
            self.release_key(plan, place, fate);
            self.give_slots_back(plan, place);
            self.conclude(plan, place, Ending::TimedOut);
        }
    }

    pub(super) fn service_end(&mut self, plan: &Plan, place: u32) {
        let fate = self.attempts[place].fate;
        self.take_effect(plan, place, fate);
        self.release_key(plan, place, fate);
        self.give_slots_back(plan, place);
        if self.attempts[place].unseen {
            let delivery = self.attempts[place].delivery;
            self.attempts.remove(place);
            self.close_delivery_part(plan, delivery);
        } else {
            self.conclude(plan, place, fate.ending);
        }
    }

    fn take_effect(&mut self, plan: &Plan, place: u32, fate: Fate) {
        let attempt = &self.attempts[place];
        let (request, step, undo) = (attempt.request, attempt.step, attempt.undo);
        let record = self.record(plan, request, step);
        if undo {
            if fate.ending == Ending::Succeeded && record.live > 0 {
                record.live -= 1;
                // A reservation is another delivery's; only what was committed is forgotten.
                if matches!(record.key, Key::Committed { .. }) {
                    record.key = Key::Unknown;
                }
            }
            return;
        }
        record.commits += u32::from(fate.commits);
        record.live += u32::from(fate.commits);
        record.unprocessed |= fate.unprocessed;
    }

    /// Ends a reservation: the key is remembered after a commit or a success and free again otherwise;
    /// attempts that waited for this one end with it, in the order they came.
    fn release_key(&mut self, plan: &Plan, place: u32, fate: Fate) {
        let now = self.now;
        let attempt = &self.attempts[place];
        let (request, step) = (attempt.request, attempt.step);
        let record = self.record(plan, request, step);
        match record.key {
            Key::Reserved { attempt } if attempt == place => {
                let settled = fate.commits || fate.ending == Ending::Succeeded;
                record.key = if settled { Key::Committed { at: now } } else { Key::Unknown };
            }
            Key::Reserved { .. } | Key::Committed { .. } | Key::Unknown => return,
        }
        for follower in std::mem::take(&mut self.attempts[place].followers) {
            self.give_slots_back(plan, follower);
            self.conclude(plan, follower, fate.ending);
        }
    }

    /// An attempt that holds nothing any more ends.
    fn conclude(&mut self, plan: &Plan, place: u32, ending: Ending) {
        self.after_ending(plan, place, ending);
        self.attempts.remove(place);
    }

    /// Goes on after an attempt as its caller sees it.
    fn after_ending(&mut self, plan: &Plan, place: u32, ending: Ending) {
        let attempt = &self.attempts[place];
        let (delivery, request, step, number, undo) =
            (attempt.delivery, attempt.request, attempt.step, attempt.number, attempt.undo);
        let (asked, started, ended) = (attempt.asked, attempt.started, self.now);
        let delivery_number = self.deliveries[delivery].number;
        self.span(request, |since| Span {
            step: u32::from(step),
            delivery: delivery_number,
            attempt: number,
            undo,
            asked_ms: since(asked),
            started_ms: started.map(since),
            ended_ms: since(ended),
            ending,
        });
        if ending == Ending::TimedOut && self.requests[request].arrival >= plan.warmup {
            self.tally.timeouts += 1;
        }
        if !undo && matches!(ending, Ending::Succeeded | Ending::TimedOut) {
            self.progress(plan, delivery, step).known_at = Some(self.now);
        }
        match ending {
            Ending::Succeeded if undo => self.undo_next(plan, delivery),
            Ending::Succeeded => self.step_succeeded(plan, delivery, step),
            Ending::Declined => self.step_failed(plan, delivery, step),
            Ending::Failed | Ending::TimedOut | Ending::Rejected => {
                self.retry_or_fail(plan, delivery, step, number, undo);
            }
        }
    }

    fn retry_or_fail(&mut self, plan: &Plan, delivery: u32, step: u16, number: u32, undo: bool) {
        let retry = plan.steps[usize::from(step)].retry.as_ref().filter(|retry| number < retry.max);
        let Some(retry) = retry else {
            return if undo { self.undo_next(plan, delivery) } else { self.step_failed(plan, delivery, step) };
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
        let at = self.later(nanos::from_ms(sleep_ms * share));
        self.calendar.schedule(at, Event::Retry { delivery, step, number: number + 1, undo });
    }
}
