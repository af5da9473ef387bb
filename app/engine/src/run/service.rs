//! Service: how long an attempt takes once it has its slots, how it ends, and what it leaves behind.

use crate::{
    luck::Purpose,
    nanos::{self, Nanos},
    plan::{OutagePlan, Plan, StepPlan},
    trace::Ending,
};

use super::{Event, Run, request::Key};

/// How an attempt's service will end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fate {
    pub(super) ending: Ending,
    /// Whether the write lands.
    pub(super) commits: bool,
    pub(super) unprocessed: bool,
    pub(super) processed: bool,
    /// Whether its callee hangs: then nothing keeps its slots once its caller has given up.
    pub(super) hangs: bool,
}

impl Fate {
    pub(super) const OPEN: Fate =
        Fate { ending: Ending::Succeeded, commits: false, unprocessed: false, processed: false, hangs: false };
}

/// How long a callee that is down takes to refuse.
const REFUSAL: Nanos = 5_000_000;

impl Run {
    pub(super) fn start_service(&mut self, plan: &Plan, place: u32) {
        let now = self.now;
        let attempt = &mut self.attempts[place];
        attempt.started = Some(now);
        let (request, step_number, undo) = (attempt.request, attempt.step, attempt.undo);
        let step = &plan.steps[usize::from(step_number)];
        let mut absorbed = false;
        if let Some(ttl) = step.key_ttl.filter(|_| !undo) {
            let key = &mut self.record(plan, request, step_number).key;
            match *key {
                Key::Reserved { attempt: first } => {
                    let generation = self.attempts.generation(place);
                    self.attempts[first].followers.push((place, generation));
                    return self.schedule_queue_timeout(step, place);
                }
                Key::Committed { at } if now - at <= ttl => absorbed = true,
                Key::Committed { .. } | Key::Unknown => *key = Key::Reserved { attempt: place },
            }
        }
        if !undo {
            self.note_reads(plan, request, step);
        }
        let down = step.outages.iter().find(|outage| (outage.from..outage.until).contains(&now));
        let (service, fate) = match down {
            Some(outage) => fail_in(outage, now),
            None => self.draw(plan, place, absorbed),
        };
        let attempt = &mut self.attempts[place];
        attempt.fate = fate;
        let deadline = attempt.asked.saturating_add(step.timeout);
        let end = now.saturating_add(service);
        let generation = self.attempts.generation(place);
        // The timeout was set first: at the same moment it is served first.
        if end < deadline {
            self.calendar.schedule(end, Event::ServiceEnd { attempt: place, generation });
        } else {
            self.calendar.schedule(deadline, Event::ServiceTimeout { attempt: place, generation });
            if step.runs_on && !fate.hangs {
                self.calendar.schedule(end, Event::ServiceEnd { attempt: place, generation });
            }
        }
    }

    /// The timeout of an attempt that waits for another under the same key, and so has no end of its own.
    fn schedule_queue_timeout(&mut self, step: &StepPlan, place: u32) {
        let deadline = self.attempts[place].asked.saturating_add(step.timeout);
        let generation = self.attempts.generation(place);
        self.calendar.schedule(deadline, Event::QueueTimeout { attempt: place, generation });
    }

    /// A read that starts before a write it comes after in sequential order has landed is stale.
    fn note_reads(&mut self, plan: &Plan, request: u32, step: &StepPlan) {
        if step.reads_after.is_empty() || self.requests[request].arrival < plan.warmup {
            return;
        }
        let first = request as usize * plan.steps.len();
        let luck = self.requests[request].luck;
        let stale = step.reads_after.iter().any(|&writer| {
            let taken = plan.steps[usize::from(writer)].taken_share;
            // A writer that this request skips writes nothing that could be missed.
            let skipped = taken < 1.0 && luck.at(0, writer, 0, Purpose::Taken) >= taken;
            !skipped && self.touches[first + usize::from(writer)].until == 0
        });
        self.tally.stale_reads += u64::from(stale);
    }

    /// Draws how long service will take \[ms\], before surges. Whatever happens until then does not change it; and it is
    /// drawn long before it is needed, because a logarithm takes its time.
    #[inline(always)]
    pub(super) fn draw_service(&self, plan: &Plan, delivery: u32, step: u16, number: u32, undo: bool) -> f64 {
        let step_plan = &plan.steps[usize::from(step)];
        let delivery = &self.deliveries[delivery];
        let request = &self.requests[delivery.request];
        let u = |purpose| request.luck.at(delivery.number, step, number, purpose);
        let (time, u_service) = if undo {
            (&step_plan.undo_service, u(Purpose::UndoService))
        } else {
            (&step_plan.service, u(Purpose::Service))
        };
        time.drawn(u_service, plan.slow_together, request.common) * request.slowdown
    }

