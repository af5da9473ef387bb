//! Service: how long an attempt takes once it has its slots, how it ends, and what it leaves behind.

use crate::{
    luck::Purpose,
    nanos::{self, Nanos},
    plan::{OutagePlan, Plan, StepPlan},
    slots::Ticket,
    trace::Ending,
};

use super::{Event, Run, attempt::Attempt, request::Key};

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
    /// An attempt has all its slots. Always inlined: so is what its end puts into the calendar.
    #[inline(always)]
    pub(super) fn start_service(&mut self, plan: &Plan, step: &StepPlan, (place, generation): Ticket) {
        let now = self.now;
        let attempt = &mut self.attempts[place];
        attempt.started = Some(now);
        if step.key_ttl.is_some() && !attempt.undo {
            match self.reserve(plan, step, place) {
                Reserved::ByAnother(first) => {
                    self.followers[first as usize].push((place, generation));
                    // It has no end of its own, so it needs a timeout.
                    let deadline = self.attempts[place].asked.saturating_add(step.timeout);
                    return self.calendar.schedule(deadline, Event::QueueTimeout { attempt: place, generation });
                }
                // The callee remembers the key: it answers at once what it answered before, and nothing lands.
                Reserved::Done => self.attempts[place].fate = Fate::OPEN,
                Reserved::ByItself => {}
            }
        }
        if !step.reads_after.is_empty() || !step.cached_from.is_empty() {
            self.note_reads(plan, place);
        }
        let attempt = &mut self.attempts[place];
        let mut service = nanos::from_ms(match step.surge {
            Some(surge) if f64::from(self.slots[surge.pool as usize].taken()) > surge.above => {
                attempt.service_ms * surge.factor
            }
            _ => attempt.service_ms,
        });
        if let Some(outage) = step.outages.iter().find(|outage| (outage.from..outage.until).contains(&now)) {
            (service, attempt.fate) = fail_in(outage, now);
        }
        let deadline = attempt.asked.saturating_add(step.timeout);
        let runs_on = step.runs_on && !attempt.fate.hangs;
        let end = now.saturating_add(service);
        // The timeout was set first: at the same moment it is served first.
        if end < deadline {
            self.calendar.schedule(end, Event::ServiceEnd { attempt: place, generation });
        } else {
            self.calendar.schedule(deadline, Event::ServiceTimeout { attempt: place, generation });
            if runs_on {
                self.calendar.schedule(end, Event::ServiceEnd { attempt: place, generation });
            }
        }
    }

    /// What the callee knows of the key of an attempt whose service starts; an unknown key is reserved for it.
    fn reserve(&mut self, plan: &Plan, step: &StepPlan, place: u32) -> Reserved {
        let now = self.now;
        if self.followers.len() <= place as usize {
            self.followers.resize(place as usize + 1, Vec::new());
        }
        let (request, number) = (self.attempts[place].request, self.attempts[place].step);
        let key = &mut self.record(plan, request, number).key;
        match *key {
            Key::Reserved { attempt } => Reserved::ByAnother(attempt),
            Key::Committed { at } if step.key_ttl.is_some_and(|ttl| now - at <= ttl) => Reserved::Done,
            Key::Committed { .. } | Key::Unknown => {
                *key = Key::Reserved { attempt: place };
                Reserved::ByItself
            }
        }
    }

    /// A read that starts before a write it comes after in sequential order has landed is stale.
    fn note_reads(&mut self, plan: &Plan, place: u32) {
        let attempt = &self.attempts[place];
        if attempt.undo || !attempt.counted {
            return;
        }
        let first = attempt.request as usize * plan.steps.len();
        let luck = self.requests[attempt.request].luck;
        let stale = plan.steps[usize::from(attempt.step)].reads_after.iter().any(|&writer| {
            // A writer that this request skips writes nothing that could be missed.
            plan.is_taken(writer, luck) && self.touches[first + usize::from(writer)].until == 0
        });
        let outdated = self.answers_from_before(plan, place);
        let request = self.attempts[place].request;
        self.requests[request].stale |= stale || outdated;
        self.tally.stale_reads += u64::from(stale);
        self.tally.stale_from_cache += u64::from(outdated);
    }

    /// Whether an attempt answers from a cache what has been written since its step's first attempt read it.
    fn answers_from_before(&mut self, plan: &Plan, place: u32) -> bool {
        let Attempt { request, step, .. } = self.attempts[place];
        let cached_from = &plan.steps[usize::from(step)].cached_from;
        if cached_from.is_empty() {
            return false;
        }
        let first = request as usize * plan.steps.len();
        let now = self.now;
        match self.cached[first + usize::from(step)].seen {
            Some(seen) => cached_from.iter().any(|&writer| self.cached[first + usize::from(writer)].committed > seen),
            None => {
                self.cached[first + usize::from(step)].seen = Some(now);
                false
            }
        }
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
        let Attempt { delivery, step, undo, fate, unseen, .. } = self.attempts[place];
        self.leave_step(plan, place);
        if undo || fate.commits || plan.steps[usize::from(step)].accepted_not_processed_rate > 0.0 {
            self.take_effect(plan, place, fate);
        }
        self.release_key(plan, place, fate);
        self.give_slots_back(plan, place);
        if unseen {
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
        record.doubled += u32::from(fate.commits && record.live > 0);
        record.live += u32::from(fate.commits);
        record.unprocessed |= fate.unprocessed;
        record.processed |= fate.processed;
        if plan.caches && fate.commits {
            self.cached[request as usize * plan.steps.len() + usize::from(step)].committed = self.now;
        }
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
        for (follower, generation) in std::mem::take(&mut self.followers[place as usize]) {
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

/// What the callee knows of a key.
enum Reserved {
    ByItself,
    /// An attempt that is in service under it.
    ByAnother(u32),
    /// It took effect, and that is remembered.
    Done,
}

impl StepPlan {
    /// How long an attempt's service takes \[ms\], before payloads and surges. Whatever happens until it starts does not
    /// change it; and it is drawn long before it is needed, because a logarithm takes its time.
    #[inline(always)]
    pub(super) fn service_ms(&self, undo: bool, u: impl Fn(Purpose) -> f64, together: f64, common: f64) -> f64 {
        let (time, purpose) =
            if undo { (&self.undo_service, Purpose::UndoService) } else { (&self.service, Purpose::Service) };
        time.drawn(u(purpose), together, common)
    }

    /// How an attempt's service ends, if nothing comes between.
    ///
    /// Whether its request is `declined` was drawn with the first attempt of the first delivery; in further ones it meets
    /// the same decline or, where it was not declined, errors at the rate of those that were not.
    #[inline(always)]
    pub(super) fn fate(&self, u: impl Fn(Purpose) -> f64, first: bool, declined: impl Fn() -> bool) -> Fate {
        let errors = self.permanent_error_rate + self.error_rate;
        let ending = if errors > 0.0 { u(Purpose::Ending) } else { 1.0 };
        let (ending, declined) = match self.permanent_error_rate {
            0.0 => (ending, false),
            rate if first => (ending, ending < rate),
            rate => (rate + (1.0 - rate) * ending, declined()),
        };
        if declined {
            Fate { ending: Ending::Declined, ..Fate::OPEN }
        } else if ending < errors {
            let landed =
                self.error_after_commit_share > 0.0 && u(Purpose::CommittedAnyway) < self.error_after_commit_share;
            Fate { ending: Ending::Failed, commits: self.writes && landed, ..Fate::OPEN }
        } else {
            let unprocessed =
                self.accepted_not_processed_rate > 0.0 && u(Purpose::Processed) < self.accepted_not_processed_rate;
            Fate { commits: self.writes && !unprocessed, unprocessed, processed: !unprocessed, ..Fate::OPEN }
        }
    }

    /// How an undo ends.
    pub(super) fn undo_fate(&self, u: impl Fn(Purpose) -> f64) -> Fate {
        let failed = self.undo_error_rate > 0.0 && u(Purpose::UndoEnding) < self.undo_error_rate;
        Fate { ending: if failed { Ending::Failed } else { Ending::Succeeded }, ..Fate::OPEN }
    }
}

/// An attempt whose service starts while its callee is down: it never commits.
fn fail_in(outage: &OutagePlan, now: Nanos) -> (Nanos, Fate) {
    let failed = Fate { ending: Ending::Failed, ..Fate::OPEN };
    if outage.hangs { (outage.until - now, Fate { hangs: true, ..failed }) } else { (REFUSAL, failed) }
}
