//! Comparisons on all cores: their tasks are shared out, and the result is the same as on one.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use async_trait::async_trait;
use engine::{
    Comparison, Done, NotRunnable, Report, Settings, Task,
    experiment::{Findings, Study},
    theory::{Case, Checked},
};
use model::Document;
use ports::{Caller, Prepare, SimulateError, Simulator};

use crate::{checks::Checks, simulation_queue::SimulationQueue};

/// All cores of this machine.
#[derive(Debug)]
pub(crate) struct Cores {
    queue: SimulationQueue,
    checks: Checks,
    /// No comparison or experiment has the cores for longer: it is refused, and nothing is kept of it.
    patience: Duration,
}

impl Cores {
    pub(crate) fn new(patience: Duration) -> Self {
        Cores { queue: SimulationQueue::new(), checks: Checks::new(), patience }
    }
}

#[async_trait]
impl Simulator for Cores {
    async fn simulate(&self, caller: Caller, document: Document, settings: Settings) -> Result<Report, SimulateError> {
        let document = document.checked()?;
        let run = move |go_on: &(dyn Fn() -> bool + Sync)| {
            let comparison = compare(document, settings, Watch { go_on, done: &|_| {} })?;
            Ok::<_, NotRunnable>(comparison.map(|comparison| comparison.report()))
        };
        let report = self.queue.run(caller, self.patience, run).await??;
        report.ok_or(SimulateError::TooLong(self.patience))
    }

    async fn experiment(&self, caller: Caller, prepare: Prepare) -> Result<Findings, SimulateError> {
        let run = move |go_on: &(dyn Fn() -> bool + Sync)| {
            let study = prepare()?;
            study.document().clone().checked()?;
            let settings = study.settings();
            Ok::<_, SimulateError>(experiment(study, &settings, go_on, &|_, _| {})?)
        };
        self.queue.run(caller, self.patience, run).await??.ok_or(SimulateError::TooLong(self.patience))
    }

    async fn check(&self, case: Case, among: usize, seed: u64) -> Result<Checked, SimulateError> {
        self.checks.check(case, among, seed).await
    }
}

/// Who watches a comparison: asked again and again whether it should go on, and told which share of it is done.
#[derive(Clone, Copy)]
pub(crate) struct Watch<'a> {
    pub(crate) go_on: &'a (dyn Fn() -> bool + Sync),
    pub(crate) done: &'a (dyn Fn(f64) + Sync),
}

/// Runs a comparison on all cores; `None` if it should not go on.
///
/// # Errors
///
/// As [`Comparison::new`].
pub(crate) fn compare(
    document: Document,
    settings: Settings,
    watch: Watch<'_>,
) -> Result<Option<Comparison>, NotRunnable> {
    let mut comparison = Comparison::new(document, settings)?;
    loop {
        let tasks = comparison.tasks();
        if tasks.is_empty() {
            return Ok(Some(comparison));
        }
        let (over, known) = comparison.progress();
        let finished = AtomicUsize::new(over);
        let run = |task: &Task| {
            let done = (watch.go_on)().then(|| comparison.run(*task, watch.go_on)).flatten();
            (watch.done)((finished.fetch_add(1, Ordering::Relaxed) + 1) as f64 / known.max(1) as f64);
            done
        };
        let Some(done) = share_out(&tasks, run).into_iter().collect::<Option<Vec<Done>>>() else { return Ok(None) };
        done.into_iter().for_each(|done| comparison.accept(done));
    }
}

/// Runs an experiment on all cores, one part after the other, and tells which part it is at and which share of the whole
/// is done; `None` if it should not `go_on`.
///
/// # Errors
///
/// As [`Comparison::new`].
pub(crate) fn experiment(
    mut study: Study,
    settings: &Settings,
    go_on: &(dyn Fn() -> bool + Sync),
    told: &(dyn Fn(&str, f64) + Sync),
) -> Result<Option<Findings>, NotRunnable> {
    while let Some(part) = study.next() {
        let done = |share: f64| told(&part.label, study.progress(share));
        let comparison = compare(part.document, settings.clone(), Watch { go_on, done: &done })?;
        let Some(comparison) = comparison else { return Ok(None) };
        study.accept(comparison);
    }
    Ok(Some(study.findings()))
}

/// Does a piece of work for each item, on all cores, and answers with the results in the order of the items.
pub(crate) fn share_out<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let (next, done) = (AtomicUsize::new(0), Mutex::new(Vec::with_capacity(items.len())));
    let take = || {
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(index) else { return };
            let result = work(item);
            // A thread that panicked has nothing half written in the list.
            done.lock().unwrap_or_else(PoisonError::into_inner).push((index, result));
        }
    };
    thread::scope(|scope| {
        for _ in 1..thread::available_parallelism().map_or(1, usize::from).min(items.len()) {
            scope.spawn(take);
        }
        take();
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use engine::experiment::Question;

    use super::*;

    const TO_THE_END: Watch<'_> = Watch { go_on: &|| true, done: &|_| {} };

    #[test]
    fn on_all_cores_the_bytes_are_those_of_one() {
        for example in &model::EXAMPLES {
            let settings = Settings { replications: 5, draws: 6, ..Settings::default() };
            let alone = engine::compare(&example.document(), settings.clone()).expect("an example has steps");
            let shared = compare(example.document(), settings, TO_THE_END).expect("an example has steps");
            assert_eq!(
                shared.map(|comparison| comparison.report().to_json()),
                Some(alone.to_json()),
                "{}",
                example.slug
            );
        }
    }

    fn caller() -> Caller {
        Caller { account: None, from: std::net::Ipv4Addr::LOCALHOST.into() }
    }

    #[tokio::test]
    async fn who_has_no_patience_is_refused() {
        let cores = Cores::new(Duration::ZERO);
        let refused = cores.simulate(caller(), model::EXAMPLES[0].document(), Settings::default()).await;
        assert!(matches!(refused, Err(SimulateError::TooLong(_))), "{refused:?}");
        assert!(
            Cores::new(Duration::from_secs(600))
                .simulate(caller(), model::EXAMPLES[0].document(), Settings::default())
                .await
                .is_ok()
        );
    }

    #[tokio::test]
    async fn an_experiment_beyond_patience_is_refused() {
        let spike = Question::Vary(engine::experiment::Experiment::Spike);
        let study = || -> Prepare { Box::new(move || report::page::study(spike, model::EXAMPLES[0].document())) };
        let refused = Cores::new(Duration::ZERO).experiment(caller(), study()).await;
        assert!(matches!(refused, Err(SimulateError::TooLong(_))), "{refused:?}");
        let found = Cores::new(Duration::from_secs(600)).experiment(caller(), study()).await;
        assert!(matches!(found, Ok(Findings::Varied(_))), "{found:?}");
    }

    #[test]
    fn a_comparison_that_should_not_go_on_has_no_report() {
        let document = model::EXAMPLES[0].document();
        assert!(
            compare(document, Settings::default(), Watch { go_on: &|| false, ..TO_THE_END })
                .expect("an example has steps")
                .is_none()
        );
    }
}
