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
use ports::{Caller, Demand, Limits, PersonId, TooManyAttempts, TooMuch};

use crate::password_attempts::PasswordAttempts;

/// More callers than this are looked through for those who have not asked for a while, which are forgotten.
const MANY: usize = 10_000;

/// So much at once, and one more each time this long.
#[derive(Clone, Copy)]
struct Allowance(u32, Duration);

const REQUESTS: Allowance = Allowance(400, Duration::from_millis(100));
const SIMULATIONS: Allowance = Allowance(30, Duration::from_secs(2));
/// As many times what one caller may ask for may all accounts at one address: whoever makes more of them gains nothing, and an
/// office whose people share an address does not notice.
const AT_ONE_ADDRESS: NonZeroU32 = NonZeroU32::new(8).expect("it is not 0");
const PEOPLE: Allowance = Allowance(60, Duration::from_secs(60));
const LETTERS: Allowance = Allowance(60, Duration::from_secs(60));

type Counted<K> = RateLimiter<K, HashMapStateStore<K>, DefaultClock>;

/// Counts what everybody asks for.
#[derive(Debug)]
pub(crate) struct Counters {
    requests: Shared,
    simulations: Shared,
    people: Counted<IpAddr>,
    letters: Shared,
    password_attempts: PasswordAttempts,
}

impl Counters {
    /// With so many times the usual allowance; nothing where that is 0, which means that nobody counts.
    pub(crate) fn new(times: u32) -> Option<Self> {
        let times = NonZeroU32::new(times)?;
        Some(Self {
            requests: Shared::new(REQUESTS, times),
            simulations: Shared::new(SIMULATIONS, times),
            people: counted(PEOPLE, times),
            letters: Shared::new(LETTERS, times),
            password_attempts: PasswordAttempts::new(f64::from(times.get())),
        })
    }
}

/// What everybody has a share of, and every address at most a few shares together.
#[derive(Debug)]
struct Shared {
    of_account: Counted<PersonId>,
    of_nobody: Counted<IpAddr>,
    of_address: Counted<IpAddr>,
}

impl Shared {
    fn new(allowance: Allowance, times: NonZeroU32) -> Self {
        let of_address = counted(allowance, times.saturating_mul(AT_ONE_ADDRESS));
        Self { of_account: counted(allowance, times), of_nobody: counted(allowance, times), of_address }
    }

    /// Off the caller's own share first: whoever has none left takes nothing from others at their address.
    fn take(&self, account: Option<PersonId>, from: IpAddr) -> Result<(), TooMuch> {
        match account {
            Some(person) => take(&self.of_account, &person),
            None => take(&self.of_nobody, &from),
        }?;
        take(&self.of_address, &from)
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
pub(crate) fn household(address: IpAddr) -> IpAddr {
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
        let (account, from) = (caller.account, household(caller.from));
        match demand {
            Demand::Request => self.requests.take(account, from),
            Demand::Simulation => self.simulations.take(account, from),
            Demand::Person => take(&self.people, &from),
            Demand::Letter => self.letters.take(account, from),
        }
    }

    fn try_password(&self, of: &str, from: IpAddr) -> Result<(), TooManyAttempts> {
        self.password_attempts.take(of, from)
    }

    fn was_right(&self, of: &str, from: IpAddr) {
        self.password_attempts.give_back(of, from);
    }
}

/// Counts nothing: for an instance behind somebody else who does, and for tests of load.
#[derive(Debug)]
pub(crate) struct Unlimited;

impl Limits for Unlimited {
    fn take(&self, _: Caller, _: Demand) -> Result<(), TooMuch> {
        Ok(())
    }

    fn try_password(&self, _: &str, _: IpAddr) -> Result<(), TooManyAttempts> {
        Ok(())
    }

    fn was_right(&self, _: &str, _: IpAddr) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_household_of_addresses_is_one_caller() {
        let counters = Counters::new(1).expect("it counts");
        let mut answered = 0;
        for last in 0..1_000_u32 {
            let from = format!("2001:db8:1:2:3:4:5:{last:x}").parse().expect("an address");
            answered += usize::from(counters.take(Caller { account: None, from }, Demand::Person).is_ok());
        }
        assert_eq!(answered, 60);
        let from = "2001:db8:1:3::1".parse().expect("an address");
        assert!(counters.take(Caller { account: None, from }, Demand::Person).is_ok());
        // The same address of version 4, written as one of version 6.
        let (plain, mapped) = ("192.0.2.9".parse(), "::ffff:192.0.2.9".parse());
        assert_eq!(household(plain.expect("an address")), household(mapped.expect("an address")));
    }

    /// How many of so many demands, each of another account, are answered at one address.
    fn of_accounts(counters: &Counters, demand: Demand, accounts: usize, from: &str) -> usize {
        let from = from.parse().expect("an address");
        let people = (0..accounts).map(|_| PersonId(uuid::Uuid::now_v7()));
        people.filter(|person| counters.take(Caller { account: Some(*person), from }, demand).is_ok()).count()
    }

    #[test]
    fn making_accounts_gains_little() {
        let counters = Counters::new(1).expect("it counts");
        assert_eq!(
            of_accounts(&counters, Demand::Person, 1_000, "192.0.2.1"),
            60,
            "people count by where they come from"
        );
        // There are some more while one asks: 4 a second, and 80 a second.
        let simulations = of_accounts(&counters, Demand::Simulation, 1_000, "192.0.2.1");
        assert!((8 * 30..8 * 30 + 20).contains(&simulations), "{simulations}");
        let requests = of_accounts(&counters, Demand::Request, 10_000, "192.0.2.1");
        assert!((8 * 400..8 * 400 + 400).contains(&requests), "{requests}");
        let from = "192.0.2.1".parse().expect("an address");
        let refused = (0..10).any(|_| counters.take(Caller { account: None, from }, Demand::Simulation).is_err());
        assert!(refused, "nor does having none");
        assert_eq!(of_accounts(&counters, Demand::Simulation, 100, "192.0.2.2"), 100, "elsewhere nobody notices");
    }

    #[test]
    fn an_account_has_its_share_wherever_it_is_used() {
        let counters = Counters::new(1).expect("it counts");
        let account = Some(PersonId(uuid::Uuid::now_v7()));
        let asked = |last: u8| {
            let from = IpAddr::from([192, 0, 2, last]);
            counters.take(Caller { account, from }, Demand::Simulation).is_ok()
        };
        assert_eq!((0..100).filter(|last| asked(*last)).count(), 30);
    }

    #[test]
    fn many_callers_do_not_fill_the_memory() {
        let counters = Counters::new(1).expect("it counts");
        for number in 0..(3 * MANY) as u128 {
            let from = IpAddr::V6(Ipv6Addr::from(number << 64));
            assert!(counters.take(Caller { account: None, from }, Demand::Request).is_ok());
            if number % 1_000 == 0 {
                std::thread::sleep(Duration::from_millis(5));
            }
        }
        let Shared { of_nobody, of_address, .. } = &counters.requests;
        for kept in [of_nobody.len(), of_address.len()] {
            assert!(kept <= 3 * MANY, "{kept}");
        }
    }
}
