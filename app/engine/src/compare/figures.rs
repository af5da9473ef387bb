//! From replications to figures.

use model::Document;

use crate::{
    interval::{Figure, Share},
    report::{
        Counts, DetachedWork, FailedBy, FailureFigures, InOutages, LatencyFigures, Outcomes, PoolReport, Range,
        Recovery, Report, ServiceReport, Spread, StepReport, TimeLineReport, TopologyReport, WorkersReport,
        arrangement,
    },
    tally::{Judged, Outcome, StepTally, Tally},
};

use super::{
    Comparison,
    arm::Arm,
    sample::{self, Sample},
};

/// The report of the replications that are over.
pub(super) fn report(comparison: &Comparison) -> Report {
    let Comparison { document, settings, .. } = comparison;
    let arms: Vec<&Arm> = comparison.arms.iter().flatten().collect();
    let over = || arms.iter().flat_map(|arm| arm.samples.iter().chain(&arm.draws)).flatten();
    let of = |arm: &Arm| {
        let samples = arm.samples.iter().flatten().collect();
        Figures { document, first: arms[0], arm, samples }.report()
    };
    Report {
        engine: crate::VERSION.to_owned(),
        document_digest: document.digest(),
        seed: settings.seed,
        replications: comparison.replications_over(),
        budget_percentile: document.budget.percentile,
        budget_ms: document.budget.target_ms,
        cut_short: over().any(|sample| sample.tally.cut_short),
        topologies: arms.iter().map(|arm| of(arm)).collect(),
        traces: comparison.typical.map_or_else(Vec::new, |request| comparison.replay(request)),
    }
}

/// The figures of one topology.
struct Figures<'a> {
    document: &'a Document,
    /// The topology that the others are compared with.
    first: &'a Arm,
    arm: &'a Arm,
    /// The replications that are over.
    samples: Vec<&'a Sample>,
}

