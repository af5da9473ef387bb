//! Requests: arriving, being sent again, settling.

use crate::{
    logarithm,
    luck::{Purpose, RequestLuck},
    nanos::{self, Nanos},
    normal,
    plan::Plan,
    tally::Outcome,
};
use model::{Arrivals, StepClass};

use super::{Event, Run, delivery::Delivery};

/// A request between its arrival and its settling.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) number: u64,
    pub(super) luck: RequestLuck,
    pub(super) arrival: Nanos,
    /// The point of the time line in which it arrived.
    arrived: u32,
    /// By which its service times are multiplied.
    pub(super) slowdown: f64,
    /// The common part of its log latencies, as a standard normal number.
    pub(super) common: f64,
    /// Deliveries that have not settled, and further ones that are scheduled.
    pub(super) open: u32,
    pub(super) deliveries: u32,
    retries_left: u32,
    redeliveries: u32,
    /// Latency of the first success that was received.
    answered: Option<Nanos>,
    /// Latency of the first decline that was received. It ends the request, as an answer does.
    declined: Option<Nanos>,
    /// Whether one of its steps read data too early.
    pub(super) stale: bool,
    /// How long after its arrival its caller last saw a failure or gave up waiting.
    refused: Nanos,
    /// The best pipeline result so far.
    succeeded: bool,
    degraded: bool,
    /// The step that first failed a delivery.
    failed_by: Option<u16>,
}

impl Request {
    /// Whether its caller has received neither a success nor a decline.
    fn is_open(&self) -> bool {
        self.answered.is_none() && self.declined.is_none()
    }
}

/// What is known of one step of one request, over all its deliveries and attempts.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Record {
    /// Attempts that took effect.
    pub(super) commits: u32,
    /// Commits that have not been undone.
    pub(super) live: u32,
    /// Commits made while an earlier one stood: one that was undone before is done again, not twice.
    pub(super) doubled: u32,
    /// Whether an attempt was accepted and never processed, and whether another one was.
    pub(super) unprocessed: bool,
    pub(super) processed: bool,
    pub(super) key: Key,
}

/// When a step of a request first took effect.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Touch {
    /// When the service began that took effect; with `until` at 0: it has not.
    pub(super) from: Nanos,
    /// When it took effect.
    pub(super) until: Nanos,
}

/// What is known of a step of a request where steps answer from a cache.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Cached {
    /// When the service of its first attempt began: that is what further attempts answer.
    pub(super) seen: Option<Nanos>,
    /// When it last took effect.
    pub(super) committed: Nanos,
}

/// What the callee remembers under the idempotency key of one step of one request.
#[derive(Clone, Copy, Debug, Default)]
pub(super) enum Key {
    #[default]
    Unknown,
    /// An attempt is in service under this key; others wait for it.
    Reserved { attempt: u32 },
    /// It took effect at this moment.
    Committed { at: Nanos },
}

impl Run {
    pub(super) fn schedule_next_arrival(&mut self, plan: &Plan) {
        let gap_s = match plan.arrivals {
            Arrivals::Poisson { per_second } => {
                let u = self.luck.request(self.arrived).once(Purpose::Arrival);
                -logarithm::ln(u) / per_second
            }
            Arrivals::Constant { per_second } => 1.0 / per_second,
        };
        let at = self.later(nanos::from_s(gap_s));
        if at < plan.duration {
            self.calendar.schedule(at, Event::Arrival);
        }
    }

    pub(super) fn arrive(&mut self, plan: &Plan) {
        let number = self.arrived;
        self.arrived += 1;
        let luck = self.luck.request(number);
        let slowdown = match plan.payloads.as_slice() {
            [] => 1.0,
            payloads => {
                let u = luck.once(Purpose::Payload);
                // The last class also takes what rounding leaves between its cumulative share and 1.
                payloads.iter().find(|(share, _)| u < *share).or(payloads.last()).map_or(1.0, |class| class.1)
            }
        };
        let common = if plan.slow_together > 0.0 { normal::quantile(luck.once(Purpose::SlowTogether)) } else { 0.0 };
        let request = self.requests.insert(Request {
            number,
            luck,
            arrival: self.now,
            arrived: self.tally.time_line.arrival(self.now),
            slowdown,
            common,
            open: 0,
            deliveries: 0,
            retries_left: plan.caller_retries,
            redeliveries: 0,
            answered: None,
            declined: None,
            stale: false,
            refused: 0,
            succeeded: false,
            degraded: false,
            failed_by: None,
        });
        let steps = plan.steps.len();
        let first = request as usize * steps;
        if self.records.len() < first + steps {
            self.records.resize(first + steps, Record::default());
        }
        self.records[first..first + steps].fill(Record::default());
        if plan.shares_data {
            if self.touches.len() < first + steps {
                self.touches.resize(first + steps, Touch::default());
            }
            self.touches[first..first + steps].fill(Touch::default());
        }
        if plan.caches {
            if self.cached.len() < first + steps {
                self.cached.resize(first + steps, Cached::default());
            }
            self.cached[first..first + steps].fill(Cached::default());
        }
        self.tally.in_system.enter(self.now);
        self.schedule_redelivery(plan, request);
        self.send(plan, request);
    }

