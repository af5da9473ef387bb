//! The share of the processor that a caller has: whoever keeps it busy leaves half of it to the others.
//!
//! Every time a page or a server function is worked on, what that takes is counted for its caller. A caller who has used much
//! of late goes through a gate that lets a few through at a time; all others pass it by. So requests of a few who ask for
//! the dearest pages all the time wait for each other and not for anybody else's.

use std::{
    cell::RefCell,
    collections::BTreeMap,
    net::IpAddr,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
    time::{Duration, Instant},
};

use any_spawner::{CustomExecutor, Executor, PinnedFuture, PinnedLocalFuture};
use ports::{Caller, PersonId};
use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore};

use crate::limits::household;

/// A caller who has used more than this of late goes through the gate \[s\].
const MUCH_S: f64 = 0.5;
/// How much of what a caller has used is forgotten: half in this time.
const HALF_LIFE_S: f64 = 20.0;
/// More callers than this are looked through for those who have used next to nothing.
const MANY: usize = 10_000;

/// Who is counted: an account, or an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Who {
    Account(PersonId),
    Address(IpAddr),
}

impl From<Caller> for Who {
    fn from(caller: Caller) -> Self {
        caller.account.map_or_else(|| Who::Address(household(caller.from)), Who::Account)
    }
}

/// Time on the processor, of which half is forgotten in a while.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Used {
    seconds: f64,
    at: Instant,
}

impl Used {
    pub(crate) const fn new(seconds: f64, at: Instant) -> Self {
        Used { seconds, at }
    }

    /// What is left of it after a while \[s\].
    pub(crate) fn by(self, now: Instant, half_life_s: f64) -> f64 {
        self.seconds * (-now.duration_since(self.at).as_secs_f64() / half_life_s).exp2()
    }
}

/// What everybody has used of late, and the gate for those who have used much.
#[derive(Clone, Debug)]
pub(crate) struct CpuShares(Arc<Shares>);

#[derive(Debug)]
struct Shares {
    used: Mutex<BTreeMap<Who, Used>>,
    gate: Arc<Semaphore>,
}

impl Default for CpuShares {
    /// The gate lets half as many through at a time as there are cores.
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        CpuShares(Arc::new(Shares { used: Mutex::default(), gate: Arc::new(Semaphore::new((cores / 2).max(1))) }))
    }
}

impl Shares {
    fn used_by(&self, who: Who, now: Instant) -> f64 {
        let used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        used.get(&who).map_or(0.0, |used| used.by(now, HALF_LIFE_S))
    }

    fn charge(&self, who: Who, cost: Duration) {
        let now = Instant::now();
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        if used.len() > MANY {
            used.retain(|_, used| used.by(now, HALF_LIFE_S) > 1e-3);
        }
        let before = used.get(&who).map_or(0.0, |used| used.by(now, HALF_LIFE_S));
        used.insert(who, Used::new(before + cost.as_secs_f64(), now));
    }
}

type Waiting = Pin<Box<dyn Future<Output = Result<OwnedSemaphorePermit, AcquireError>> + Send>>;

/// Work for a caller, which is counted and may have to wait at the gate each time that it could go on.
pub(crate) struct Counted<F> {
    work: Pin<Box<F>>,
    who: Who,
    shares: CpuShares,
    waiting: Option<Waiting>,
}

thread_local! {
    /// For whom this thread works at the moment: what is started meanwhile is counted for the same caller.
    static WORKS_FOR: RefCell<Option<(CpuShares, Who)>> = const { RefCell::new(None) };
}

impl CpuShares {
    /// The same work, counted for a caller, with all that it starts.
    pub(crate) fn count<F: Future>(&self, who: Who, work: F) -> Counted<F> {
        Counted { work: Box::pin(work), who, shares: self.clone(), waiting: None }
    }
}

impl<F: Future> Future for Counted<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = &mut *self;
        let shares = Arc::clone(&this.shares.0);
        let mut through = None;
        if this.waiting.is_some() || shares.used_by(this.who, Instant::now()) > MUCH_S {
            let gate = Arc::clone(&shares.gate);
            let waiting = this.waiting.get_or_insert_with(|| Box::pin(gate.acquire_owned()));
            match waiting.as_mut().poll(context) {
                // A gate that is closed lets everybody through.
                Poll::Ready(permit) => through = permit.ok(),
                Poll::Pending => return Poll::Pending,
            }
            this.waiting = None;
        }
        let began = Instant::now();
        let outer = WORKS_FOR.replace(Some((this.shares.clone(), this.who)));
        let polled = this.work.as_mut().poll(context);
        WORKS_FOR.replace(outer);
        shares.charge(this.who, began.elapsed());
        drop(through);
        polled
    }
}

