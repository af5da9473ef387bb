//! The share of the processor that a caller has: whoever keeps it busy leaves half of it to the others.
//!
//! Every time a page or a server function is worked on, what that takes is counted for its request and its caller. A caller who
//! has used much of late, by requests that are dear, goes through a gate that lets a few through at a time; all others pass it
//! by. So those who ask for the dearest pages all the time wait for each other and for nobody else, however many they are.

use std::{
    cell::RefCell,
    collections::BTreeMap,
    net::IpAddr,
    pin::Pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll},
    time::{Duration, Instant},
};

use any_spawner::{CustomExecutor, Executor, PinnedFuture, PinnedLocalFuture};
use ports::{Caller, PersonId};
use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore};

use crate::limits::household;

/// A caller who has used more than this of late, and whose requests are dear, goes through the gate \[s\].
const MUCH_S: f64 = 0.5;
/// Requests that take longer than this on average are dear \[s\]: several times an ordinary page.
const DEAR_S: f64 = 0.03;
/// How much the latest request counts in that average.
const LATEST: f64 = 0.2;
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
    usage: Mutex<BTreeMap<Who, Usage>>,
    gate: Arc<Semaphore>,
}

/// What a caller has used.
#[derive(Clone, Copy, Debug)]
struct Usage {
    used: Used,
    /// What a request of theirs takes on average \[s\].
    each_s: f64,
}

impl Default for CpuShares {
    /// The gate lets half as many through at a time as there are cores.
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        CpuShares(Arc::new(Shares { usage: Mutex::default(), gate: Arc::new(Semaphore::new((cores / 2).max(1))) }))
    }
}

impl Shares {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<Who, Usage>> {
        self.usage.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the caller goes through the gate.
    fn is_dear(&self, who: Who) -> bool {
        let usage = self.lock().get(&who).copied();
        usage.is_some_and(|usage| usage.each_s > DEAR_S && usage.used.by(Instant::now(), HALF_LIFE_S) > MUCH_S)
    }

    fn charge(&self, who: Who, cost: Duration) {
        let now = Instant::now();
        let mut all = self.lock();
        if all.len() > MANY {
            all.retain(|_, usage| usage.used.by(now, HALF_LIFE_S) > 1e-3);
        }
        let usage = all.entry(who).or_insert(Usage { used: Used::new(0.0, now), each_s: 0.0 });
        usage.used = Used::new(usage.used.by(now, HALF_LIFE_S) + cost.as_secs_f64(), now);
    }

