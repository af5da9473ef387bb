//! What limits the damage of failures: circuit breakers and the shared retry budget.

use std::collections::VecDeque;

use crate::nanos::{self, Nanos};

/// A circuit breaker for each service, or none at all.
#[derive(Debug)]
pub(crate) struct Breakers {
    rule: Option<Rule>,
    breakers: Vec<Breaker>,
}

#[derive(Clone, Debug)]
struct Rule {
    failure_share: f64,
    window: usize,
    min_calls: usize,
    open: Nanos,
    probes: u32,
}

#[derive(Clone, Debug)]
struct Breaker {
    state: State,
    /// Counts changes of state: results of attempts that began before the last one are not counted.
    epoch: u32,
    /// Whether each of the last attempts failed.
    last: VecDeque<bool>,
    failed: usize,
}

#[derive(Clone, Copy, Debug)]
enum State {
    Closed,
    Open { until: Nanos },
    HalfOpen { passed: u32, succeeded: u32 },
}

impl Breakers {
    pub(crate) fn new(breaker: Option<&model::Breaker>, services: usize) -> Self {
        let rule = breaker.map(|breaker| Rule {
            failure_share: breaker.failure_share,
            window: breaker.window as usize,
            // A window that cannot hold so many attempts would never open.
            min_calls: breaker.min_calls.min(breaker.window) as usize,
            open: nanos::from_s(breaker.open_s),
            probes: breaker.probes,
        });
        let closed = Breaker { state: State::Closed, epoch: 0, last: VecDeque::new(), failed: 0 };
        let count = if rule.is_some() { services } else { 0 };
        Breakers { rule, breakers: vec![closed; count] }
    }

    /// Lets an attempt pass, under the epoch by which its result is counted later; `None` refuses it.
    #[inline]
    pub(crate) fn admit(&mut self, service: u16, now: Nanos) -> Option<u32> {
        if self.rule.is_none() { Some(0) } else { self.admit_by_rule(service, now) }
    }

    fn admit_by_rule(&mut self, service: u16, now: Nanos) -> Option<u32> {
        let rule = self.rule.as_ref()?;
        let breaker = &mut self.breakers[usize::from(service)];
        if let State::Open { until } = breaker.state
            && now >= until
        {
            breaker.change(State::HalfOpen { passed: 0, succeeded: 0 });
        }
        match &mut breaker.state {
            State::Closed => {}
            State::Open { .. } => return None,
            State::HalfOpen { passed, .. } if *passed >= rule.probes => return None,
            State::HalfOpen { passed, .. } => *passed += 1,
        }
        Some(breaker.epoch)
    }

    /// Counts the result of an attempt that was let pass.
    #[inline]
    pub(crate) fn record(&mut self, service: u16, epoch: u32, failed: bool, now: Nanos) {
        if self.rule.is_some() {
            self.record_by_rule(service, epoch, failed, now);
        }
    }

    fn record_by_rule(&mut self, service: u16, epoch: u32, failed: bool, now: Nanos) {
        let Some(rule) = &self.rule else { return };
        let breaker = &mut self.breakers[usize::from(service)];
        if breaker.epoch != epoch {
            return;
        }
        let opened = State::Open { until: now.saturating_add(rule.open) };
        match &mut breaker.state {
            State::Closed => {
                breaker.last.push_back(failed);
                breaker.failed += usize::from(failed);
                if breaker.last.len() > rule.window {
                    breaker.failed -= usize::from(breaker.last.pop_front() == Some(true));
                }
                let seen = breaker.last.len();
                if seen >= rule.min_calls && breaker.failed as f64 > rule.failure_share * seen as f64 {
                    breaker.change(opened);
                }
            }
            State::Open { .. } => {}
            State::HalfOpen { .. } if failed => breaker.change(opened),
            State::HalfOpen { succeeded, .. } => {
                *succeeded += 1;
                if *succeeded >= rule.probes {
                    breaker.change(State::Closed);
                }
            }
        }
    }

