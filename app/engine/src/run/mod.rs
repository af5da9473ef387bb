//! One replication: requests arrive, run through their topology, and settle.
//!
//! The way of a request, and where it is written down:
//!
//! 1. [`request`]: it arrives, is sent (a *delivery*), is perhaps sent again, and settles with an outcome.
//! 2. [`consumer`]: where there are workers, a delivery waits until one is free, and its key with it.
//! 3. [`delivery`]: a delivery starts its steps and answers; [`lanes`]: a step starts as what it waits for
//!    succeeds, and what becomes of its siblings when it fails for good.
//! 4. [`attempt`]: a step makes attempts; each takes its slots, ends, and is perhaps retried; [`service`]: how
//!    long its service takes, and what it leaves behind.
//! 5. [`undo`]: a delivery that failed is taken back, where the team chose to compensate.
//!
//! How it fails: it does not. Every document that parses can be run; what would take too long is cut
//! short by counted [`Limits`], and the result says so.

mod attempt;
mod consumer;
mod delivery;
mod lanes;
mod request;
mod service;
mod undo;

use std::ops::Range;

use crate::{
    alarms::{Alarm, Alarms},
    calendar::Calendar,
    guards::{Breakers, RetryTokens},
    latencies::Latencies,
    luck::ReplicationLuck,
    nanos::Nanos,
    plan::Plan,
    slab::Slab,
    slots::Slots,
    tally::Tally,
    trace::{Span, Trace},
};

use attempt::Attempt;
use consumer::Consumer;
use delivery::Delivery;
use lanes::Progress;
use request::{Cached, Record, Request, Touch};

/// What a simulation may use up before it is cut short. Counted, so that the cut falls at the same place on
/// every machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Attempts over all replications, undo attempts included.
    pub attempts: u64,
    /// Events over all replications.
    pub events: u64,
    /// Memory of one replication, for what is going on and for the latencies noted \[bytes\].
    pub bytes: u64,
}

impl Default for Limits {
    /// 10 million attempts, ten events for each, 64 MB.
    fn default() -> Self {
        Limits { attempts: 10_000_000, events: 100_000_000, bytes: 64_000_000 }
    }
}

impl Limits {
    /// The share of one of so many replications.
    pub(crate) fn shared(self, replications: u64) -> Self {
        let share = |all: u64| (all / replications.max(1)).max(1);
        Limits { attempts: share(self.attempts), events: share(self.events), bytes: self.bytes }
    }
}

/// Something that happens at a moment. The second number beside a place is its generation.
#[derive(Clone, Copy, Debug)]
enum Event {
    Arrival,
    Spike,
    Resend {
        request: u32,
    },
    Redelivery {
        request: u32,
    },
    /// The first timeout of a queue: one queue a step for its attempts, and one for callers.
    Alarm {
        queue: u16,
    },
    StepStart {
        delivery: u32,
        step: u16,
    },
    Retry {
        delivery: u32,
        step: u16,
        number: u32,
        undo: bool,
    },
    QueueTimeout {
        attempt: u32,
        generation: u32,
    },
    ServiceTimeout {
        attempt: u32,
        generation: u32,
    },
    ServiceEnd {
        attempt: u32,
        generation: u32,
    },
    Answer {
        delivery: u32,
    },
}

/// A replication under way.
#[derive(Debug)]
pub(crate) struct Run {
    luck: ReplicationLuck,
    now: Nanos,
    calendar: Calendar<Event>,
    alarms: Alarms,
    arrived: u64,
    requests: Slab<Request>,
    /// What is known of each step of each request: `steps` records for each place of `requests`.
    records: Vec<Record>,
    /// When each step of each request took effect; kept only where steps share data.
    touches: Vec<Touch>,
    /// Like the records, where a plan has steps that answer from a cache.
    cached: Vec<Cached>,
    deliveries: Slab<Delivery>,
    /// How far each step of each delivery is: `steps` entries for each place of `deliveries`.
    progress: Vec<Progress>,
    attempts: Slab<Attempt>,
    /// For each place of `attempts`, who waits for its result in service under the same key, with their generations.
    followers: Vec<Vec<(u32, u32)>>,
    attempts_made: u64,
    slots: Vec<Slots>,
    /// Pools that got slots back and whose queues are still to be served.
    pools_to_serve: Vec<u32>,
    serving: bool,
    consumer: Option<Consumer>,
    breakers: Breakers,
    retry_tokens: RetryTokens,
    retries_in_flight: u32,
    tally: Tally,
    events: u64,
    limits: Limits,
    traced: Option<Trace>,
    trace_settled: bool,
}

