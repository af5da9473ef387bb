//! Simulations by turns: whoever has had least of the cores goes first.
//!
//! One simulation at a time has all cores. It asks again and again whether it should go on, and waits inside that question
//! while it is another's turn: the turn goes to the caller who has used the cores least of late, so that twenty callers who
//! simulate all day do not keep one waiting who does it once. Threads that simulate have a low priority, so that pages are
//! answered in between.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use ports::{Caller, SimulateError};
use tokio::sync::{Semaphore, oneshot};

use crate::cpu_share::{Used, Who};

/// Simulations of one caller that are under way or wait for a turn; further ones wait until one of them ends.
const OF_CALLER: usize = 2;
/// Simulations under way or waiting for a turn: each has its memory already.
const OF_ALL: usize = 48;
/// A turn goes on until it has cost its caller so much more than another's has cost theirs.
const TURN: Duration = Duration::from_millis(20);
/// How much of what a caller has used is forgotten: half in this time.
const HALF_LIFE_S: f64 = 60.0;
/// Whoever waits for a turn looks so often whether anybody still waits for the result.
const LOOK: Duration = Duration::from_millis(50);
/// How much less urgent threads that simulate are than those that answer (`nice`).
const LESS_URGENT: i32 = 10;

/// Who has used how much, and whose turn it is.
#[derive(Debug, Default)]
pub(crate) struct Scheduler {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// What each caller has used of late.
    used: BTreeMap<Who, Used>,
    /// The simulations that are under way, by the order in which they came.
    jobs: BTreeMap<u64, Job>,
    /// The one whose turn it is, since when.
    turn: Option<(u64, Instant)>,
    next: u64,
}

/// A simulation that is under way.
#[derive(Clone, Copy, Debug)]
struct Job {
    who: Who,
    /// How long it has had the cores.
    had: Duration,
}

impl State {
    fn used_by(&self, job: u64, now: Instant) -> f64 {
        self.jobs.get(&job).and_then(|job| self.used.get(&job.who)).map_or(0.0, |used| used.by(now, HALF_LIFE_S))
    }

    /// Counts what the turn has cost so far.
    fn charge(&mut self, now: Instant) {
        let Some((number, since)) = self.turn else { return };
        let used = self.used_by(number, now);
        let Some(job) = self.jobs.get_mut(&number) else { return };
        let cost = now.duration_since(since);
        job.had += cost;
        self.used.insert(job.who, Used::new(used + cost.as_secs_f64(), now));
        self.turn = Some((number, now));
    }

    /// Gives the turn to whoever has used least, unless the one who has it has used little more. Whether it changed hands.
    fn pass_on(&mut self, now: Instant) -> bool {
        self.charge(now);
        let holds = self.turn.map(|(job, _)| job).filter(|job| self.jobs.contains_key(job));
        let least = self.jobs.keys().map(|&job| (self.used_by(job, now), job)).min_by(|a, b| a.0.total_cmp(&b.0));
        let next = match (holds, least) {
            (Some(job), Some((used, _))) if self.used_by(job, now) <= used + TURN.as_secs_f64() => Some(job),
            (_, least) => least.map(|(_, job)| job),
        };
        self.turn = next.map(|job| (job, now));
        next != holds
    }
}

impl Scheduler {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A simulation begins, and waits for its turn.
    fn begin(&self, who: Who) -> Running<'_> {
        let mut state = self.lock();
        let now = Instant::now();
        let number = state.next;
        state.next += 1;
        state.jobs.insert(number, Job { who, had: Duration::ZERO });
        // Whoever has used next to nothing is as good as new.
        let State { used, jobs, .. } = &mut *state;
        used.retain(|who, used| used.by(now, HALF_LIFE_S) > 1e-3 || jobs.values().any(|job| job.who == *who));
        if state.pass_on(now) {
            self.changed.notify_all();
        }
        Running { scheduler: self, number }
    }
}

/// A simulation that is under way, until this is dropped.
struct Running<'a> {
    scheduler: &'a Scheduler,
    number: u64,
}

impl Running<'_> {
    /// Waits until it is this one's turn; `false` where nobody waits for its result any more, or it has had the cores for
    /// longer than its `patience`.
    fn goes_on(&self, wanted: &AtomicBool, patience: Duration) -> bool {
        let mut state = self.scheduler.lock();
        loop {
            if state.pass_on(Instant::now()) {
                self.scheduler.changed.notify_all();
            }
            let had = state.jobs.get(&self.number).map_or(Duration::MAX, |job| job.had);
            if !wanted.load(Ordering::Relaxed) || had > patience {
                return false;
            }
            if state.turn.is_some_and(|(job, _)| job == self.number) {
                return true;
            }
            state = self.scheduler.changed.wait_timeout(state, LOOK).unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        let mut state = self.scheduler.lock();
        state.charge(Instant::now());
        state.jobs.remove(&self.number);
        state.pass_on(Instant::now());
        self.scheduler.changed.notify_all();
    }
}

