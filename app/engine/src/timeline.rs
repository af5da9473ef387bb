//! What happened when: counts by second, and the worst ten seconds.

use std::ops::Range;

use crate::nanos::Nanos;

/// Most points of a time line; a longer run has wider ones.
const MOST_POINTS: u64 = 600;
const SECOND: Nanos = 1_000_000_000;

/// Counts by second of a run, or by as many seconds as keep their number small.
#[derive(Clone, Debug)]
pub(crate) struct TimeLine {
    pub(crate) width: Nanos,
    pub(crate) points: Vec<Point>,
    /// When the point under way ends.
    pub(crate) next_tick: Nanos,
}

/// What happened in one point of a time line.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Point {
    /// Requests that arrived.
    pub(crate) arrivals: u64,
    /// Of those, how many were answered in the end, by a success or a decline.
    pub(crate) good: u64,
    /// Answers that were successes or declines.
    pub(crate) answers: u64,
    /// Answers that were failures.
    pub(crate) errors: u64,
    /// How many waited at its end.
    pub(crate) queue: u64,
}

impl TimeLine {
    pub(crate) fn new(duration: Nanos) -> Self {
        let width = duration.div_ceil(MOST_POINTS).div_ceil(SECOND).max(1).saturating_mul(SECOND);
        TimeLine { width, points: vec![Point::default()], next_tick: width }
    }

    /// The run has come to `now`; `queue` waited until then.
    pub(crate) fn tick(&mut self, now: Nanos, queue: u64) {
        while self.next_tick <= now && (self.points.len() as u64) < 2 * MOST_POINTS {
            if let Some(point) = self.points.last_mut() {
                point.queue = queue;
            }
            self.points.push(Point::default());
            self.next_tick = self.next_tick.saturating_add(self.width);
        }
        if self.points.len() as u64 == 2 * MOST_POINTS {
            // What drains for longer is counted in the last point.
            self.next_tick = Nanos::MAX;
        }
    }

    /// A request arrives now; answers with the point in which it is counted.
    pub(crate) fn arrival(&mut self, now: Nanos) -> u32 {
        let place = self.place(now);
        self.points[place].arrivals += 1;
        place as u32
    }

    pub(crate) fn answer(&mut self, now: Nanos, failed: bool) {
        let place = self.place(now);
        let point = &mut self.points[place];
        if failed {
            point.errors += 1;
        } else {
            point.answers += 1;
        }
    }

    /// A request has settled; it is counted where it arrived.
    pub(crate) fn settle(&mut self, arrived: u32, good: bool) {
        self.points[arrived as usize].good += u64::from(good);
    }

    /// Whether the run has collapsed: of the requests that arrived last, under half as large a share was answered as of
    /// those of the best window of the same length, by more than chance. A window is ten seconds of arrivals, or as many as
    /// hold 100. Where the last one meets an outage nobody can tell: it may come back when the callee does.
    pub(crate) fn collapsed(&self, duration: Nanos, outages: &[Range<Nanos>]) -> bool {
        const WINDOW: Nanos = 10 * SECOND;
        const FEWEST: u64 = 100;
        let arrivals_end = (duration.div_ceil(self.width) as usize).min(self.points.len());
        let points = &self.points[..arrivals_end];
        let of = |points: &[Point]| {
            points.iter().fold((0, 0), |(good, all), point| (good + point.good, all + point.arrivals))
        };
        let shortest = WINDOW.div_ceil(self.width) as usize;
        let mut length = shortest.min(points.len());
        while length < points.len() && of(&points[points.len() - length..]).1 < FEWEST {
            length += 1;
        }
        let share = |points: &[Point]| {
            let (good, all) = of(points);
            (all > 0).then(|| good as f64 / all as f64)
        };
        if length == 0 {
            return false;
        }
        let from = (points.len() - length) as Nanos * self.width;
        if outages.iter().any(|outage| outage.end > from && outage.start < duration) {
            return false;
        }
        let half = points.windows(length).filter_map(share).fold(0.0, f64::max) / 2.0;
        let last = &points[points.len() - length..];
        // Where few are answered at all, the best of many windows is twice the last by chance: three standard deviations
        // of a share of one half of the best do not count.
        let chance = 3.0 * libm::sqrt(half * (1.0 - half) / of(last).1.max(1) as f64);
        share(last).is_some_and(|last| last < half - chance)
    }

