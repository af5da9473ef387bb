//! Comparisons on all cores: their tasks are shared out, and the result is the same as on one.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use async_trait::async_trait;
use engine::{
    Comparison, Done, NotRunnable, Report, Settings, Task,
    experiment::{Findings, Study},
    theory::{Case, Checked},
};
use model::Document;
use ports::{SimulateError, Simulator};
use tokio::sync::Semaphore;

use crate::checks::Checks;

/// Comparisons at a time: each takes all cores, so more would only make all of them slower.
const AT_A_TIME: usize = 2;

/// All cores of this machine.
#[derive(Debug)]
pub(crate) struct Cores {
    turns: Arc<Semaphore>,
    checks: Checks,
    /// Nobody is made to wait longer for one comparison or experiment: it is refused, and nothing is kept of it.
    patience: Duration,
}

impl Cores {
    pub(crate) fn new(patience: Duration) -> Self {
        Cores { turns: Arc::new(Semaphore::new(AT_A_TIME)), checks: Checks::new(), patience }
    }
}

#[async_trait]
impl Simulator for Cores {
    async fn simulate(&self, document: Document, settings: Settings) -> Result<Report, SimulateError> {
        let patience = self.patience;
        let run = move |wanted: &(dyn Fn() -> bool + Sync)| {
            let until = Instant::now() + patience;
            compare(document, settings, Watch { go_on: &|| wanted() && Instant::now() < until, done: &|_| {} })
        };
        let comparison = in_turn(&self.turns, run).await??;
        let comparison = comparison.ok_or(SimulateError::TooLong(patience))?;
        Ok(comparison.report())
    }

    async fn experiment(&self, study: Study) -> Result<Findings, SimulateError> {
        let patience = self.patience;
        let run = move |wanted: &(dyn Fn() -> bool + Sync)| {
            let until = Instant::now() + patience;
            let go_on = || wanted() && Instant::now() < until;
            let settings = study.settings();
            experiment(study, &settings, &go_on, &|_, _| {})
        };
        in_turn(&self.turns, run).await??.ok_or(SimulateError::TooLong(patience))
    }

    async fn check(&self, case: Case, among: usize, seed: u64) -> Result<Checked, SimulateError> {
        self.checks.check(case, among, seed).await
    }
}

/// Works on a thread of its own once it is this work's turn. Whoever no longer waits for it makes `wanted` false; the turn
/// lasts until the work has ended all the same.
pub(crate) async fn in_turn<R: Send + 'static>(
    turns: &Arc<Semaphore>,
    work: impl FnOnce(&(dyn Fn() -> bool + Sync)) -> R + Send + 'static,
) -> Result<R, SimulateError> {
    struct Wanted(Arc<AtomicBool>);
    impl Drop for Wanted {
        fn drop(&mut self) {
            self.0.store(false, Ordering::Relaxed);
        }
    }
    let turn = turns.clone().acquire_owned().await.map_err(failed)?;
    let wanted = Wanted(Arc::new(AtomicBool::new(true)));
    let still = wanted.0.clone();
    let work = move || {
        let result = work(&|| still.load(Ordering::Relaxed));
        drop(turn);
        result
    };
    tokio::task::spawn_blocking(work).await.map_err(failed)
}

fn failed(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> SimulateError {
    SimulateError::Failed(error.into())
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
        let comparison = compare(part.document.clone(), settings.clone(), Watch { go_on, done: &done })?;
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

    #[tokio::test]
    async fn who_has_no_patience_is_refused() {
        let cores = Cores::new(Duration::ZERO);
        let refused = cores.simulate(model::EXAMPLES[0].document(), Settings::default()).await;
        assert!(matches!(refused, Err(SimulateError::TooLong(_))), "{refused:?}");
        assert!(
            Cores::new(Duration::from_secs(600))
                .simulate(model::EXAMPLES[0].document(), Settings::default())
                .await
                .is_ok()
        );
    }

    #[tokio::test]
    async fn an_experiment_beyond_patience_is_refused() {
        let spike = Question::Vary(engine::experiment::Experiment::Spike);
        let study = || report::page::study(spike, model::EXAMPLES[0].document()).expect("an example has steps");
        let refused = Cores::new(Duration::ZERO).experiment(study()).await;
        assert!(matches!(refused, Err(SimulateError::TooLong(_))), "{refused:?}");
        let found = Cores::new(Duration::from_secs(600)).experiment(study()).await;
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
