//! One replication: requests arrive, run through their topology, and settle.
//!
//! The way of a request, and where it is written down:
//!
//! 1. [`request`]: it arrives, is sent (a *delivery*), is perhaps sent again, and settles with an outcome.
//! 2. [`delivery`]: a delivery starts its steps as what they wait for succeeds, and answers when the last
//!    running waited-for step has ended.
//! 3. [`attempt`]: a step makes attempts; each takes its slots, is served, ends, and is perhaps retried.
//! 4. [`undo`]: a delivery that failed is taken back, where the team chose to compensate.
//!
//! How it fails: it does not. Every document that parses can be run; what would take too long is cut
//! short by counted [`Limits`], and the result says so.

mod attempt;
mod delivery;
mod request;
mod undo;

use crate::{
    calendar::Calendar,
    luck::ReplicationLuck,
    nanos::Nanos,
    plan::Plan,
    slab::Slab,
    slots::Slots,
    tally::Tally,
    trace::{Span, Trace},
};

use attempt::Attempt;
use delivery::{Delivery, Progress};
use request::{Record, Request};

/// What a replication may use up before it is cut short. Counted, so that the cut falls at the same place on
/// every machine.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Attempts, undo attempts included.
    pub(crate) attempts: u64,
    /// Events.
    pub(crate) events: u64,
    /// Memory for what is going on and for the latencies noted \[bytes\].
    pub(crate) bytes: u64,
}

impl Limits {
    /// The limits of the design: 10 million attempts, five events for each, 64 MB.
    pub(crate) const DEFAULT: Limits = Limits { attempts: 10_000_000, events: 50_000_000, bytes: 64_000_000 };
}

/// Something that happens at a moment. The second number beside a place is its generation.
#[derive(Clone, Copy, Debug)]
enum Event {
    Arrival,
    Spike,
    Resend { request: u32 },
    Redelivery { request: u32 },
    CallerTimeout { delivery: u32, generation: u32 },
    StepStart { delivery: u32, step: u16 },
    Retry { delivery: u32, step: u16, number: u32, undo: bool },
    QueueTimeout { attempt: u32, generation: u32 },
    ServiceTimeout { attempt: u32 },
    ServiceEnd { attempt: u32 },
    Answer { delivery: u32 },
}

/// A replication under way.
#[derive(Debug)]
pub(crate) struct Run {
    luck: ReplicationLuck,
    now: Nanos,
    calendar: Calendar<Event>,
    arrived: u64,
    requests: Slab<Request>,
    /// What is known of each step of each request: `steps` records for each place of `requests`.
    records: Vec<Record>,
    deliveries: Slab<Delivery>,
    /// How far each step of each delivery is: `steps` entries for each place of `deliveries`.
    progress: Vec<Progress>,
    attempts: Slab<Attempt>,
    attempts_made: u64,
    slots: Vec<Slots>,
    /// Pools that got slots back and whose queues are still to be served.
    pools_to_serve: Vec<u32>,
    serving: bool,
    tally: Tally,
    events: u64,
    limits: Limits,
    traced: Option<Trace>,
    trace_settled: bool,
}

impl Run {
    pub(crate) fn new(plan: &Plan, seed: u64, replication: u32, limits: Limits) -> Self {
        let mut run = Run {
            luck: ReplicationLuck::new(seed, replication),
            now: 0,
            calendar: Calendar::new(),
            arrived: 0,
            requests: Slab::new(),
            records: Vec::new(),
            deliveries: Slab::new(),
            progress: Vec::new(),
            attempts: Slab::new(),
            attempts_made: 0,
            slots: plan.pools.iter().map(Slots::new).collect(),
            pools_to_serve: Vec::new(),
            serving: false,
            tally: Tally::new(plan.steps.len()),
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
            self.now = at;
            self.events += 1;
            self.happen(plan, event);
        }
        false
    }

    /// What was counted. To be asked for once the replication is over.
    pub(crate) fn into_tally(mut self) -> Tally {
        self.tally.end = self.now;
        self.tally.pools = self.slots.iter().map(|slots| slots.use_).collect();
        self.tally.answered = self.tally.latencies.len() as u64;
        self.tally.first_answered.sort_unstable();
        self.tally.latencies.sort_unstable();
        self.tally
    }

    /// Follows one request until it settles.
    pub(crate) fn trace(plan: &Plan, seed: u64, replication: u32, request: u64, limits: Limits) -> Trace {
        let mut run = Run::new(plan, seed, replication, limits);
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
                    if self.arrived.is_multiple_of(64) && self.over_limit(plan) {
                        break;
                    }
                }
            }
            Event::Resend { request } => self.resend(plan, request),
            Event::Redelivery { request } => self.redeliver(plan, request),
            Event::CallerTimeout { delivery, generation } => {
                if self.deliveries.generation(delivery) == generation {
                    self.caller_timeout(plan, delivery);
                }
            }
            Event::StepStart { delivery, step } => self.start_step(plan, delivery, step),
            Event::Retry { delivery, step, number, undo } => self.begin_attempt(plan, delivery, step, number, undo),
            Event::QueueTimeout { attempt, generation } => {
                if self.attempts.generation(attempt) == generation {
                    self.queue_timeout(plan, attempt);
                }
            }
            Event::ServiceTimeout { attempt } => self.service_timeout(plan, attempt),
            Event::ServiceEnd { attempt } => self.service_end(plan, attempt),
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
        let steps = plan.steps.len() as u64;
        let queued: usize = self.slots.iter().map(Slots::queue_len).sum();
        self.requests.len() as u64 * (112 + 24 * steps)
            + self.deliveries.len() as u64 * (48 + 24 * steps)
            + self.attempts.len() as u64 * 112
            + self.calendar.len() as u64 * 40
            + queued as u64 * 8
            + self.tally.latencies.len() as u64 * 8
    }

    /// The moment after a span of time.
    fn later(&self, span: Nanos) -> Nanos {
        self.now.saturating_add(span)
    }

    /// Conservation: when nothing more can happen, every request has settled with one outcome, no slot is
    /// held and nobody waits.
    fn assert_conserved(&self) {
        debug_assert_eq!(self.requests.len(), 0, "a request never settled");
        debug_assert_eq!(self.deliveries.len(), 0, "a delivery never settled");
        debug_assert_eq!(self.attempts.len(), 0, "an attempt never ended");
        debug_assert!(self.slots.iter().all(Slots::is_idle), "a slot is still held or waited for");
        debug_assert_eq!(self.tally.outcomes.iter().sum::<u64>(), self.tally.requests, "an outcome is missing");
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
