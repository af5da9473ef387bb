//! Self-checks: cases of queueing theory that the engine is run on, one at a time, and their results.
//!
//! A case takes a second or two, and gives the same result under the same seed: results are kept for a few seeds.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError, atomic::AtomicBool},
};

use engine::theory::{Case, Checked};
use ports::SimulateError;
use tokio::sync::Semaphore;

use crate::simulation_queue::on_a_thread;

/// The number of suites whose results are kept: a few kilobytes each.
const SUITES: usize = 16;

/// The seed of a run and the number of its cases: the more cases, the more of a difference is put down to chance.
type Suite = (u64, usize);

/// The self-checks of all visitors.
#[derive(Debug)]
pub(crate) struct Checks {
    /// Turns of their own, so that nobody's pipeline waits behind them.
    turns: Arc<Semaphore>,
    kept: Arc<Kept>,
}

impl Checks {
    pub(crate) fn new() -> Self {
        Self { turns: Arc::new(Semaphore::new(1)), kept: Arc::default() }
    }

    /// The result of a case, which is run unless its result is kept.
    pub(crate) async fn check(&self, case: Case, among: usize, seed: u64) -> Result<Checked, SimulateError> {
        let suite = (seed, among);
        if let Some(checked) = self.kept.find(suite, &case.name) {
            return Ok(checked);
        }
        let turn =
            Arc::clone(&self.turns).acquire_owned().await.map_err(|error| SimulateError::Failed(error.into()))?;
        let kept = Arc::clone(&self.kept);
        let run = move |_: &AtomicBool| {
            // The turn lasts until the case has ended, even where nobody waits for it any more.
            let _turn = turn;
            // Another visitor may have had the same case run while this one waited.
            kept.find(suite, &case.name).unwrap_or_else(|| {
                let checked = case.check(seed, among);
                kept.keep(suite, case.name, checked.clone());
                checked
            })
        };
        on_a_thread(run).await
    }
}

/// The results of cases by name, the newest suite first.
#[derive(Debug, Default)]
struct Kept(Mutex<VecDeque<(Suite, BTreeMap<String, Checked>)>>);

impl Kept {
    fn find(&self, suite: Suite, name: &str) -> Option<Checked> {
        let suites = self.suites();
        suites.iter().find(|(of, _)| *of == suite).and_then(|(_, checks)| checks.get(name).cloned())
    }

    fn keep(&self, suite: Suite, name: String, checked: Checked) {
        let mut suites = self.suites();
        if !suites.iter().any(|(of, _)| *of == suite) {
            suites.truncate(SUITES - 1);
            suites.push_front((suite, BTreeMap::new()));
        }
        if let Some((_, checks)) = suites.iter_mut().find(|(of, _)| *of == suite) {
            checks.insert(name, checked);
        }
    }

    fn suites(&self) -> MutexGuard<'_, VecDeque<(Suite, BTreeMap<String, Checked>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use engine::theory::cases;
    use futures_util::future::join;

    use super::*;

    const DIFFERS: Checked = Checked { figure: None, narrow: true, agrees: false };

    #[tokio::test]
    async fn a_case_is_run_once_for_each_suite() {
        let checks = Checks::new();
        let case = cases().swap_remove(0);
        let first = checks.check(case.clone(), 70, 1).await.expect("it is run");
        // No turn is left to take: what is answered now was kept.
        checks.turns.close();
        assert_eq!(checks.check(case.clone(), 70, 1).await.expect("it is kept"), first);
        assert!(checks.check(case.clone(), 70, 2).await.is_err(), "another seed is another run");
        assert!(checks.check(case, 71, 1).await.is_err(), "and so is another number of cases");
    }

    #[tokio::test]
    async fn a_case_run_for_another_visitor_meanwhile_is_not_run_again() {
        let checks = Checks::new();
        let case = cases().swap_remove(0);
        let turn = checks.turns.clone().acquire_owned().await.expect("nobody has the turn");
        let another = async {
            checks.kept.keep((1, 70), case.name.clone(), DIFFERS);
            drop(turn);
        };
        let (checked, ()) = join(checks.check(case.clone(), 70, 1), another).await;
        assert_eq!(checked.expect("it is answered"), DIFFERS, "the engine would have agreed");
    }

    #[test]
    fn every_case_has_a_name_of_its_own() {
        let names: BTreeSet<String> = cases().into_iter().map(|case| case.name).collect();
        assert_eq!(names.len(), cases().len());
    }

    #[test]
    fn few_suites_are_kept() {
        let kept = Kept::default();
        for seed in 0..=SUITES as u64 {
            kept.keep((seed, 70), "a".to_owned(), DIFFERS);
            kept.keep((seed, 70), "b".to_owned(), DIFFERS);
        }
        assert_eq!(kept.suites().len(), SUITES);
        assert_eq!(kept.find((0, 70), "a"), None, "the oldest went");
        assert_eq!(kept.find((SUITES as u64, 70), "b"), Some(DIFFERS));
    }
}
