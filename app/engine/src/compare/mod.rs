//! Comparing topologies: the same requests, with the same luck, through each of them.
//!
//! A comparison is a list of *tasks*, each one replication of one plan. Tasks know nothing of each other, so they
//! may run one after the other in slices ([`Comparison::advance`], in a browser) or on several threads
//! ([`Comparison::tasks`], [`Comparison::run`] and [`Comparison::accept`], on a server); the result is the same.
//! It has three stages: *pilots* find which pair `first-leg` forks; *replications* give the figures with their
//! simulation error; *draws* of the uncertain inputs give the spread from ignorance.

mod arm;
mod figures;
mod paired;
mod sample;
mod settings;

use std::ops::Range;

use model::{Document, Topology, TopologyKind, topology::first_leg_candidates};

use crate::{
    inputs::{self, Inputs},
    luck::ReplicationLuck,
    plan::Plan,
    report::Report,
    run::{Limits, Run},
    trace::Trace,
};

use arm::Arm;
pub use paired::Difference;
use sample::Sample;
pub use settings::{
    DEFAULT_DRAWS, DEFAULT_REPLICATIONS, DEFAULT_SEED, FEWEST_REPLICATIONS, MOST_REPLICATIONS, NotRunnable, Settings,
};

/// Pilot replications of each pair that `first-leg` may fork.
const PILOTS: u32 = 2;
/// Replications that are added at a time until the figures are precise.
const MORE: u32 = 5;