impl Figures<'_> {
    fn samples(&self) -> &[&Sample] {
        &self.samples
    }

    fn is_first(&self) -> bool {
        std::ptr::eq(self.first, self.arm)
    }

    fn sum(&self, count: fn(&Tally) -> u64) -> u64 {
        self.samples().iter().map(|sample| count(&sample.tally)).sum()
    }

    fn share(&self, count: impl Fn(&Tally) -> u64) -> Share {
        let counts = self.samples().iter().map(|sample| (count(&sample.tally), sample.tally.requests));
        Share::of(&counts.collect::<Vec<_>>())
    }

    fn report(&self) -> TopologyReport {
        let document = self.document;
        let topology = &self.arm.topology;
        let (after, detached) = arrangement(document, topology);
        let requests = self.sum(|tally| tally.requests);
        let outcome = |outcome: Outcome| self.share(move |tally| tally.of(outcome));
        let deliveries = |count: fn(&Tally) -> u64| {
            Share::of(&self.samples().iter().map(|s| (count(&s.tally), s.tally.deliveries)).collect::<Vec<_>>())
        };
        let idle: u128 = self.samples().iter().map(|sample| sample.tally.idle).sum();
        TopologyReport {
            kind: topology.kind,
            after,
            detached,
            forks: topology.forks() as u32,
            side_by_side: topology.side_by_side() as u32,
            requests,
            latency: self.latency(),
            answered: self.answered(),
            failure_latency: self.failure_latency(),
            saves_ms: self.saves(),
            rule_of_thumb_ms: self.arm.plan.rule_of_thumb(document.budget.percentile / 100.0),
            over_budget: self.judged(|judged| judged.over_target),
            over_tolerance: self.judged(|judged| judged.over_tolerance),
            over_hard_limit: document.budget.hard_limit_ms.map(|_| self.judged(|judged| judged.over_hard_limit)),
            no_answer: self.judged(|judged| judged.no_answer),
            harm: self.judged(|judged| judged.harmed),
            harm_more: self.harm_more(),
            harm_by_replication: self.samples().iter().map(|sample| harm(&sample.tally)).collect(),
            in_outages: self.in_outages(),
            declined: self.share(|tally| tally.declined),
            outcomes: Outcomes {
                complete: outcome(Outcome::Complete),
                degraded: outcome(Outcome::Degraded),
                failed_clean: outcome(Outcome::FailedClean),
                compensated: outcome(Outcome::Compensated),
                orphaned: outcome(Outcome::Orphaned),
                declined: outcome(Outcome::Declined),
            },
            failed: self.share(|tally| tally.failed),
            failed_deliveries: deliveries(|tally| tally.failed_deliveries),
            failed_by: (0..document.steps.len())
                .map(|step| FailedBy {
                    step: document.steps[step].id.clone(),
                    share: self.share(move |tally| tally.failed_by[step]),
                })
                .filter(|failed| failed.share.count > 0)
                .collect(),
            duplicated: self.share(|tally| tally.requests_with_duplicates),
            silently_incomplete: self.share(|tally| tally.silently_incomplete),
            unanswered: self.share(|tally| tally.unanswered),
            counts: Counts {
                orphans: self.sum(|tally| tally.orphans),
                detached_commits_of_failed: self.sum(|tally| tally.detached_commits_of_failed),
                duplicates: self.sum(|tally| tally.duplicates),
                stale_reads: self.sum(|tally| tally.stale_reads),
                lost_updates: self.sum(|tally| tally.lost_updates),
                stale_from_cache: self.sum(|tally| tally.stale_from_cache),
                undo_calls: self.sum(|tally| tally.undo_calls),
                attempts: self.sum(|tally| tally.attempts),
                timeouts: self.sum(|tally| tally.timeouts),
                log_lines: self.sum(|tally| tally.log_lines),
            },
            amplification: ratio(self.sum(|tally| tally.attempts) as f64, self.sum(|tally| tally.wanted) as f64),
            worst_amplification: every(self.samples(), |sample| sample.tally.windows.worst),
            idle_ms_per_request: ratio(idle as f64 / 1e6, requests as f64),
            services: self.services(),
            collapsed: self.samples().iter().filter(|sample| sample.tally.collapsed).count() as u32,
            recovery: self.recovery(),
            steps: (0..document.steps.len()).map(|step| self.step(step)).collect(),
            pools: document.pools.iter().enumerate().map(|(at, pool)| self.pool(at, &pool.id, pool.size)).collect(),
            // It stands after the pools of the document.
            concurrency_cap: document
                .protections
                .concurrency_cap
                .map(|size| self.pool(document.pools.len(), "concurrency_cap", size)),
            workers: self.workers(),
            detached_work: self.detached_work(),
            distribution: self.distribution(),
            time_line: self.time_line(),
            spread: self.spread(),
        }
    }

    /// Of all requests that arrived outside outages.
    fn latency(&self) -> LatencyFigures {
        let answers_all = self.samples().iter().all(|sample| sample.tally.judged.no_answer == 0);
        let mean = if answers_all && self.samples().iter().all(|sample| sample.tally.in_outages.requests == 0) {
            every(self.samples(), |sample| sample.mean)
        } else {
            None
        };
        let of: u64 = self.samples().iter().map(|sample| sample.tally.judged.requests).sum();
        latency_figures(mean, |place| self.of_all(place), of)
    }

    /// The quantile of all requests at that place of [`sample::shares`]: the mean of the replications' values or, where
    /// more than the rest of some replication's requests have no answer but not of all together, that of all together.
    fn of_all(&self, place: usize) -> Option<Figure> {
        every(self.samples(), |sample| sample.quantile(place)).or_else(|| self.pooled(place))
    }

    /// The quantile of the requests of all replications together, from the quantiles that are kept of each: so it is as
    /// fine as those. Its interval is that of its rank, by the normal approximation of the binomial distribution.
    fn pooled(&self, place: usize) -> Option<Figure> {
        const Z: f64 = 1.959_963_984_540_054;
        let shares = sample::shares(self.document.budget.percentile);
        let share = *shares.get(place)?;
        let mut by_share: Vec<usize> = (0..shares.len()).collect();
        by_share.sort_by(|&a, &b| shares[a].total_cmp(&shares[b]));
        let mut masses: Vec<(f64, f64)> = Vec::new();
        for sample in self.samples() {
            let of = sample.tally.judged.requests as f64;
            let mut below = 0.0;
            for &at in &by_share {
                let Some(ms) = sample.quantile(at) else { break };
                masses.push((ms, (shares[at] - below) * of));
                below = shares[at];
            }
            // The last that were answered lie between two of the quantiles that are kept.
            let answered = of - sample.tally.judged.no_answer as f64;
            masses.extend(sample.longest.map(|ms| (ms, (answered - below * of).max(0.0))));
        }
        masses.sort_by(|a, b| a.0.total_cmp(&b.0));
        let requests: f64 = self.samples().iter().map(|sample| sample.tally.judged.requests as f64).sum();
        let at = |share: f64| {
            let mut below = 0.0;
            masses.iter().find_map(|&(ms, mass)| {
                below += mass;
                (below >= share * requests * (1.0 - 1e-9)).then_some(ms)
            })
        };
        let half = Z * libm::sqrt(share * (1.0 - share) / requests.max(1.0));
        let value = at(share)?;
        let low = at((share - half).max(0.0)).unwrap_or(value);
        // Beyond the last that are answered nothing is known but that it is more.
        let high = at(share + half).or(masses.last().map(|(ms, _)| *ms)).unwrap_or(value);
        Some(Figure { value, low, high })
    }

    fn answered(&self) -> LatencyFigures {
        let mean = every(self.samples(), |sample| sample.mean);
        let of = self.samples().iter().map(|sample| sample.answered).sum();
        let at = |sample: &Sample, place: usize| sample.answered_quantiles.get(place).copied().flatten();
        latency_figures(mean, |place| every(self.samples(), |sample| at(sample, place)), of)
    }

    /// A share of the requests that arrived outside outages.
    fn judged(&self, count: fn(&Judged) -> u64) -> Share {
        let counts = self.samples().iter().map(|sample| (count(&sample.tally.judged), sample.tally.judged.requests));
        Share::of(&counts.collect::<Vec<_>>())
    }

    fn in_outages(&self) -> Option<InOutages> {
        if self.arm.plan.outage_spans.is_empty() {
            return None;
        }
        let share = |count: fn(&Judged) -> u64| {
            let counts = |sample: &&Sample| (count(&sample.tally.in_outages), sample.tally.in_outages.requests);
            Share::of(&self.samples().iter().map(counts).collect::<Vec<_>>())
        };
        Some(InOutages {
            over_budget: share(|judged| judged.over_target),
            no_answer: share(|judged| judged.no_answer),
            harm: share(|judged| judged.harmed),
        })
    }

    /// How much more harm a topology does than the first, replication by replication: both met the same requests.
    fn harm_more(&self) -> Option<Figure> {
        if self.is_first() {
            return None;
        }
        let pairs = self.first.samples.iter().zip(&self.arm.samples).filter_map(|(a, b)| a.as_ref().zip(b.as_ref()));
        Figure::of(&pairs.map(|(first, other)| harm(&other.tally) - harm(&first.tally)).collect::<Vec<_>>())
    }

    /// Amplification by service, in the order in which the document names them.
    fn services(&self) -> Vec<ServiceReport> {
        let plan = &self.arm.plan;
        let count = |service: usize, of: fn(&StepTally) -> u64| -> u64 {
            let steps = plan.steps.iter().enumerate().filter(|(_, step)| usize::from(step.service_place) == service);
            let places: Vec<usize> = steps.map(|(place, _)| place).collect();
            self.samples().iter().flat_map(|sample| places.iter().map(|&place| of(&sample.tally.steps[place]))).sum()
        };
        (0..plan.services)
            .filter_map(|service| {
                let step = plan.steps.iter().position(|step| usize::from(step.service_place) == service)?;
                Some(ServiceReport {
                    service: self.document.steps[step].service_name().to_owned(),
                    amplification: ratio(
                        count(service, |tally| tally.attempts) as f64,
                        count(service, |tally| tally.wanted) as f64,
                    ),
                    worst_amplification: every(self.samples(), |sample| sample.tally.windows.worst_of[service]),
                })
            })
            .collect()
    }

    fn workers(&self) -> Option<WorkersReport> {
        let consumer = self.document.workload.consumer?;
        let workers = if consumer.per_key_order { consumer.workers.min(consumer.key_count) } else { consumer.workers };
        let held: u128 = self.samples().iter().map(|sample| sample.tally.worker_held).sum();
        let held_ms = ratio(held as f64 / 1e6, self.sum(|tally| tally.worker_deliveries) as f64);
        Some(WorkersReport {
            workers,
            held_ms,
            offered: self.document.workload.arrivals.per_second() * held_ms / 1e3,
            backlog: ratio(self.sum(|tally| tally.worker_backlog) as f64, self.samples().len() as f64),
        })
    }

    fn detached_work(&self) -> Option<DetachedWork> {
        let lag = |place: usize| every(self.samples(), |sample| sample.detached_lags.map(|lags| lags[place]));
        self.arm.plan.steps.iter().any(|step| step.detached).then(|| DetachedWork {
            lag_p50_ms: lag(0),
            lag_p99_ms: lag(1),
            backlog: ratio(self.sum(|tally| tally.detached_backlog) as f64, self.samples().len() as f64),
        })
    }

    fn failure_latency(&self) -> FailureFigures {
        let figure = |index: usize| every(self.samples(), |sample| Some(sample.failures?[index]));
        FailureFigures { mean: figure(0), p50: figure(1), p99: figure(2) }
    }

    /// What a topology saves against the first, replication by replication: both met the same requests.
    fn saves(&self) -> Option<Figure> {
        if self.is_first() {
            return None;
        }
        let pairs = self.first.samples.iter().zip(&self.arm.samples).filter_map(|(a, b)| a.as_ref().zip(b.as_ref()));
        let savings: Option<Vec<f64>> =
            pairs.map(|(first, other)| Some(first.at_budget()? - other.at_budget()?)).collect();
        Figure::of(&savings?)
    }

    fn step(&self, step: usize) -> StepReport {
        let all = || self.samples().iter().map(|sample| sample.tally.steps[step]);
        let critical: u128 = all().map(|tally| tally.critical).sum();
        StepReport {
            id: self.document.steps[step].id.clone(),
            attempts: all().map(|tally| tally.attempts).sum(),
            errors: all().map(|tally| tally.errors).sum(),
            timeouts: all().map(|tally| tally.timeouts).sum(),
            turned_away: all().map(|tally| tally.turned_away).sum(),
            duplicates: all().map(|tally| tally.duplicates).sum(),
            orphans: all().map(|tally| tally.orphans).sum(),
            over_own_budget: self.document.steps[step]
                .budget_ms
                .map(|_| Share::of(&all().map(|tally| (tally.over_budget, tally.judged)).collect::<Vec<_>>())),
            critical_ms: ratio(critical as f64 / 1e6, self.sum(|tally| tally.successful_deliveries) as f64),
        }
    }

    fn pool(&self, pool: usize, id: &str, size: u32) -> PoolReport {
        let size = f64::from(size);
        let uses = || self.samples().iter().map(|sample| sample.tally.pools[pool]);
        let plan = &self.arm.plan;
        let offered = size * (plan.duration - plan.warmup) as f64 * self.samples().len() as f64;
        PoolReport {
            id: id.to_owned(),
            offered: plan.offered(pool),
            waiting: Share::of(&uses().map(|used| (used.queued, used.asked)).collect::<Vec<_>>()),
            wait_ms_per_request: ratio(
                uses().map(|used| used.waited as f64 / 1e6).sum(),
                self.sum(|tally| tally.requests) as f64,
            ),
            wait_p99_ms: every(self.samples(), |sample| sample.wait_p99s.get(pool).copied().flatten()),
            utilisation: ratio(uses().map(|used| used.held as f64).sum(), offered),
            mean_wait_ms: every(self.samples(), |sample| {
                let used = sample.tally.pools[pool];
                Some(ratio(used.waited as f64 / 1e6, used.asked as f64))
            }),
            longest_queue: uses().map(|used| used.longest_queue).max().unwrap_or(0),
            rejected: Share::of(&uses().map(|used| (used.rejected, used.asked)).collect::<Vec<_>>()),
        }
    }

    fn distribution(&self) -> Vec<(f64, f64)> {
        let mut points: Vec<(f64, f64)> = sample::shares(self.document.budget.percentile)
            .into_iter()
            .enumerate()
            .skip(sample::FIRST_DRAWN)
            .filter_map(|(index, share)| Some((share, self.of_all(index)?.value)))
            .collect();
        points.sort_by(|a, b| a.0.total_cmp(&b.0));
        points
    }

    fn time_line(&self) -> TimeLineReport {
        let lines = || self.samples().iter().map(|sample| &sample.tally.time_line);
        let longest = lines().map(|line| line.points.len()).max().unwrap_or(0);
        let count = self.samples().len().max(1) as f64;
        let means = |value: fn(&crate::timeline::Point) -> u64| -> Vec<f64> {
            let sum = |index| lines().filter_map(|line| line.points.get(index)).map(value).sum::<u64>();
            (0..longest).map(|index| sum(index) as f64 / count).collect()
        };
        TimeLineReport {
            point_s: lines().next().map_or(1.0, |line| line.width as f64 / 1e9),
            arrivals: means(|point| point.arrivals),
            good: means(|point| point.good),
            answers: means(|point| point.answers),
            errors: means(|point| point.errors),
            queue: means(|point| point.queue),
        }
    }

    fn recovery(&self) -> Option<Recovery> {
        let plan = &self.arm.plan;
        let ends = plan.outages_end?;
        let begins = plan.steps.iter().flat_map(|step| step.outages.iter().map(|outage| outage.from)).min()?;
        let times: Vec<f64> = self
            .samples()
            .iter()
            .filter_map(|sample| sample.tally.time_line.recovery(begins, ends, plan.duration))
            .map(|nanos| nanos as f64 / 1e9)
            .collect();
        Some(Recovery {
            recovered: times.len() as u32,
            of: self.samples().len() as u32,
            mean_s: (!times.is_empty()).then(|| times.iter().sum::<f64>() / times.len() as f64),
        })
    }

    /// The 5th and 95th percentile over the draws of the uncertain inputs, once all of them are over.
    fn spread(&self) -> Option<Spread> {
        let (first, draws) = (all_draws(self.first)?, all_draws(self.arm)?);
        if draws.is_empty() {
            return None;
        }
        let share = |count: fn(&Tally) -> u64| {
            range(draws.iter().map(|draw| Some(ratio(count(&draw.tally) as f64, draw.tally.requests as f64))))
        };
        let judged = |count: fn(&Judged) -> u64| {
            let judged = draws.iter().map(|draw| draw.tally.judged);
            range(judged.map(|judged| Some(ratio(count(&judged) as f64, judged.requests as f64))))
        };
        let savings = first.iter().zip(&draws).map(|(first, draw)| Some(first.at_budget()? - draw.at_budget()?));
        Some(Spread {
            draws: draws.len() as u32,
            at_budget_ms: range(draws.iter().map(|draw| draw.at_budget())),
            saves_ms: if self.is_first() { None } else { range(savings) },
            over_budget: judged(|judged| judged.over_target)?,
            over_tolerance: judged(|judged| judged.over_tolerance)?,
            no_answer: judged(|judged| judged.no_answer)?,
            failed: share(|tally| tally.failed)?,
            orphaned: share(|tally| tally.of(Outcome::Orphaned))?,
        })
    }
}