impl Run {
    pub(crate) fn new(plan: &Plan, luck: ReplicationLuck, limits: Limits) -> Self {
        let mut run = Run {
            luck,
            now: 0,
            calendar: Calendar::new(),
            alarms: Alarms::new(plan.steps.len() + 1),
            arrived: 0,
            requests: Slab::new(),
            records: Vec::new(),
            touches: Vec::new(),
            cached: Vec::new(),
            deliveries: Slab::new(),
            progress: Vec::new(),
            attempts: Slab::new(),
            followers: Vec::new(),
            attempts_made: 0,
            slots: plan.pools.iter().map(|pool| Slots::new(pool, plan.warmup, plan.duration)).collect(),
            pools_to_serve: Vec::new(),
            serving: false,
            consumer: plan.consumer.map(Consumer::new),
            breakers: Breakers::new(plan.breaker.as_ref(), plan.services),
            retry_tokens: RetryTokens::new(plan.retry_budget.as_ref()),
            retries_in_flight: 0,
            tally: Tally::new(plan),
            events: 0,
            limits,
            traced: None,
            trace_settled: false,
        };
        run.schedule_next_arrival(plan);
        if let Some((_, at)) = plan.spike {
            run.calendar.schedule(at, Event::Spike);
        }
        run
    }

    /// Lets at most `events` events happen; answers whether the replication is over.
    pub(crate) fn advance(&mut self, plan: &Plan, events: u64) -> bool {
        for _ in 0..events {
            // Looking every 64 events keeps the look itself out of the figures of speed.
            if self.events.is_multiple_of(64) && self.over_limit(plan) {
                self.tally.cut_short = true;
                return true;
            }
            let Some((at, event)) = self.calendar.next() else {
                self.assert_conserved();
                return true;
            };
            if at >= self.tally.time_line.next_tick {
                // A timeout that nobody waits for any more is no sign of life.
                let alive = self.requests.len() > 0 || matches!(event, Event::Arrival | Event::Spike);
                if alive {
                    let queue = self.waiting();
                    self.tally.time_line.tick(at, queue);
                }
            }
            self.now = at;
            self.events += 1;
            self.happen(plan, event);
            if self.tally.cut_short {
                return true;
            }
        }
        false
    }

    /// What was counted, of a run whose arrivals stop after `duration` and whose callees are down in these spans. To be asked
    /// for once the replication is over.
    pub(crate) fn into_tally(mut self, duration: Nanos, outage_spans: &[Range<Nanos>]) -> Tally {
        self.tally.events = self.events;
        self.tally.attempts_made = self.attempts_made;
        let now = self.now;
        self.tally.pools = self.slots.iter_mut().map(|slots| slots.use_until(now)).collect();
        self.tally.pool_waits = self.slots.iter_mut().map(Slots::take_waits).collect();
        self.tally.collapsed = self.tally.time_line.collapsed(duration, outage_spans);
        self.tally.windows.close();
        self.tally.add_up();
        self.tally.first_answered.sort_unstable();
        self.tally
    }

    /// Follows one request until it settles.
    pub(crate) fn trace(plan: &Plan, luck: ReplicationLuck, request: u64, limits: Limits) -> Trace {
        let mut run = Run::new(plan, luck, limits);
        run.traced = Some(Trace { request, answered_ms: None, spans: Vec::new() });
        while !run.trace_settled && !run.advance(plan, 1) {}
        run.traced.unwrap_or(Trace { request, answered_ms: None, spans: Vec::new() })
    }

    fn happen(&mut self, plan: &Plan, event: Event) {
        match event {
            Event::Arrival => {
                self.arrive(plan);
                self.schedule_next_arrival(plan);
            }
            Event::Spike => {
                for _ in 0..plan.spike.map_or(0, |(size, _)| size) {
                    self.arrive(plan);
                    self.events += 1;
                    if self.arrived.is_multiple_of(64) && self.over_limit(plan) {
                        self.tally.cut_short = true;
                        break;
                    }
                }
            }
            Event::Resend { request } => self.resend(plan, request),
            Event::Redelivery { request } => self.redeliver(plan, request),
            Event::Alarm { queue } => self.ring(plan, queue),
            Event::StepStart { delivery, step } => self.start_step(plan, delivery, step),
            Event::Retry { delivery, step, number, undo } => self.retry(plan, delivery, step, number, undo),
            Event::QueueTimeout { attempt, generation } => {
                if self.attempts.generation(attempt) == generation {
                    self.queue_timeout(plan, attempt);
                }
            }
            Event::ServiceTimeout { attempt, generation } => {
                if self.attempts.generation(attempt) == generation {
                    self.service_timeout(plan, attempt);
                }
            }
            Event::ServiceEnd { attempt, generation } => {
                if self.attempts.generation(attempt) == generation {
                    self.service_end(plan, attempt);
                }
            }
            Event::Answer { delivery } => self.answer(plan, delivery),
        }
    }