    pub(super) fn record(&mut self, plan: &Plan, request: u32, step: u16) -> &mut Record {
        &mut self.records[request as usize * plan.steps.len() + usize::from(step)]
    }

    /// The caller sends the whole request again, unless an answer has come in the meantime.
    pub(super) fn resend(&mut self, plan: &Plan, request: u32) {
        if self.requests[request].is_open() {
            self.send(plan, request);
        }
        self.close_one(plan, request);
    }

    /// The event is delivered again, whatever happened to it before.
    pub(super) fn redeliver(&mut self, plan: &Plan, request: u32) {
        self.schedule_redelivery(plan, request);
        self.send(plan, request);
        self.close_one(plan, request);
    }

    fn schedule_redelivery(&mut self, plan: &Plan, place: u32) {
        let request = &mut self.requests[place];
        if request.redeliveries >= plan.redeliveries || plan.redelivery_rate == 0.0 {
            return;
        }
        let u = request.luck.at(0, 0, request.redeliveries, Purpose::Redelivery);
        if u < plan.redelivery_rate {
            request.redeliveries += 1;
            request.open += 1;
            self.calendar.schedule(self.later(plan.redelivery_delay), Event::Redelivery { request: place });
        }
    }

    /// The caller has waited long enough for this delivery.
    pub(super) fn caller_timeout(&mut self, plan: &Plan, delivery: u32) {
        let delivery = &mut self.deliveries[delivery];
        delivery.given_up = true;
        let request = delivery.request;
        self.requests[request].refused = self.now - self.requests[request].arrival;
        self.retry_by_caller(plan, request);
    }

    /// The answer of a delivery goes out.
    pub(super) fn answer(&mut self, plan: &Plan, place: u32) {
        let now = self.now;
        self.note_answer(plan, place);
        let delivery = &mut self.deliveries[place];
        delivery.answered = true;
        // Held open until the answer is dealt with: undoing may be over before it has begun.
        delivery.open += 1;
        let (request_place, given_up, failed_by, degraded, declined) =
            (delivery.request, delivery.given_up, delivery.failed_by, delivery.degraded, delivery.declined);
        let request = &mut self.requests[request_place];
        let counted = request.arrival >= plan.warmup;
        let in_outage = plan.is_in_outage(request.arrival);
        self.tally.deliveries += u64::from(counted && !in_outage);
        match failed_by {
            None => {
                // Of several successes the first decides whether the request counts as degraded.
                if !request.succeeded {
                    request.succeeded = true;
                    request.degraded = degraded;
                }
                if !given_up && request.answered.is_none() {
                    request.answered = Some(now - request.arrival);
                }
            }
            Some(step) => {
                self.tally.failed_deliveries += u64::from(counted && !in_outage);
                request.failed_by.get_or_insert(step);
                if plan.compensate {
                    self.begin_undoing(plan, place);
                }
                if !given_up {
                    let request = &mut self.requests[request_place];
                    if declined {
                        request.declined.get_or_insert(now - request.arrival);
                    } else {
                        request.refused = now - request.arrival;
                        self.retry_by_caller(plan, request_place);
                    }
                }
            }
        }
        self.free_worker(plan, place);
        self.close_delivery_part(plan, place);
    }

    /// Counts an answer, and what the lanes behind it waited for.
    fn note_answer(&mut self, plan: &Plan, place: u32) {
        let Delivery { request, failed_by, declined, .. } = self.deliveries[place];
        let failed = failed_by.is_some();
        self.tally.time_line.answer(self.now, failed && !declined);
        if self.requests[request].arrival < plan.warmup {
            return;
        }
        if !failed {
            self.tally.successful_deliveries += 1;
            self.count_critical_path(plan, place);
        }
        if plan.answer.of > 1 {
            let last = (0..plan.steps.len() as u16).filter(|&step| plan.steps[usize::from(step)].last);
            let ended = last.filter_map(|step| self.ended(plan, place, step));
            let idle: u128 = ended.map(|ended| u128::from(self.now - ended)).sum();
            self.tally.idle += idle;
        }
    }

    fn retry_by_caller(&mut self, plan: &Plan, place: u32) {
        let request = &mut self.requests[place];
        if request.is_open() && request.retries_left > 0 {
            request.retries_left -= 1;
            request.open += 1;
            self.calendar.schedule(self.later(plan.caller_backoff), Event::Resend { request: place });
        }
    }

    /// One delivery, or one scheduled sending, of this request is over.
    pub(super) fn close_one(&mut self, plan: &Plan, request: u32) {
        self.requests[request].open -= 1;
        if self.requests[request].open == 0 {
            self.settle(plan, request);
        }
    }

    fn settle(&mut self, plan: &Plan, place: u32) {
        let request = &self.requests[place];
        self.tally.in_system.leave(self.now, self.now - request.arrival);
        self.tally.time_line.settle(request.arrived, !request.is_open());
        if request.arrival >= plan.warmup {
            let lost = if plan.shares_data { self.count_lost_updates(plan, place) } else { 0 };
            self.count(plan, place, lost > 0);
        }
        let request = &self.requests[place];
        if let Some(trace) = &mut self.traced
            && trace.request == request.number
        {
            trace.answered_ms = request.answered.or(request.declined).map(nanos::to_ms);
            self.trace_settled = true;
        }
        self.requests.remove(place);
    }