/// Latency figures, whose quantiles are at places of [`sample::shares`], of so many requests.
fn latency_figures(mean: Option<Figure>, figure: impl Fn(usize) -> Option<Figure>, requests: u64) -> LatencyFigures {
    LatencyFigures {
        mean,
        p50: figure(0),
        p90: figure(1),
        p95: figure(2),
        p99: figure(3),
        p999: figure(4),
        at_budget: figure(sample::AT_BUDGET),
        p999_rests_on_few: requests as f64 * 0.001 < 100.0,
    }
}

/// The share of requests that came to harm, of those that arrived outside outages.
fn harm(tally: &Tally) -> f64 {
    ratio(tally.judged.harmed as f64, tally.judged.requests as f64)
}

/// The draws, if all of them are over.
fn all_draws(arm: &Arm) -> Option<Vec<&Sample>> {
    arm.draws.iter().map(Option::as_ref).collect()
}

/// The figure over all replications, if every one of them has a value.
fn every(samples: &[&Sample], value: impl Fn(&Sample) -> Option<f64>) -> Option<Figure> {
    Figure::of(&samples.iter().map(|sample| value(sample)).collect::<Option<Vec<f64>>>()?)
}

/// From the 5th to the 95th percentile by nearest rank, if every draw has a value.
fn range(values: impl Iterator<Item = Option<f64>>) -> Option<Range> {
    let mut values: Vec<f64> = values.collect::<Option<_>>()?;
    values.sort_by(f64::total_cmp);
    let at = |share: f64| {
        let rank = libm::ceil(share * values.len() as f64 - 1e-9) as usize;
        values.get(rank.clamp(1, values.len().max(1)) - 1).copied()
    };
    Some(Range { low: at(0.05)?, high: at(0.95)? })
}

pub(super) fn ratio(numerator: f64, denominator: f64) -> f64 {
    if denominator > 0.0 { numerator / denominator } else { 0.0 }
}