/// Who simulates, and how many at a time may.
#[derive(Debug)]
pub(crate) struct SimulationQueue {
    scheduler: Arc<Scheduler>,
    all: Arc<Semaphore>,
    of_callers: Mutex<BTreeMap<Who, Weak<Semaphore>>>,
}

impl SimulationQueue {
    pub(crate) fn new() -> Self {
        Self { scheduler: Arc::default(), all: Arc::new(Semaphore::new(OF_ALL)), of_callers: Mutex::default() }
    }

    /// Does work on a thread of its own, by turns with that of others. It is handed what it asks again and again: whether it
    /// should go on. That is `false` once nobody waits for the result any more, or it has had the cores for longer than
    /// its `patience`; the work then ends, and its place is free only when it has.
    pub(crate) async fn run<R: Send + 'static>(
        &self,
        caller: Caller,
        patience: Duration,
        work: impl FnOnce(&(dyn Fn() -> bool + Sync)) -> R + Send + 'static,
    ) -> Result<R, SimulateError> {
        let who = Who::from(caller);
        // Of the caller's own places first: what waits there takes none of the others'.
        let own = self.places_of(who).acquire_owned().await.map_err(failed)?;
        let one = Arc::clone(&self.all).acquire_owned().await.map_err(failed)?;
        let scheduler = Arc::clone(&self.scheduler);
        let work = move |wanted: &AtomicBool| {
            let running = scheduler.begin(who);
            let result = work(&|| running.goes_on(wanted, patience));
            drop((running, own, one));
            result
        };
        on_a_thread(work).await
    }

    fn places_of(&self, who: Who) -> Arc<Semaphore> {
        let mut of_callers = self.of_callers.lock().unwrap_or_else(PoisonError::into_inner);
        of_callers.retain(|_, places| places.strong_count() > 0);
        let kept = of_callers.get(&who).and_then(Weak::upgrade);
        kept.unwrap_or_else(|| {
            let places = Arc::new(Semaphore::new(OF_CALLER));
            of_callers.insert(who, Arc::downgrade(&places));
            places
        })
    }
}

/// Does work on a thread that is less urgent than those that answer requests. It is handed whether anybody still waits for the
/// result.
pub(crate) async fn on_a_thread<R: Send + 'static>(
    work: impl FnOnce(&AtomicBool) -> R + Send + 'static,
) -> Result<R, SimulateError> {
    struct Wanted(Arc<AtomicBool>);
    impl Drop for Wanted {
        fn drop(&mut self) {
            self.0.store(false, Ordering::Relaxed);
        }
    }
    let wanted = Wanted(Arc::new(AtomicBool::new(true)));
    let still = Arc::clone(&wanted.0);
    let (done, result) = oneshot::channel();
    let thread = thread::Builder::new().name("simulation".to_owned()).spawn(move || {
        be_less_urgent();
        // Nobody hears of a result that nobody waits for.
        let _ = done.send(work(&still));
    });
    thread.map_err(failed)?;
    // A thread that panics sends nothing.
    result.await.map_err(failed)
}

/// Threads that this one starts are as urgent as it is.
fn be_less_urgent() {
    #[cfg(target_os = "linux")]
    {
        // On Linux each thread has a priority of its own, under its own number. Without it the simulation is as right.
        let _ = rustix::process::setpriority_process(Some(rustix::thread::gettid()), LESS_URGENT);
    }
}