    /// An attempt that was let pass ended without a result: another may probe in its place.
    pub(crate) fn forget(&mut self, service: u16, epoch: u32) {
        if let Some(breaker) = self.breakers.get_mut(usize::from(service))
            && breaker.epoch == epoch
            && let State::HalfOpen { passed, .. } = &mut breaker.state
        {
            *passed -= 1;
        }
    }
}

impl Breaker {
    fn change(&mut self, state: State) {
        self.state = state;
        self.epoch += 1;
        self.last.clear();
        self.failed = 0;
    }
}

/// The shared retry budget: a token bucket, full at the start. Without one every retry may be made.
#[derive(Debug)]
pub(crate) struct RetryTokens(Option<Bucket>);

#[derive(Debug)]
struct Bucket {
    tokens: f64,
    ratio: f64,
    burst: f64,
}

impl RetryTokens {
    pub(crate) fn new(budget: Option<&model::RetryBudget>) -> Self {
        RetryTokens(budget.map(|budget| Bucket { tokens: budget.burst, ratio: budget.ratio, burst: budget.burst }))
    }

    /// A first attempt is made.
    pub(crate) fn earn(&mut self) {
        if let Some(bucket) = &mut self.0 {
            bucket.tokens = (bucket.tokens + bucket.ratio).min(bucket.burst);
        }
    }

    /// Takes the token of a retry; whether there was one.
    pub(crate) fn spend(&mut self) -> bool {
        let Some(bucket) = &mut self.0 else { return true };
        // Ten times a ratio of 0.1 is a hair less than 1, and meant to be 1.
        let enough = bucket.tokens >= 1.0 - 1e-9;
        if enough {
            bucket.tokens = (bucket.tokens - 1.0).max(0.0);
        }
        enough
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn breakers() -> Breakers {
        let rule = model::Breaker { failure_share: 0.5, window: 4, min_calls: 4, open_s: 1.0, probes: 2 };
        Breakers::new(Some(&rule), 2)
    }

    fn see(breakers: &mut Breakers, results: &[bool], now: Nanos) {
        for &failed in results {
            let epoch = breakers.admit(0, now).expect("it is closed");
            breakers.record(0, epoch, failed, now);
        }
    }

    #[test]
    fn a_breaker_opens_above_its_share_and_not_at_it() {
        let mut breakers = breakers();
        see(&mut breakers, &[true, true, false, false], 0);
        assert!(breakers.admit(0, 0).is_some(), "half of four is not more than half");
        see(&mut breakers, &[true], 0);
        // The window now holds true, false, false, true.
        assert!(breakers.admit(0, 0).is_some());
        see(&mut breakers, &[true, true], 0);
        assert_eq!(breakers.admit(0, 0), None, "three of the last four failed");
        assert!(breakers.admit(1, 0).is_some(), "another service has its own");
    }

    #[test]
    fn probes_close_it_and_one_failure_among_them_opens_it_again() {
        let mut breakers = breakers();
        see(&mut breakers, &[true; 4], 0);
        let later = nanos::from_s(1.0);
        let first = breakers.admit(0, later).expect("a probe");
        let second = breakers.admit(0, later).expect("a probe");
        assert_eq!(breakers.admit(0, later), None, "two probes are enough");
        breakers.record(0, first, false, later);
        breakers.record(0, second, true, later);
        assert_eq!(breakers.admit(0, later), None, "it is open again");
        let again = nanos::from_s(2.0);
        see(&mut breakers, &[false, false], again);
        see(&mut breakers, &[true, true, true], again);
        assert!(breakers.admit(0, again).is_some(), "it is closed and has forgotten what was before");
    }

    #[test]
    fn a_retry_budget_starts_full_and_gains_a_tenth_for_each_first_attempt() {
        let mut tokens = RetryTokens::new(Some(&model::RetryBudget { ratio: 0.1, burst: 2.0 }));
        assert_eq!([tokens.spend(), tokens.spend(), tokens.spend()], [true, true, false]);
        (0..10).for_each(|_| tokens.earn());
        assert_eq!([tokens.spend(), tokens.spend()], [true, false]);
    }
}