    /// How long after the last outage `ends` requests were answered as before the first one `begins`: the first
    /// ten seconds of arrivals of which at least 95 % of that share were answered. `None`: not within the run.
    pub(crate) fn recovery(&self, begins: Nanos, ends: Nanos, duration: Nanos) -> Option<Nanos> {
        let place = |moment: Nanos| ((moment / self.width) as usize).min(self.points.len());
        let share = |points: &[Point]| {
            let arrivals: u64 = points.iter().map(|point| point.arrivals).sum();
            let good: u64 = points.iter().map(|point| point.good).sum();
            (arrivals > 0).then(|| good as f64 / arrivals as f64)
        };
        let before = share(&self.points[..place(begins)]).unwrap_or(1.0);
        let window = (10 * SECOND).div_ceil(self.width) as usize;
        let (first, last) = (place(ends.saturating_add(self.width - 1)), place(duration));
        (first..last)
            .find(|&start| {
                let points = &self.points[start..(start + window).min(last)];
                share(points).is_some_and(|share| share >= 0.95 * before)
            })
            .map(|start| (start as Nanos * self.width).saturating_sub(ends))
    }

    /// The point in which the run is. Nearly always the last: time was told by [`TimeLine::tick`], and a division is slow.
    fn place(&self, now: Nanos) -> usize {
        let last = self.points.len() - 1;
        let begun = self.next_tick.saturating_sub(self.width);
        if (begun..self.next_tick).contains(&now) { last } else { ((now / self.width) as usize).min(last) }
    }
}

/// Attempts against executions wanted, of each service and of all, in windows of ten seconds in which requests arrive.
#[derive(Clone, Debug)]
pub(crate) struct Windows {
    arrivals_end: Nanos,
    until: Nanos,
    /// Attempts and executions wanted in the window under way, by service.
    services: Vec<(u64, u64)>,
    /// The largest ratio of any window with enough executions, of the pipeline.
    pub(crate) worst: Option<f64>,
    /// The same of each service.
    pub(crate) worst_of: Vec<Option<f64>>,
}

/// Windows with fewer executions say nothing.
const FEWEST_EXECUTIONS: u64 = 100;

impl Windows {
    pub(crate) fn new(services: usize, arrivals_end: Nanos) -> Self {
        Windows {
            arrivals_end,
            until: 0,
            services: vec![(0, 0); services],
            worst: None,
            worst_of: vec![None; services],
        }
    }

    /// So many calls of a service are made now, of so many executions that are wanted.
    pub(crate) fn count(&mut self, now: Nanos, service: u16, calls: u64, wanted: u64) {
        if now < self.arrivals_end {
            self.move_to(now);
            let of = &mut self.services[usize::from(service)];
            of.0 += calls;
            of.1 += wanted;
        }
    }

    /// Closes the last window.
    pub(crate) fn close(&mut self) {
        let raise = |worst: &mut Option<f64>, (attempts, wanted): (u64, u64)| {
            if wanted >= FEWEST_EXECUTIONS {
                *worst = Some(worst.unwrap_or(0.0).max(attempts as f64 / wanted as f64));
            }
        };
        let all = self.services.iter().fold((0, 0), |all, one| (all.0 + one.0, all.1 + one.1));
        raise(&mut self.worst, all);
        for (worst, service) in self.worst_of.iter_mut().zip(&mut self.services) {
            raise(worst, std::mem::take(service));
        }
    }

    fn move_to(&mut self, now: Nanos) {
        if now >= self.until {
            self.close();
            self.until = (now / (10 * SECOND) + 1).saturating_mul(10 * SECOND);
        }
    }
}

/// Requests in the system over time, for Little's law.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct InSystem {
    requests: u64,
    changed: Nanos,
    /// Requests times nanoseconds.
    pub(crate) area: u128,
    /// Sum of the times that requests were in the system.
    pub(crate) sojourns: u128,
}

impl InSystem {
    pub(crate) fn enter(&mut self, now: Nanos) {
        self.account(now);
        self.requests += 1;
    }

    pub(crate) fn leave(&mut self, now: Nanos, sojourn: Nanos) {
        self.account(now);
        self.requests -= 1;
        self.sojourns += u128::from(sojourn);
    }

    fn account(&mut self, now: Nanos) {
        self.area += u128::from(self.requests) * u128::from(now - self.changed);
        self.changed = now;
    }
}
