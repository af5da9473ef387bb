//! Comparing topologies: the same requests, with the same luck, through each of them.
//!
//! A comparison is a list of *tasks*, each one replication of one plan. Tasks know nothing of each other, so they
//! may run one after the other in slices ([`Comparison::advance`], in a browser) or on several threads
//! ([`Comparison::tasks`], [`Comparison::run`] and [`Comparison::accept`], on a server); the result is the same.
//! It goes through three stages: *pilots* find which pair `first-leg` forks; *replications* give the figures with
//! their simulation error; *draws* of the uncertain inputs give the spread from ignorance.

mod figures;
mod sample;
mod settings;

use model::{Document, Topology, TopologyKind, topology::first_leg_candidates};

use crate::{
    inputs::{self, Inputs},
    interval::Figure,
    luck::ReplicationLuck,
    plan::Plan,
    report::Report,
    run::{Limits, Run},
    trace::Trace,
};

use sample::Sample;
pub use settings::{
    DEFAULT_DRAWS, DEFAULT_REPLICATIONS, DEFAULT_SEED, FEWEST_REPLICATIONS, MOST_REPLICATIONS, NotRunnable, Settings,
};

/// Pilot replications of each pair that `first-leg` may fork.
const PILOTS: u32 = 2;
/// Replications that are added at a time until the figures are precise.
const MORE: u32 = 5;
/// A figure is precise when the half-width of its interval is within this share of it.
const PRECISE: f64 = 0.05;

/// A comparison under way.
#[derive(Debug)]
pub struct Comparison {
    document: Document,
    settings: Settings,
    /// Whether `first-leg` is still to be found among these pairs, by their place in the sequential order.
    candidates: Vec<usize>,
    pilots: Vec<Vec<Option<f64>>>,
    topologies: Vec<Topology>,
    plans: Vec<Plan>,
    /// For each topology, its replications.
    samples: Vec<Vec<Option<Sample>>>,
    /// For each topology, its draws of the uncertain inputs.
    draws: Vec<Vec<Option<Sample>>>,
    /// The number of the request that is replayed, once the first replication of the first topology is over.
    typical: Option<u64>,
    attempts: u64,
    /// The task under way in slices.
    slice: Option<(Task, Plan, Run)>,
}

/// One replication of one plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Task {
    stage: Stage,
    place: usize,
    replication: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Pilot,
    Replication,
    Draw,
}

/// A task that is done.
#[derive(Debug)]
pub struct Done {
    task: Task,
    sample: Sample,
    typical: Option<u64>,
}

impl Comparison {
    /// Prepares a comparison of a checked document.
    ///
    /// # Errors
    ///
    /// When there is nothing to run, or the number of replications makes no sense.
    pub fn new(document: Document, settings: Settings) -> Result<Self, NotRunnable> {
        if document.steps.is_empty() {
            return Err(NotRunnable::NoSteps);
        }
        if !(FEWEST_REPLICATIONS..=MOST_REPLICATIONS).contains(&settings.replications) {
            return Err(NotRunnable::Replications(settings.replications));
        }
        let wanted = |kind: &TopologyKind| settings.kinds.contains(kind);
        let candidates = if wanted(&TopologyKind::FirstLeg) { first_leg_candidates(&document) } else { Vec::new() };
        let topologies: Vec<Topology> =
            TopologyKind::ALL.into_iter().filter(wanted).filter_map(|kind| Topology::of(&document, kind)).collect();
        if topologies.is_empty() && candidates.is_empty() {
            return Err(NotRunnable::NoTopology);
        }
        let mut comparison = Self {
            pilots: candidates.iter().map(|_| vec![None; PILOTS as usize]).collect(),
            candidates,
            topologies,
            plans: Vec::new(),
            samples: Vec::new(),
            draws: Vec::new(),
            typical: None,
            attempts: 0,
            slice: None,
            document,
            settings,
        };
        if comparison.candidates.len() <= 1 {
            comparison.choose_first_leg();
        }
        Ok(comparison)
    }