fn failed(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> SimulateError {
    SimulateError::Failed(error.into())
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};

    use ports::PersonId;

    use super::*;

    fn account() -> Caller {
        Caller { account: Some(PersonId(uuid::Uuid::now_v7())), from: IpAddr::V4(Ipv4Addr::LOCALHOST) }
    }

    /// Works for so long of its own turns, in slices of a millisecond; how long it had them.
    fn busy(for_: Duration) -> impl FnOnce(&(dyn Fn() -> bool + Sync)) -> Duration + Send + 'static {
        move |go_on| {
            let mut worked = Duration::ZERO;
            while worked < for_ && go_on() {
                thread::sleep(Duration::from_millis(1));
                worked += Duration::from_millis(1);
            }
            worked
        }
    }

    const LONG: Duration = Duration::from_secs(3_600);

    #[tokio::test]
    async fn who_has_used_least_goes_first_and_those_who_wait_go_on_afterwards() {
        let queue = Arc::new(SimulationQueue::new());
        let (order, heard) = (Arc::new(Mutex::new(Vec::new())), tokio::sync::Notify::new());
        let heard = Arc::new(heard);
        let all_day: Vec<_> = (0..8)
            .map(|number| {
                let (queue, order, heard) = (Arc::clone(&queue), Arc::clone(&order), Arc::clone(&heard));
                tokio::spawn(async move {
                    let began = move |go_on: &(dyn Fn() -> bool + Sync)| {
                        heard.notify_one();
                        busy(Duration::from_millis(300))(go_on)
                    };
                    let worked = queue.run(account(), LONG, began).await.expect("it works");
                    order.lock().expect("nobody panicked").push(number);
                    worked
                })
            })
            .collect();
        heard.notified().await;
        tokio::time::sleep(Duration::from_millis(100)).await;
        let worked = queue.run(account(), LONG, busy(Duration::from_millis(5))).await.expect("it works");
        assert_eq!(worked, Duration::from_millis(5));
        let before = order.lock().expect("nobody panicked").len();
        assert!(before < 8, "the one who came last did not wait for all others");
        for one in all_day {
            assert_eq!(one.await.expect("it did not panic"), Duration::from_millis(300), "nothing is lost by waiting");
        }
    }

    #[tokio::test]
    async fn one_caller_has_two_places_and_takes_none_of_the_others() {
        let queue = Arc::new(SimulationQueue::new());
        let caller = account();
        let stop = Arc::new(AtomicBool::new(false));
        let under_way = Arc::new(Semaphore::new(0));
        let runs: Vec<_> = (0..5)
            .map(|_| {
                let (queue, stop, under_way) = (Arc::clone(&queue), Arc::clone(&stop), Arc::clone(&under_way));
                tokio::spawn(async move {
                    let work = move |_: &(dyn Fn() -> bool + Sync)| {
                        under_way.add_permits(1);
                        while !stop.load(Ordering::Relaxed) {
                            thread::sleep(Duration::from_millis(1));
                        }
                    };
                    queue.run(caller, LONG, work).await
                })
            })
            .collect();
        under_way.acquire_many(2).await.expect("two begin").forget();
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert_eq!(under_way.available_permits(), 0, "the third waits");
        assert_eq!(queue.all.available_permits(), OF_ALL - 2);
        queue.run(account(), LONG, |_| ()).await.expect("another's begins");
        stop.store(true, Ordering::Relaxed);
        for run in runs {
            run.await.expect("it did not panic").expect("each has its turn");
        }
        assert_eq!(queue.all.available_permits(), OF_ALL);
    }

    #[tokio::test]
    async fn what_nobody_waits_for_ends() {
        let queue = Arc::new(SimulationQueue::new());
        let (ended, over) = oneshot::channel();
        let work = move |go_on: &(dyn Fn() -> bool + Sync)| {
            while go_on() {
                thread::sleep(Duration::from_millis(1));
            }
            let _ = ended.send(());
        };
        let abandoned = tokio::time::timeout(Duration::from_millis(50), queue.run(account(), LONG, work)).await;
        assert!(abandoned.is_err(), "it would go on for ever");
        over.await.expect("it ended");
    }

    #[tokio::test]
    async fn patience_counts_what_a_simulation_had_and_not_what_it_waited() {
        let queue = Arc::new(SimulationQueue::new());
        let patience = Duration::from_millis(400);
        let both = [account(), account()].map(|caller| {
            let queue = Arc::clone(&queue);
            tokio::spawn(async move { queue.run(caller, patience, busy(Duration::from_millis(100))).await })
        });
        for one in both {
            let worked = one.await.expect("it did not panic").expect("it works");
            assert_eq!(worked, Duration::from_millis(100), "together they take twice as long");
        }
        let worked = queue.run(account(), Duration::from_millis(20), busy(LONG)).await.expect("it works");
        assert!(worked < Duration::from_millis(400), "{worked:?}");
    }

    #[tokio::test]
    async fn a_simulation_that_panics_fails_and_leaves_its_place() {
        let queue = SimulationQueue::new();
        let failed: Result<(), _> = queue.run(account(), LONG, |_| panic!("a fault of the engine")).await;
        assert!(matches!(failed, Err(SimulateError::Failed(_))), "{failed:?}");
        assert_eq!(queue.all.available_permits(), OF_ALL);
        queue.run(account(), LONG, |_| ()).await.expect("the next one works");
    }
}