    /// A request is over, and has taken so long \[s\].
    fn over(&self, who: Who, took_s: f64) {
        if let Some(usage) = self.lock().get_mut(&who) {
            usage.each_s += LATEST * (took_s - usage.each_s);
        }
    }
}

/// A request, until it and all that it has started are over.
#[derive(Debug)]
struct Request {
    who: Who,
    shares: CpuShares,
    took_ns: AtomicU64,
}

impl Drop for Request {
    fn drop(&mut self) {
        self.shares.0.over(self.who, self.took_ns.load(Ordering::Relaxed) as f64 / 1e9);
    }
}

type Waiting = Pin<Box<dyn Future<Output = Result<OwnedSemaphorePermit, AcquireError>> + Send>>;

/// Work for a request, which is counted and may have to wait at the gate each time that it could go on.
pub(crate) struct Counted<F> {
    work: Pin<Box<F>>,
    request: Arc<Request>,
    waiting: Option<Waiting>,
}

thread_local! {
    /// For which request this thread works at the moment: what is started meanwhile is counted for the same one.
    static WORKS_FOR: RefCell<Option<Arc<Request>>> = const { RefCell::new(None) };
}

impl CpuShares {
    /// The work on a request, counted for a caller with all that it starts.
    pub(crate) fn count<F: Future>(&self, who: Who, work: F) -> Counted<F> {
        let request = Request { who, shares: self.clone(), took_ns: AtomicU64::new(0) };
        Counted { work: Box::pin(work), request: Arc::new(request), waiting: None }
    }
}

impl<F: Future> Future for Counted<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = &mut *self;
        let Request { who, shares: CpuShares(shares), took_ns } = &*this.request;
        let mut through = None;
        if this.waiting.is_some() || shares.is_dear(*who) {
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
        let outer = WORKS_FOR.replace(Some(Arc::clone(&this.request)));
        let polled = this.work.as_mut().poll(context);
        WORKS_FOR.replace(outer);
        let cost = began.elapsed();
        took_ns.fetch_add(u64::try_from(cost.as_nanos()).unwrap_or(u64::MAX), Ordering::Relaxed);
        shares.charge(*who, cost);
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
            Some(request) => tokio::spawn(Counted { work: Box::pin(work), request, waiting: None }),
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
    use std::{sync::atomic::AtomicUsize, thread};

    use super::*;

    fn account() -> Who {
        Who::Account(PersonId(uuid::Uuid::now_v7()))
    }

    fn shares(gate: &Arc<Semaphore>) -> CpuShares {
        CpuShares(Arc::new(Shares { usage: Mutex::default(), gate: Arc::clone(gate) }))
    }

    /// Has somebody used much, by requests that took so long each.
    fn has_used(shares: &CpuShares, who: Who, each_s: f64) {
        shares.0.charge(who, Duration::from_secs(10));
        shares.0.lock().get_mut(&who).expect("they are known").each_s = each_s;
    }

    fn used(shares: &CpuShares, who: Who, after: Duration) -> f64 {
        shares.0.lock().get(&who).map_or(0.0, |usage| usage.used.by(Instant::now() + after, HALF_LIFE_S))
    }

    async fn busy(for_ms: u64) {
        thread::sleep(Duration::from_millis(for_ms));
    }

    #[tokio::test]
    async fn what_is_used_is_counted_with_all_that_it_starts_and_forgotten_in_a_while() {
        let shares = CpuShares::default();
        let (ann, bob) = (account(), account());
        shares.count(ann, busy(30)).await;
        let now = used(&shares, ann, Duration::ZERO);
        assert!((0.029..0.5).contains(&now) && used(&shares, bob, Duration::ZERO) == 0.0, "{now}");
        let later = used(&shares, ann, Duration::from_secs(20));
        assert!((later / now - 0.5).abs() < 0.05, "{later} of {now}");
        let started = async {
            CountingExecutor.spawn(Box::pin(busy(60)));
            tokio::task::yield_now().await;
        };
        shares.count(bob, started).await;
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert!(used(&shares, bob, Duration::ZERO) > 0.05, "a task of a page is its caller's");
        let each = shares.0.lock().get(&bob).expect("they are known").each_s;
        assert!(each > 0.2 * 0.05, "and of its request: {each}");
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 8)]
    async fn dear_requests_wait_at_the_gate_and_others_pass_it_by() {
        let gate = Arc::new(Semaphore::new(1));
        let shares = shares(&gate);
        let at_once = Arc::new((AtomicUsize::new(0), AtomicUsize::new(0)));
        let hostile: Vec<_> = (0..6)
            .map(|_| {
                let (who, shares, at_once) = (account(), shares.clone(), Arc::clone(&at_once));
                has_used(&shares, who, 1.0);
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
        let ordinary = account();
        // Also who asks for many ordinary pages.
        has_used(&shares, ordinary, 0.01);
        shares.count(ordinary, busy(1)).await;
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
        let shares = shares(&gate);
        let who = account();
        has_used(&shares, who, 1.0);
        let held = gate.acquire().await.expect("it is open");
        let left = tokio::time::timeout(Duration::from_millis(20), shares.count(who, busy(1))).await;
        assert!(left.is_err(), "it waits");
        drop(held);
        shares.count(who, busy(1)).await;
        assert_eq!(gate.available_permits(), 1);
    }
}