    /// Settles how long service takes, now that it starts, and how it ends.
    fn draw(&self, plan: &Plan, place: u32, absorbed: bool) -> (Nanos, Fate) {
        let attempt = &self.attempts[place];
        let step = &plan.steps[usize::from(attempt.step)];
        let request = &self.requests[attempt.request];
        let delivery = self.deliveries[attempt.delivery].number;
        let u = |purpose| request.luck.at(delivery, attempt.step, attempt.number, purpose);
        let surge = step.surge.map_or(1.0, |surge| {
            let busy = f64::from(self.slots[surge.pool as usize].taken());
            if busy > surge.above { surge.factor } else { 1.0 }
        });
        let service = nanos::from_ms(attempt.service_ms * surge);
        if attempt.undo {
            let failed = step.undo_error_rate > 0.0 && u(Purpose::UndoEnding) < step.undo_error_rate;
            return (service, Fate { ending: if failed { Ending::Failed } else { Ending::Succeeded }, ..Fate::OPEN });
        }
        if absorbed {
            return (service, Fate::OPEN);
        }
        let errors = step.permanent_error_rate + step.error_rate;
        let ending = if errors > 0.0 { u(Purpose::Ending) } else { 1.0 };
        let fate = if ending < step.permanent_error_rate {
            Fate { ending: Ending::Declined, ..Fate::OPEN }
        } else if ending < errors {
            let landed =
                step.error_after_commit_share > 0.0 && u(Purpose::CommittedAnyway) < step.error_after_commit_share;
            Fate { ending: Ending::Failed, commits: step.writes && landed, ..Fate::OPEN }
        } else {
            let unprocessed =
                step.accepted_not_processed_rate > 0.0 && u(Purpose::Processed) < step.accepted_not_processed_rate;
            Fate { commits: step.writes && !unprocessed, unprocessed, processed: !unprocessed, ..Fate::OPEN }
        };
        (service, fate)
    }

    /// The timeout of an attempt in service.
    pub(super) fn service_timeout(&mut self, plan: &Plan, place: u32) {
        let attempt = &mut self.attempts[place];
        if plan.steps[usize::from(attempt.step)].runs_on && !attempt.fate.hangs {
            attempt.unseen = true;
            let delivery = attempt.delivery;
            self.deliveries[delivery].open += 1;
            self.after_ending(plan, place, Ending::TimedOut);
        } else {
            self.leave_step(plan, place);
            self.release_key(plan, place, Fate { ending: Ending::TimedOut, ..Fate::OPEN });
            self.give_slots_back(plan, place);
            self.conclude(plan, place, Ending::TimedOut);
        }
    }

    pub(super) fn service_end(&mut self, plan: &Plan, place: u32) {
        let fate = self.attempts[place].fate;
        self.leave_step(plan, place);
        let accepted = plan.steps[usize::from(self.attempts[place].step)].accepted_not_processed_rate > 0.0;
        if self.attempts[place].undo || fate.commits || accepted {
            self.take_effect(plan, place, fate);
        }
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
        let (request, step, undo, started) = (attempt.request, attempt.step, attempt.undo, attempt.started);
        let record = self.record(plan, request, step);
        if undo {
            if fate.ending == Ending::Succeeded {
                record.live = record.live.saturating_sub(1);
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
        record.processed |= fate.processed;
        if plan.shares_data && fate.commits {
            let touch = &mut self.touches[request as usize * plan.steps.len() + usize::from(step)];
            if touch.until == 0 {
                touch.from = started.unwrap_or(self.now);
                touch.until = self.now.max(1);
            }
        }
    }

    /// Ends a reservation, where the step has keys at all. The look is inlined: most steps have none.
    #[inline(always)]
    pub(super) fn release_key(&mut self, plan: &Plan, place: u32, fate: Fate) {
        if plan.steps[usize::from(self.attempts[place].step)].key_ttl.is_some() {
            self.release_reservation(plan, place, fate);
        }
    }

    /// The key is remembered after a commit or a success and free again otherwise; attempts that waited for this one end
    /// with it, in the order they came.
    fn release_reservation(&mut self, plan: &Plan, place: u32, fate: Fate) {
        let (request, step) = (self.attempts[place].request, self.attempts[place].step);
        let now = self.now;
        let record = self.record(plan, request, step);
        match record.key {
            Key::Reserved { attempt } if attempt == place => {
                let settled = fate.commits || fate.ending == Ending::Succeeded;
                record.key = if settled { Key::Committed { at: now } } else { Key::Unknown };
            }
            Key::Reserved { .. } | Key::Committed { .. } | Key::Unknown => return,
        }
        // Who only waited for a cancelled attempt was not cancelled itself: it saw a failure.
        let seen = if fate.ending == Ending::Cancelled { Ending::Failed } else { fate.ending };
        for (follower, generation) in std::mem::take(&mut self.attempts[place].followers) {
            // The end of one may have cancelled another.
            if self.attempts.generation(follower) != generation {
                continue;
            }
            self.leave_step(plan, follower);
            // It waited, and was never in service itself.
            self.attempts[follower].started = None;
            self.give_slots_back(plan, follower);
            self.conclude(plan, follower, seen);
        }
    }
}

/// An attempt whose service starts while its callee is down: it never commits.
fn fail_in(outage: &OutagePlan, now: Nanos) -> (Nanos, Fate) {
    let failed = Fate { ending: Ending::Failed, ..Fate::OPEN };
    if outage.hangs { (outage.until - now, Fate { hangs: true, ..failed }) } else { (REFUSAL, failed) }
}
