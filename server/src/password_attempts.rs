//! Passwords that are tried: wrong ones are counted, right ones are not.
//!
//! A try is counted before the password is looked at, so that nobody has many looked at at once, and what was right is given
//! back. So an office whose people share an address signs in as often as it wants, and who guesses is slowed down three
//! times: for one account from one address, for one account from anywhere, and from one address or network for any account.

use std::{
    collections::HashMap,
    hash::Hash,
    net::{IpAddr, Ipv6Addr},
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use ports::{TooManyAttempts, TooMuch};

use crate::limits::household;

/// More keys than this are looked through for those that are empty, which are forgotten.
const MANY: usize = 10_000;

/// For one account from one address: ten in a quarter of an hour.
const FROM_ONE_ADDRESS: (f64, f64) = (10.0, 90.0);
/// For one account from anywhere: a hundred in an hour.
const FOR_ONE_ACCOUNT: (f64, f64) = (100.0, 36.0);
/// For any account from one address: forty in a quarter of an hour.
const AT_ONE_ADDRESS: (f64, f64) = (40.0, 22.5);
/// For any account from one network of version 6, of which a provider gives somebody 65,536 addresses' worth.
const AT_ONE_NETWORK: (f64, f64) = (160.0, 5.625);

/// The owner of an account is told once in six hours.
const TOLD: (f64, f64) = (1.0, 21_600.0);

/// Counts wrong passwords.
#[derive(Debug)]
pub(crate) struct PasswordAttempts {
    from_one_address: LeakyBuckets<(String, IpAddr)>,
    for_one_account: LeakyBuckets<String>,
    at_one_address: LeakyBuckets<IpAddr>,
    at_one_network: LeakyBuckets<IpAddr>,
    told: LeakyBuckets<String>,
}

impl PasswordAttempts {
    /// With so many times the usual allowance.
    pub(crate) fn new(times: f64) -> Self {
        Self {
            from_one_address: LeakyBuckets::new(FROM_ONE_ADDRESS, times),
            for_one_account: LeakyBuckets::new(FOR_ONE_ACCOUNT, times),
            at_one_address: LeakyBuckets::new(AT_ONE_ADDRESS, times),
            at_one_network: LeakyBuckets::new(AT_ONE_NETWORK, times),
            told: LeakyBuckets::new(TOLD, 1.0),
        }
    }

    pub(crate) fn take(&self, of: &str, from: IpAddr) -> Result<(), TooManyAttempts> {
        let (of, address, network) = (name(of), household(from), network(from));
        // What is refused takes nothing from the buckets that it would have come to.
        self.from_one_address.add(&(of.clone(), address)).map_err(TooManyAttempts::FromHere)?;
        self.at_one_address.add(&address).map_err(TooManyAttempts::FromHere)?;
        self.at_one_network.add(&network).map_err(TooManyAttempts::FromHere)?;
        self.for_one_account.add(&of).map_err(|wait| {
            let tell = self.told.add(&of).is_ok();
            TooManyAttempts::ForThisAccount { wait, tell }
        })
    }

    /// What was tried last was right.
    pub(crate) fn give_back(&self, of: &str, from: IpAddr) {
        let (of, address) = (name(of), household(from));
        self.at_one_address.remove(&address);
        self.at_one_network.remove(&network(from));
        self.for_one_account.remove(&of);
        self.from_one_address.remove(&(of, address));
    }
}

/// A longer name is nobody's, and must not fill the memory.
fn name(of: &str) -> String {
    of.to_lowercase().chars().take(254).collect()
}

/// The network of an address: of version 6 what a provider gives to one customer, of version 4 the address.
fn network(address: IpAddr) -> IpAddr {
    match household(address) {
        IpAddr::V6(address) => {
            let [a, b, c, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0))
        }
        address @ IpAddr::V4(_) => address,
    }
}

/// Leaky buckets: each holds so many, and one leaks out in a while.
#[derive(Debug)]
struct LeakyBuckets<K> {
    holds: f64,
    leaks_after_s: f64,
    filled: Mutex<HashMap<K, Level>>,
}

#[derive(Clone, Copy, Debug)]
struct Level {
    height: f64,
    at: Instant,
}