/// What Leptos starts tasks by: they are counted for the caller whose page starts them.
#[derive(Debug)]
struct CountingExecutor;

impl CustomExecutor for CountingExecutor {
    fn spawn(&self, work: PinnedFuture<()>) {
        match WORKS_FOR.with_borrow(Clone::clone) {
            Some((shares, who)) => tokio::spawn(shares.count(who, work)),
            None => tokio::spawn(work),
        };
    }

    fn spawn_local(&self, work: PinnedLocalFuture<()>) {
        tokio::task::spawn_local(work);
    }

    fn poll_local(&self) {}
}

/// Has Leptos start its tasks here. It does so once for the whole program, and keeps an executor that it has already.
pub(crate) fn count_tasks_of_pages() {
    let _ = Executor::init_custom_executor(CountingExecutor);
}

#[cfg(test)]
mod tests {
    use std::{
        sync::atomic::{AtomicUsize, Ordering},
        thread,
    };

    use super::*;

    fn account() -> Who {
        Who::Account(PersonId(uuid::Uuid::now_v7()))
    }

    async fn busy(for_ms: u64) {
        thread::sleep(Duration::from_millis(for_ms));
    }

    #[tokio::test]
    async fn what_is_used_is_counted_with_all_that_it_starts_and_forgotten_in_a_while() {
        let shares = CpuShares::default();
        let (ann, bob) = (account(), account());
        shares.count(ann, busy(30)).await;
        let used = shares.0.used_by(ann, Instant::now());
        assert!((0.029..0.5).contains(&used) && shares.0.used_by(bob, Instant::now()) == 0.0, "{used}");
        let later = shares.0.used_by(ann, Instant::now() + Duration::from_secs(20));
        assert!((later / used - 0.5).abs() < 0.05, "{later} of {used}");
        let started = async {
            CountingExecutor.spawn(Box::pin(busy(30)));
            tokio::task::yield_now().await;
        };
        shares.count(bob, started).await;
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert!(shares.0.used_by(bob, Instant::now()) > 0.028, "a task of a page is its caller's");
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 8)]
    async fn who_has_used_much_waits_at_the_gate_and_others_pass_it_by() {
        let gate = Arc::new(Semaphore::new(1));
        let shares = CpuShares(Arc::new(Shares { used: Mutex::default(), gate: Arc::clone(&gate) }));
        let at_once = Arc::new((AtomicUsize::new(0), AtomicUsize::new(0)));
        let hostile: Vec<_> = (0..6)
            .map(|_| {
                let (who, shares, at_once) = (account(), shares.clone(), Arc::clone(&at_once));
                shares.0.charge(who, Duration::from_secs(10));
                tokio::spawn(async move {
                    for _ in 0..5 {
                        let work = async {
                            let now = at_once.0.fetch_add(1, Ordering::SeqCst) + 1;
                            at_once.1.fetch_max(now, Ordering::SeqCst);
                            thread::sleep(Duration::from_millis(10));
                            at_once.0.fetch_sub(1, Ordering::SeqCst);
                        };
                        shares.count(who, work).await;
                    }
                })
            })
            .collect();
        let held = gate.acquire().await.expect("it is open");
        shares.count(account(), busy(1)).await;
        drop(held);
        for task in hostile {
            task.await.expect("it is done");
        }
        assert_eq!(at_once.1.load(Ordering::SeqCst), 1, "one of them at a time");
        assert_eq!(gate.available_permits(), 1);
    }

    #[tokio::test]
    async fn who_leaves_while_waiting_takes_no_place() {
        let gate = Arc::new(Semaphore::new(1));
        let shares = CpuShares(Arc::new(Shares { used: Mutex::default(), gate: Arc::clone(&gate) }));
        let who = account();
        shares.0.charge(who, Duration::from_secs(10));
        let held = gate.acquire().await.expect("it is open");
        let left = tokio::time::timeout(Duration::from_millis(20), shares.count(who, busy(1))).await;
        assert!(left.is_err(), "it waits");
        drop(held);
        shares.count(who, busy(1)).await;
        assert_eq!(gate.available_permits(), 1);
    }
}
