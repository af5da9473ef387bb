//! How much everybody may ask for, counted in memory by the generic cell rate algorithm of `governor`.

use std::{
    hash::Hash,
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU32,
    time::Duration,
};

use governor::{
    Quota, RateLimiter,
    clock::{Clock, DefaultClock},
    state::keyed::HashMapStateStore,
};
use ports::{Caller, Demand, Limits, TooMuch};

/// More callers than this are looked through for those who have not asked for a while, which are forgotten.
const MANY: usize = 10_000;

/// So much at once, and one more each time this long.
#[derive(Clone, Copy)]
struct Allowance(u32, Duration);

const REQUESTS: Allowance = Allowance(400, Duration::from_millis(100));
const SIMULATIONS: Allowance = Allowance(30, Duration::from_secs(2));
const PEOPLE: Allowance = Allowance(60, Duration::from_secs(60));
const LETTERS: Allowance = Allowance(60, Duration::from_secs(60));
/// Ten in a quarter of an hour, for an account from one address.
const TRIES: Allowance = Allowance(10, Duration::from_secs(90));
/// Forty in a quarter of an hour from one address, whatever for.
const TRIES_AT_ALL: Allowance = Allowance(40, Duration::from_millis(22_500));

type Counted<K> = RateLimiter<K, HashMapStateStore<K>, DefaultClock>;

/// Counts what everybody asks for.
#[derive(Debug)]
pub(crate) struct Counters {
    requests: Counted<Caller>,
    simulations: Counted<Caller>,
    people: Counted<Caller>,
    letters: Counted<Caller>,
    tries: Counted<(String, IpAddr)>,
    tries_at_all: Counted<IpAddr>,
}

impl Counters {
    /// With so many times the usual allowance; nothing where that is 0, which means that nobody counts.
    pub(crate) fn new(times: u32) -> Option<Self> {
        let times = NonZeroU32::new(times)?;
        Some(Self {
            requests: counted(REQUESTS, times),
            simulations: counted(SIMULATIONS, times),
            people: counted(PEOPLE, times),
            letters: counted(LETTERS, times),
            tries: counted(TRIES, times),
            tries_at_all: counted(TRIES_AT_ALL, times),
        })
    }
}

fn counted<K: Hash + Eq + Clone>(Allowance(at_once, each): Allowance, times: NonZeroU32) -> Counted<K> {
    let at_once = NonZeroU32::new(at_once).unwrap_or(NonZeroU32::MIN).saturating_mul(times);
    let quota = Quota::with_period(each / times.get()).unwrap_or(Quota::per_second(NonZeroU32::MIN));
    RateLimiter::hashmap(quota.allow_burst(at_once))
}

fn take<K: Hash + Eq + Clone>(counted: &Counted<K>, key: &K) -> Result<(), TooMuch> {
    if counted.len() > MANY {
        counted.retain_recent();
        counted.shrink_to_fit();
    }
    counted.check_key(key).map_err(|until| TooMuch(until.wait_time_from(DefaultClock::default().now())))
}

/// Whoever has one address of version 6 has the 2^64 beside it as well.
fn household(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        address @ IpAddr::V4(_) => address,
    }
}

impl Limits for Counters {
    fn take(&self, caller: Caller, demand: Demand) -> Result<(), TooMuch> {
        let caller = match caller {
            Caller::Address(address) => Caller::Address(household(address)),
            Caller::Person(person) => Caller::Person(person),
        };
        match demand {
            Demand::Request => take(&self.requests, &caller),
            Demand::Simulation => take(&self.simulations, &caller),
            Demand::Person => take(&self.people, &caller),
            Demand::Letter => take(&self.letters, &caller),
        }
    }

    fn try_password(&self, of: &str, from: IpAddr) -> Result<(), TooMuch> {
        let from = household(from);
        // A longer name is nobody's, and must not fill the memory.
        take(&self.tries, &(of.to_lowercase().chars().take(254).collect(), from))?;
        take(&self.tries_at_all, &from)
    }
}

/// Counts nothing: for an instance behind somebody else who does, and for tests of load.
#[derive(Debug)]
pub(crate) struct Unlimited;

impl Limits for Unlimited {
    fn take(&self, _: Caller, _: Demand) -> Result<(), TooMuch> {
        Ok(())
    }

    fn try_password(&self, _: &str, _: IpAddr) -> Result<(), TooMuch> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tries(counters: &Counters, of: &str, from: &str) -> usize {
        let from = from.parse().expect("an address");
        (0..100).take_while(|_| counters.try_password(of, from).is_ok()).count()
    }

    #[test]
    fn tries_are_counted_for_an_account_from_an_address() {
        let counters = Counters::new(1).expect("it counts");
        assert_eq!(tries(&counters, "ann@example.org", "192.0.2.1"), 10);
        assert_eq!(tries(&counters, "ANN@example.org", "192.0.2.1"), 0, "capitals make no other account");
        assert_eq!(tries(&counters, "ann@example.org", "192.0.2.2"), 10, "from elsewhere it still works");
        assert_eq!(tries(&counters, "bob@example.org", "192.0.2.1"), 10);
        // Four accounts from one address are enough for a while.
        let tried: usize = (0..9).map(|who| tries(&counters, &format!("{who}@example.org"), "192.0.2.3")).sum();
        assert_eq!(tried, 40);
        let wait = counters.try_password("ann@example.org", "192.0.2.1".parse().expect("an address"));
        let TooMuch(wait) = wait.expect_err("nothing is left");
        assert!(wait > Duration::from_secs(1) && wait < Duration::from_secs(91), "{wait:?}");
    }

    #[test]
    fn a_household_of_addresses_is_one_caller() {
        let counters = Counters::new(1).expect("it counts");
        let mut answered = 0;
        for last in 0..1_000_u32 {
            let address = format!("2001:db8:1:2:3:4:5:{last:x}").parse().expect("an address");
            answered += usize::from(counters.take(Caller::Address(address), Demand::Person).is_ok());
        }
        assert_eq!(answered, 60);
        let other = "2001:db8:1:3::1".parse().expect("an address");
        assert!(counters.take(Caller::Address(other), Demand::Person).is_ok());
        // The same address of version 4, written as one of version 6.
        let (plain, mapped) = ("192.0.2.9".parse(), "::ffff:192.0.2.9".parse());
        assert_eq!(household(plain.expect("an address")), household(mapped.expect("an address")));
    }

    #[test]
    fn many_callers_do_not_fill_the_memory() {
        let counters = Counters::new(1).expect("it counts");
        for number in 0..(3 * MANY) as u128 {
            let address = IpAddr::V6(Ipv6Addr::from(number << 64));
            assert!(counters.take(Caller::Address(address), Demand::Request).is_ok());
            if number % 1_000 == 0 {
                std::thread::sleep(Duration::from_millis(5));
            }
        }
        assert!(counters.requests.len() <= 3 * MANY, "{}", counters.requests.len());
    }
}