impl<K: Hash + Eq + Clone> LeakyBuckets<K> {
    fn new((holds, leaks_after_s): (f64, f64), times: f64) -> Self {
        Self { holds: holds * times, leaks_after_s: leaks_after_s / times, filled: Mutex::default() }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<K, Level>> {
        self.filled.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn height(&self, level: Level, now: Instant) -> f64 {
        (level.height - now.duration_since(level.at).as_secs_f64() / self.leaks_after_s).max(0.0)
    }

    /// One more, unless the bucket is full: then after how long there is room.
    fn add(&self, key: &K) -> Result<(), TooMuch> {
        let now = Instant::now();
        let mut filled = self.lock();
        if filled.len() > MANY {
            filled.retain(|_, level| self.height(*level, now) > 0.0);
        }
        let height = filled.get(key).map_or(0.0, |level| self.height(*level, now)) + 1.0;
        if height > self.holds {
            return Err(TooMuch(Duration::from_secs_f64((height - self.holds) * self.leaks_after_s)));
        }
        filled.insert(key.clone(), Level { height, at: now });
        Ok(())
    }

    /// One less.
    fn remove(&self, key: &K) {
        let now = Instant::now();
        if let Some(level) = self.lock().get_mut(key) {
            *level = Level { height: (self.height(*level, now) - 1.0).max(0.0), at: now };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    /// How many of a hundred wrong passwords are looked at.
    fn wrong(attempts: &PasswordAttempts, of: &str, from: &str) -> usize {
        (0..100).take_while(|_| attempts.take(of, address(from)).is_ok()).count()
    }

    #[test]
    fn wrong_ones_are_counted_for_an_account_from_an_address() {
        let attempts = PasswordAttempts::new(1.0);
        assert_eq!(wrong(&attempts, "ann@example.org", "192.0.2.1"), 10);
        assert_eq!(wrong(&attempts, "ANN@example.org", "192.0.2.1"), 0, "capitals make no other account");
        assert_eq!(wrong(&attempts, "ann@example.org", "192.0.2.2"), 10, "from elsewhere it still works");
        assert_eq!(wrong(&attempts, "bob@example.org", "192.0.2.1"), 10);
        // Four accounts from one address are enough for a while.
        let tried: usize = (0..9).map(|who| wrong(&attempts, &format!("{who}@example.org"), "192.0.2.3")).sum();
        assert_eq!(tried, 40);
        let refused = attempts.take("ann@example.org", address("192.0.2.1")).expect_err("nothing is left");
        let TooManyAttempts::FromHere(TooMuch(wait)) = refused else { panic!("{refused:?}") };
        assert!(wait > Duration::from_secs(1) && wait < Duration::from_secs(91), "{wait:?}");
    }

    #[test]
    fn right_ones_are_not_counted() {
        let attempts = PasswordAttempts::new(1.0);
        for _ in 0..1_000 {
            for of in ["ann@example.org", "link"] {
                attempts.take(of, address("192.0.2.1")).expect("everybody in the office knows it");
                attempts.give_back(of, address("192.0.2.1"));
            }
        }
        assert_eq!(wrong(&attempts, "ann@example.org", "192.0.2.1"), 10, "nor do they make room for wrong ones");
    }

    #[test]
    fn an_account_that_is_tried_from_everywhere_is_told_apart() {
        let attempts = PasswordAttempts::new(1.0);
        let tried: usize = (0..200).map(|last| wrong(&attempts, "ann@example.org", &format!("192.0.2.{last}"))).sum();
        assert_eq!(tried, 100);
        let told = attempts.told.lock().len();
        assert_eq!(told, 1);
        let refused = attempts.take("ann@example.org", address("198.51.100.1")).expect_err("nothing is left");
        assert!(matches!(refused, TooManyAttempts::ForThisAccount { tell: false, .. }), "told already: {refused:?}");
        assert_eq!(wrong(&attempts, "bob@example.org", "198.51.100.1"), 10, "others do not notice");
    }

    #[test]
    fn a_network_of_version_6_is_counted_as_one() {
        let attempts = PasswordAttempts::new(1.0);
        let tried: usize =
            (0..1_000).map(|of| wrong(&attempts, &format!("{of}@example.org"), &format!("2001:db8:1:{of:x}::1"))).sum();
        assert_eq!(tried, 160);
        assert_eq!(wrong(&attempts, "ann@example.org", "2001:db8:2::1"), 10);
    }

    #[test]
    fn many_names_do_not_fill_the_memory() {
        let buckets: LeakyBuckets<usize> = LeakyBuckets::new((10.0, 1e-9), 1.0);
        for key in 0..3 * MANY {
            buckets.add(&key).expect("it is empty");
        }
        assert!(buckets.lock().len() <= MANY + 1, "{}", buckets.lock().len());
    }
}