    /// The tasks that can be run now, in the order in which their results are wanted first. Empty: it is over.
    pub fn tasks(&self) -> Vec<Task> {
        let open = |stage: Stage, done: &dyn Fn(usize, u32) -> bool, places: usize, replications: u32| {
            let all = (0..replications).flat_map(|replication| (0..places).map(move |place| (place, replication)));
            let open = all.filter(|&(place, replication)| !done(place, replication));
            open.map(|(place, replication)| Task { stage, place, replication }).collect::<Vec<_>>()
        };
        if self.plans.is_empty() {
            let done = |place: usize, n: u32| self.pilots[place][n as usize].is_some();
            return open(Stage::Pilot, &done, self.candidates.len(), PILOTS);
        }
        let done = |place: usize, n: u32| self.samples[place][n as usize].is_some();
        let replications = open(Stage::Replication, &done, self.plans.len(), self.replications());
        if !replications.is_empty() {
            return replications;
        }
        let done = |place: usize, n: u32| self.draws[place][n as usize].is_some();
        open(Stage::Draw, &done, self.plans.len(), self.draws.first().map_or(0, Vec::len) as u32)
    }

    /// Runs a task, looking now and then whether it should `go_on`; `None` if it should not.
    pub fn run(&self, task: Task, go_on: &dyn Fn() -> bool) -> Option<Done> {
        /// Some milliseconds on a slow machine.
        const SLICE: u64 = 50_000;
        let (plan, mut run) = self.begin(task);
        while !run.advance(&plan, SLICE) {
            if !go_on() {
                return None;
            }
        }
        Some(self.finish_task(task, run))
    }

    /// Takes in the result of a task.
    pub fn accept(&mut self, done: Done) {
        let Done { task: Task { stage, place, replication }, sample, typical } = done;
        let replication = replication as usize;
        match stage {
            Stage::Pilot => {
                self.pilots[place][replication] = Some(sample.at_budget().unwrap_or(f64::INFINITY));
                if self.pilots.iter().flatten().all(Option::is_some) {
                    self.choose_first_leg();
                }
            }
            Stage::Replication => {
                if (place, replication) == (0, 0) {
                    self.typical = typical;
                }
                self.attempts += sample.tally.attempts_made;
                self.samples[place][replication] = Some(sample);
                self.replicate_until_precise();
            }
            Stage::Draw => self.draws[place][replication] = Some(sample),
        }
    }

    /// Lets at most `events` events happen; answers whether the comparison is over.
    pub fn advance(&mut self, events: u64) -> bool {
        if self.slice.is_none() {
            let Some(&task) = self.tasks().first() else { return true };
            let (plan, run) = self.begin(task);
            self.slice = Some((task, plan, run));
        }
        if let Some((task, plan, mut run)) = self.slice.take() {
            if run.advance(&plan, events) {
                let done = self.finish_task(task, run);
                self.accept(done);
                return self.tasks().is_empty();
            }
            self.slice = Some((task, plan, run));
        }
        false
    }

    /// How many of the tasks known so far are over, and how many they are.
    pub fn progress(&self) -> (usize, usize) {
        let runs = || self.samples.iter().chain(&self.draws).flatten().map(Option::is_some);
        let pilots = || self.pilots.iter().flatten().map(Option::is_some);
        (runs().chain(pilots()).filter(|over| *over).count(), runs().chain(pilots()).count())
    }

    /// How many replications are over in every topology.
    pub fn replications_over(&self) -> u32 {
        let over = |samples: &Vec<Option<Sample>>| samples.iter().flatten().count();
        self.samples.iter().map(over).min().unwrap_or(0) as u32
    }

    /// Runs to the end.
    pub fn finish(mut self) -> Report {
        while !self.advance(u64::MAX) {}
        self.report()
    }

    /// The report. Asked for before the end, it is the report of the replications that are over.
    pub fn report(&self) -> Report {
        figures::report(self)
    }

