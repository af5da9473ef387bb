//! How many of something everybody may have at a time.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

/// Places of which everybody may take some, until there are no more.
#[derive(Debug)]
pub(super) struct Places<K: Ord + Copy> {
    each: usize,
    all: usize,
    taken: Mutex<Taken<K>>,
}

#[derive(Debug)]
struct Taken<K> {
    by: BTreeMap<K, usize>,
    all: usize,
}

/// Places that are taken until this is dropped.
#[derive(Debug)]
pub(super) struct Place<K: Ord + Copy> {
    of: Arc<Places<K>>,
    by: K,
    count: usize,
}

impl<K: Ord + Copy> Places<K> {
    /// So many for each, and so many for all.
    pub(super) fn new(each: usize, all: usize) -> Arc<Self> {
        Arc::new(Places { each, all, taken: Mutex::new(Taken { by: BTreeMap::new(), all: 0 }) })
    }

    /// A place, unless they have as many as they may, or all are taken.
    pub(super) fn take(self: &Arc<Self>, by: K) -> Option<Place<K>> {
        self.take_many(by, 1)
    }

    /// So many places at once, unless they then have more than they may, or more are taken than there are.
    pub(super) fn take_many(self: &Arc<Self>, by: K, count: usize) -> Option<Place<K>> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let theirs = taken.by.get(&by).copied().unwrap_or_default().saturating_add(count);
        let all = taken.all.saturating_add(count);
        if theirs > self.each || all > self.all {
            return None;
        }
        taken.by.insert(by, theirs);
        taken.all = all;
        Some(Place { of: Arc::clone(self), by, count })
    }
}

impl<K: Ord + Copy> Drop for Place<K> {
    fn drop(&mut self) {
        let mut taken = self.of.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.all = taken.all.saturating_sub(self.count);
        match taken.by.get_mut(&self.by) {
            Some(theirs) if *theirs > self.count => *theirs -= self.count,
            // Whoever has none is forgotten.
            _ => drop(taken.by.remove(&self.by)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_given_back() {
        let places = Places::new(2, 3);
        let first = places.take("ann");
        let second = places.take("ann");
        assert!(first.is_some() && second.is_some() && places.take("ann").is_none(), "each has two");
        let third = places.take("bob");
        assert!(third.is_some() && places.take("eve").is_none(), "there are three");
        drop(first);
        assert!(places.take("eve").is_some() && places.take("ann").is_some());
        assert!(places.take_many("dan", 2).is_none(), "one is left");
        drop((second, third));
        let two = places.take_many("dan", 2);
        assert!(two.is_some() && places.take("dan").is_none() && places.take("eve").is_some());
        drop(two);
        let taken = places.taken.lock().unwrap_or_else(PoisonError::into_inner);
        assert!(taken.by.is_empty() && taken.all == 0, "{taken:?}");
    }
}