    fn count(&mut self, plan: &Plan, place: u32, lost_update: bool) {
        let steps = plan.steps.len();
        let first = place as usize * steps;
        let records = &self.records[first..first + steps];
        let request = &self.requests[place];
        let tally = &mut self.tally;
        tally.requests += 1;
        let latency = request.answered.or(request.declined);
        match latency {
            Some(latency) => tally.latencies.push(latency),
            None => tally.failure_latencies.push(request.refused),
        }
        if let Some(latency) = request.answered {
            tally.note_typical(latency, request.number);
        }
        let (mut lane_commits, mut lane_live, mut live, mut duplicates) = (0u64, 0u64, 0u64, 0u64);
        for ((record, step), counts) in records.iter().zip(&plan.steps).zip(&mut tally.steps) {
            if record.commits == 0 {
                continue;
            }
            live += u64::from(record.live);
            duplicates += u64::from(record.doubled);
            counts.duplicates += u64::from(record.doubled);
            if !step.detached {
                lane_commits += u64::from(record.commits);
                lane_live += u64::from(record.live);
                counts.orphans += u64::from(if request.succeeded { 0 } else { record.live });
            }
        }
        let declined = request.declined.is_some();
        let outcome = match (request.succeeded, request.degraded) {
            (true, false) => Outcome::Complete,
            (true, true) => Outcome::Degraded,
            (false, _) if lane_live > 0 => Outcome::Orphaned,
            (false, _) if declined => Outcome::Declined,
            (false, _) if lane_commits == 0 => Outcome::FailedClean,
            (false, _) => Outcome::Compensated,
        };
        let failed = !request.succeeded && !declined;
        let unprocessed = request.succeeded
            && (records.iter().any(|record| record.unprocessed && !record.processed)
                || plan.joins_early && misses_a_write(plan, records, request.luck));
        let unanswered = request.succeeded && latency.is_none();
        let orphaned = outcome == Outcome::Orphaned;
        let harmed = failed || unanswered || orphaned || unprocessed || request.stale || lost_update;
        let in_outage = plan.is_in_outage(request.arrival);
        if let (Some(judged), Some(latency), false) = (&mut tally.judged_latencies, latency, in_outage) {
            judged.push(latency);
        }
        let judged = if in_outage { &mut tally.in_outages } else { &mut tally.judged };
        let over = |limit: Nanos| u64::from(latency.is_none_or(|latency| latency > limit));
        judged.requests += 1;
        judged.over_target += over(plan.target);
        judged.over_tolerance += over(plan.tolerated);
        judged.over_hard_limit += plan.hard_limit.map_or(0, over);
        judged.no_answer += u64::from(latency.is_none());
        judged.harmed += u64::from(harmed);
        tally.failed += u64::from(failed);
        tally.declined += u64::from(declined && request.answered.is_none());
        tally.outcomes[outcome as usize] += 1;
        tally.duplicates += duplicates;
        tally.requests_with_duplicates += u64::from(duplicates > 0);
        if request.succeeded {
            tally.unanswered += u64::from(unanswered);
            tally.silently_incomplete += u64::from(unprocessed);
        } else {
            tally.orphans += lane_live;
            tally.detached_commits_of_failed += live - lane_live;
            if let Some(step) = request.failed_by.filter(|_| failed) {
                tally.failed_by[usize::from(step)] += 1;
            }
        }
    }
}

/// Whether a critical step that a request takes has written nothing that stands: its lane failed, and the join did without.
fn misses_a_write(plan: &Plan, records: &[Record], luck: RequestLuck) -> bool {
    records.iter().zip(&plan.steps).enumerate().any(|(place, (record, step))| {
        let is_missing = step.writes && step.class == StepClass::Critical && !step.detached && record.live == 0;
        is_missing && plan.is_taken(place as u16, luck)
    })
}

impl Run {
    /// Two steps that write the same data must not overlap, nor run against sequential order.
    fn count_lost_updates(&mut self, plan: &Plan, place: u32) -> u64 {
        let first = place as usize * plan.steps.len();
        let touches = &self.touches[first..first + plan.steps.len()];
        // Backwards, knowing the soonest start of all that comes after: writes in order need no comparing in pairs.
        let (mut soonest, mut all) = (Nanos::MAX, 0);
        for &step in plan.sequence.iter().rev() {
            let earlier = touches[usize::from(step)];
            if earlier.until == 0 {
                continue;
            }
            if soonest < earlier.until {
                let later = plan.steps[usize::from(step)].writes_with.iter().map(|&other| touches[usize::from(other)]);
                let lost = later.filter(|later| later.until > 0 && later.from < earlier.until).count();
                all += lost as u64;
            }
            soonest = soonest.min(earlier.from);
        }
        self.tally.lost_updates += all;
        all
    }
}