    /// Replays one request of the first replication through each topology.
    pub fn replay(&self, request: u64) -> Vec<Trace> {
        let luck = ReplicationLuck::new(self.settings.seed, 0);
        self.plans.iter().map(|plan| Run::trace(plan, luck, request, self.limits())).collect()
    }

    fn replications(&self) -> u32 {
        self.samples.first().map_or(0, Vec::len) as u32
    }

    /// Each replication gets the same share of the limits, so that a cut falls where it falls on any machine.
    fn limits(&self) -> Limits {
        let draws = if inputs::any_unsure(&self.document) { self.settings.draws } else { 0 };
        let replications = u64::from(self.settings.replications + draws);
        self.settings.limits.shared(self.topologies.len().max(1) as u64 * replications)
    }

    fn begin(&self, task: Task) -> (Plan, Run) {
        let seed = self.settings.seed;
        let (plan, luck, limits) = match task.stage {
            Stage::Pilot => {
                let topology = Topology::first_leg(&self.document, self.candidates[task.place]);
                let plan = Plan::new(&self.document, &topology, Inputs::Medians);
                // All pilots together may cost a tenth of the comparison.
                let pilots = 10 * self.candidates.len() as u64 * u64::from(PILOTS);
                (plan, ReplicationLuck::new(seed, task.replication), self.settings.limits.shared(pilots))
            }
            Stage::Replication => {
                (self.plans[task.place].clone(), ReplicationLuck::new(seed, task.replication), self.limits())
            }
            Stage::Draw => {
                let inputs = Inputs::Drawn(ReplicationLuck::new(seed, task.replication));
                let plan = Plan::new(&self.document, &self.topologies[task.place], inputs);
                // The same requests in every draw: what differs is what the team does not know.
                (plan, ReplicationLuck::new(seed, 0), self.limits())
            }
        };
        let run = Run::new(&plan, luck, limits);
        (plan, run)
    }

    fn finish_task(&self, task: Task, run: Run) -> Done {
        let tally = run.into_tally();
        let typical = tally.typical();
        Done { task, sample: Sample::new(tally, self.document.budget.percentile), typical }
    }

    /// The pilots are over: the pair that saves most at the budget's percentile becomes `first-leg`.
    fn choose_first_leg(&mut self) {
        let mean = |pilots: &Vec<Option<f64>>| pilots.iter().flatten().sum::<f64>() / f64::from(PILOTS);
        let best = (0..self.candidates.len()).min_by(|&a, &b| mean(&self.pilots[a]).total_cmp(&mean(&self.pilots[b])));
        if let Some(best) = best {
            self.topologies.push(Topology::first_leg(&self.document, self.candidates[best]));
            self.topologies.sort_by_key(|topology| topology.kind);
        }
        let plan = |topology| Plan::new(&self.document, topology, Inputs::Medians);
        self.plans = self.topologies.iter().map(plan).collect();
        let empty = |count: u32| (0..count).map(|_| None).collect::<Vec<Option<Sample>>>();
        self.samples = self.plans.iter().map(|_| empty(self.settings.replications)).collect();
        let draws = if inputs::any_unsure(&self.document) { self.settings.draws } else { 0 };
        self.draws = self.plans.iter().map(|_| empty(draws)).collect();
    }

    fn replicate_until_precise(&mut self) {
        if !self.settings.until_precise
            || self.samples.iter().flatten().any(Option::is_none)
            || self.replications() >= MOST_REPLICATIONS
            || self.attempts >= self.settings.limits.attempts
        {
            return;
        }
        let precise = |samples: &Vec<Option<Sample>>| {
            let values: Option<Vec<f64>> = samples.iter().flatten().map(Sample::at_budget).collect();
            let figure = values.and_then(|values| Figure::of(&values));
            // Where a replication has no answer at all, more of them will not give it one.
            figure.is_none_or(|figure| figure.high - figure.value <= PRECISE * figure.value)
        };
        if !self.samples.iter().all(precise) {
            let more = MORE.min(MOST_REPLICATIONS - self.replications());
            self.samples.iter_mut().for_each(|samples| samples.extend((0..more).map(|_| None)));
        }
    }
}