/// A comparison under way.
#[derive(Debug)]
pub struct Comparison {
    document: Document,
    settings: Settings,
    /// The pairs that `first-leg` may fork, by their place in the sequential order.
    candidates: Vec<usize>,
    /// For each candidate and pilot the latency at the budget's percentile \[ms\], and the share over the budget.
    pilots: Vec<Vec<Option<(f64, f64)>>>,
    /// The topologies; none yet where the pilots of `first-leg` are not over.
    arms: Vec<Option<Arm>>,
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
        let kinds = settings.kinds.clone();
        let wanted = |kind: &TopologyKind| kinds.contains(kind);
        let candidates = if wanted(&TopologyKind::FirstLeg) { first_leg_candidates(&document) } else { Vec::new() };
        let mut comparison = Self {
            pilots: Vec::new(),
            arms: Vec::new(),
            typical: None,
            attempts: 0,
            slice: None,
            candidates,
            document,
            settings,
        };
        for kind in TopologyKind::ALL.into_iter().filter(wanted) {
            match Topology::of(&comparison.document, kind) {
                Some(topology) => comparison.arms.push(Some(comparison.arm(topology))),
                None if kind == TopologyKind::FirstLeg && !comparison.candidates.is_empty() => {
                    comparison.arms.push(None)
                }
                None => {}
            }
        }
        if comparison.arms.is_empty() {
            return Err(NotRunnable::NoTopology);
        }
        match comparison.candidates.len() {
            // The only one needs no pilot.
            1 => comparison.choose_first_leg(),
            many => comparison.pilots = vec![vec![None; PILOTS as usize]; many],
        }
        Ok(comparison)
    }

    fn arm(&self, topology: Topology) -> Arm {
        Arm::new(&self.document, topology, self.settings.replications, self.draws())
    }

    /// How many draws of the uncertain inputs are made.
    fn draws(&self) -> u32 {
        if inputs::any_unsure(&self.document) { self.settings.draws } else { 0 }
    }

    /// The tasks that can be run now, in the order in which their results are wanted first: two replications of what
    /// is known, so that there is something to see; pilots; the other replications; draws. Empty: it is over.
    pub fn tasks(&self) -> Vec<Task> {
        const FIRST: u32 = 2;
        let replications = self.arms.iter().flatten().map(|arm| arm.samples.len()).max().unwrap_or(0) as u32;
        let open = |stage: Stage, replications: Range<u32>| {
            let places = 0..if stage == Stage::Pilot { self.pilots.len() } else { self.arms.len() };
            let all = replications.flat_map(move |replication| places.clone().map(move |place| (place, replication)));
            let open = all.filter(move |&(place, replication)| self.is_open(stage, place, replication as usize));
            open.map(move |(place, replication)| Task { stage, place, replication })
        };
        let first = open(Stage::Replication, 0..FIRST.min(replications));
        let rest = open(Stage::Replication, FIRST.min(replications)..replications);
        let tasks: Vec<Task> = first.chain(open(Stage::Pilot, 0..PILOTS)).chain(rest).collect();
        if tasks.is_empty() { open(Stage::Draw, 0..self.draws()).collect() } else { tasks }
    }

    /// Whether this can be run and has not been.
    fn is_open(&self, stage: Stage, place: usize, replication: usize) -> bool {
        let of = |samples: fn(&Arm) -> &Vec<Option<Sample>>| {
            self.arms[place].as_ref().is_some_and(|arm| samples(arm).get(replication).is_some_and(Option::is_none))
        };
        match stage {
            Stage::Pilot => self.pilots[place][replication].is_none(),
            Stage::Replication => of(|arm| &arm.samples),
            Stage::Draw => of(|arm| &arm.draws),
        }
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
        Some(self.finish_task(task, &plan, run))
    }

    /// Takes in the result of a task.
    pub fn accept(&mut self, done: Done) {
        let Done { task: Task { stage, place, replication }, sample, typical } = done;
        let replication = replication as usize;
        match stage {
            Stage::Pilot => {
                let over = figures::ratio(sample.tally.judged.over_target as f64, sample.tally.judged.requests as f64);
                self.pilots[place][replication] = Some((sample.at_budget().unwrap_or(f64::INFINITY), over));
                if self.pilots.iter().flatten().all(Option::is_some) {
                    self.choose_first_leg();
                }
            }
            Stage::Replication => {
                if (place, replication) == (0, 0) {
                    self.typical = typical;
                }
                self.attempts += sample.tally.attempts_made;
                if let Some(arm) = &mut self.arms[place] {
                    arm.samples[replication] = Some(sample);
                }
                self.replicate_until_precise();
            }
            Stage::Draw => {
                if let Some(arm) = &mut self.arms[place] {
                    arm.draws[replication] = Some(sample);
                }
            }
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
                let done = self.finish_task(task, &plan, run);
                self.accept(done);
                return self.tasks().is_empty();
            }
            self.slice = Some((task, plan, run));
        }
        false
    }

    /// How many tasks are over, and how many there are as far as is known.
    pub fn progress(&self) -> (usize, usize) {
        let all =
            || self.arms.iter().flatten().flat_map(|arm| arm.samples.iter().chain(&arm.draws)).map(Option::is_some);
        let pilots = || self.pilots.iter().flatten().map(Option::is_some);
        let later = self.arms.iter().filter(|arm| arm.is_none()).count();
        let later = later * (self.settings.replications + self.draws()) as usize;
        (all().chain(pilots()).filter(|over| *over).count(), all().chain(pilots()).count() + later)
    }

    /// How many replications are over in every topology that is known so far.
    pub fn replications_over(&self) -> u32 {
        let over = |arm: &Arm| arm.samples.iter().flatten().count();
        self.arms.iter().flatten().map(over).min().unwrap_or(0) as u32
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

    /// What a change has done: this comparison is of the document before it, the other of the one after it, with the
    /// same seed. Both met the same requests with the same luck, so what differs is what the change does.
    pub fn differences(&self, after: &Comparison) -> Vec<Difference> {
        paired::differences(self, after)
    }

    /// Replays one request of the first replication through each topology.
    pub fn replay(&self, request: u64) -> Vec<Trace> {
        let luck = ReplicationLuck::new(self.settings.seed, 0);
        self.arms.iter().flatten().map(|arm| Run::trace(&arm.plan, luck, request, self.limits())).collect()
    }

    /// Each replication gets the same share of the limits, so that a cut falls where it falls on any machine.
    fn limits(&self) -> Limits {
        let replications = u64::from(self.settings.replications + self.draws());
        self.settings.limits.shared(self.arms.len().max(1) as u64 * replications)
    }

    fn begin(&self, task: Task) -> (Plan, Run) {
        let arm = || self.arms[task.place].as_ref().expect("only topologies that are known have tasks");
        let luck = |replication: u32| ReplicationLuck::new(self.settings.seed, replication);
        let (plan, luck, limits) = match task.stage {
            Stage::Pilot => {
                let topology = Topology::first_leg(&self.document, self.candidates[task.place]);
                let plan = Plan::new(&self.document, &topology, Inputs::Medians);
                // All pilots together may cost a tenth of the comparison.
                let pilots = 10 * self.candidates.len() as u64 * u64::from(PILOTS);
                (plan, luck(task.replication), self.settings.limits.shared(pilots))
            }
            Stage::Replication => (arm().plan.clone(), luck(task.replication), self.limits()),
            Stage::Draw => {
                let topology = &arm().topology;
                let plan = Plan::new(&self.document, topology, Inputs::Drawn(luck(task.replication)));
                // The same requests in every draw: what differs is what the team does not know.
                (plan, luck(0), self.limits())
            }
        };
        let run = Run::new(&plan, luck, limits);
        (plan, run)
    }

    fn finish_task(&self, task: Task, plan: &Plan, run: Run) -> Done {
        let tally = run.into_tally(plan.duration, &plan.outage_spans);
        let typical = tally.typical();
        Done { task, sample: Sample::new(tally, self.document.budget.percentile), typical }
    }

    /// The pilots are over: the pair that saves most at the budget's percentile becomes `first-leg`.
    fn choose_first_leg(&mut self) {
        let sum = |place: usize, of: fn(&(f64, f64)) -> f64| {
            self.pilots.get(place).map_or(0.0, |pilots| pilots.iter().flatten().map(of).sum())
        };
        // Where too many requests of every candidate fail to have a latency at that percentile, the share over decides.
        let best = (0..self.candidates.len()).min_by(|&a, &b| {
            let by = |of: fn(&(f64, f64)) -> f64| sum(a, of).total_cmp(&sum(b, of));
            by(|pilot| pilot.0).then_with(|| by(|pilot| pilot.1))
        });
        let topology = best.map(|best| Topology::first_leg(&self.document, self.candidates[best]));
        let chosen = topology.map(|topology| self.arm(topology));
        if let Some(place) = self.arms.iter_mut().find(|arm| arm.is_none()) {
            *place = chosen;
        }
    }

    fn replicate_until_precise(&mut self) {
        let over = |arm: &Option<Arm>| arm.as_ref().is_some_and(|arm| arm.samples.iter().all(Option::is_some));
        let replications = self.replications_over();
        if !self.settings.until_precise
            || !self.arms.iter().all(over)
            || replications >= MOST_REPLICATIONS
            || self.attempts >= self.settings.limits.attempts
        {
            return;
        }
        if !self.arms.iter().flatten().all(Arm::is_precise) {
            let more = MORE.min(MOST_REPLICATIONS - replications);
            for arm in self.arms.iter_mut().flatten() {
                arm.samples.extend((0..more).map(|_| None));
            }
        }
    }
}