    fn over_limit(&self, plan: &Plan) -> bool {
        self.attempts_made >= self.limits.attempts
            || self.events >= self.limits.events
            || self.footprint(plan) > self.limits.bytes
    }

    /// Memory that grows with what is going on \[bytes\], by sizes that are the same on every machine.
    fn footprint(&self, plan: &Plan) -> u64 {
        // A row that grows doubles, so it may be half empty.
        let row = |len: u64, each: u64| if len == 0 { 0 } else { len.next_power_of_two() * each };
        let steps = plan.steps.len() as u64;
        let queued = self.slots.iter().map(|slots| row(slots.queue_len() as u64, 8)).sum::<u64>();
        let tally = &self.tally;
        let waits = self.slots.iter().map(Slots::waits_noted).sum::<u64>();
        let judged = tally.judged_latencies.as_ref().map_or(0, Latencies::len);
        let lags = tally.detached_lags.len();
        let noted = (tally.latencies.len() + judged + tally.failure_latencies.len() + lags + waits) * 4;
        let of_step = 24 + if plan.shares_data { 16 } else { 0 } + if plan.caches { 24 } else { 0 };
        row(self.requests.len() as u64, 136 + of_step * steps)
            + row(self.deliveries.len() as u64, 64 + 48 * steps)
            + row(self.attempts.len() as u64, 120)
            + row(self.calendar.len() as u64, 40)
            + row(self.alarms.len(), 24)
            + row(self.consumer.as_ref().map_or(0, Consumer::len), 48)
            + queued
            + noted
    }

    /// Sets the timeout of an attempt that queues (by its step), or of a caller (after all steps).
    fn set_alarm(&mut self, queue: usize, at: Nanos, place: u32, generation: u32) {
        let order = self.calendar.reserve();
        if self.alarms.set(queue, Alarm { at, order, place, generation }) {
            self.calendar.schedule_as(at, order, Event::Alarm { queue: queue as u16 });
        }
    }

    fn ring(&mut self, plan: &Plan, queue: u16) {
        let callers = usize::from(queue) == plan.steps.len();
        let (attempts, deliveries) = (&self.attempts, &self.deliveries);
        let matters = |alarm: &Alarm| {
            if callers {
                deliveries.generation(alarm.place) == alarm.generation && !deliveries[alarm.place].answered
            } else {
                attempts.generation(alarm.place) == alarm.generation && attempts[alarm.place].started.is_none()
            }
        };
        let Some(rung) = self.alarms.ring(usize::from(queue)) else { return };
        let rings = matters(&rung);
        if let Some(next) = self.alarms.arm(usize::from(queue), matters) {
            self.calendar.schedule_as(next.at, next.order, Event::Alarm { queue });
        }
        match (rings, callers) {
            (false, _) => {}
            (true, true) => self.caller_timeout(plan, rung.place),
            (true, false) => self.queue_timeout(plan, rung.place),
        }
    }

    /// How many wait: attempts for a slot, deliveries for a worker.
    fn waiting(&self) -> u64 {
        let slots: u64 = self.slots.iter().map(|slots| u64::from(slots.waiting())).sum();
        slots + self.consumer.as_ref().map_or(0, Consumer::len)
    }

    /// The moment after a span of time.
    fn later(&self, span: Nanos) -> Nanos {
        self.now.saturating_add(span)
    }

    /// Conservation: when nothing more can happen, every request has settled with one outcome, no slot is
    /// held and nobody waits. And Little's law, which holds exactly for any run that ends empty: the time
    /// integral of the requests in the system is the sum of their sojourns.
    fn assert_conserved(&self) {
        assert_eq!(self.requests.len(), 0, "a request never settled");
        assert_eq!(self.deliveries.len(), 0, "a delivery never settled");
        assert_eq!(self.attempts.len(), 0, "an attempt never ended");
        assert!(self.slots.iter().all(Slots::is_idle), "a slot is still held or waited for");
        assert!(self.consumer.as_ref().is_none_or(Consumer::is_idle), "a worker is still busy");
        assert_eq!(self.retries_in_flight, 0, "a retry is still in flight");
        assert_eq!(self.tally.outcomes.iter().sum::<u64>(), self.tally.requests, "an outcome is missing");
        assert_eq!(self.tally.in_system.area, self.tally.in_system.sojourns, "Little's law is broken");
    }

    fn span(&mut self, request: u32, span: impl FnOnce(&dyn Fn(Nanos) -> f64) -> Span) {
        if let Some(trace) = &mut self.traced {
            let request = &self.requests[request];
            if request.number == trace.request {
                let arrival = request.arrival;
                trace.spans.push(span(&|at| crate::nanos::to_ms(at - arrival)));
            }
        }
    }
}
