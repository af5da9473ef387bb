//! The walk through three documents at once that finds who changed what.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Choices, Clash, Difference, Merge, Side,
    ordered::{self, Json, quoted},
    place::{Place, written},
};
use crate::document::Document;

/// Walks through base, mine and theirs, which always stand in this order, and notes what it meets.
pub(super) struct Walk<'a> {
    /// Where names are looked up: mine first, because I am the one who reads.
    named: [&'a Document; 3],
    choices: &'a Choices,
    pub(super) merge: Merge,
}

impl<'a> Walk<'a> {
    pub(super) fn new([base, mine, theirs]: [&'a Document; 3], choices: &'a Choices) -> Self {
        Self { named: [mine, theirs, base], choices, merge: Merge::default() }
    }

    /// The merged text of one place; nothing where the place is gone.
    pub(super) fn merged(&mut self, place: &Place, three: [Option<&Json>; 3]) -> Option<String> {
        match three {
            [Some(Json::Fields(base)), Some(Json::Fields(mine)), Some(Json::Fields(theirs))]
                if place.comparable([base, mine, theirs]) =>
            {
                let sides = [base, mine, theirs].map(|fields| fields.iter().map(|(key, json)| (key.as_str(), json)));
                return Some(self.fields(place, &sides.map(Iterator::collect)));
            }
            [Some(Json::List(base)), Some(Json::List(mine)), Some(Json::List(theirs))] => {
                let sides = [base, mine, theirs].map(|items| place.identified(items));
                if let [Some(base), Some(mine), Some(theirs)] = sides {
                    return Some(self.items(place, &[base, mine, theirs]));
                }
            }
            _ => {}
        }
        self.taken(place, three.map(|json| json.map(Json::text)))
    }

    fn fields(&mut self, place: &Place, sides: &[Vec<(&str, &Json)>; 3]) -> String {
        let merged: Vec<(&str, String)> = matched(sides)
            .into_iter()
            .filter_map(|(key, three)| Some((key, self.merged(&place.field(key, &self.named), three)?)))
            .collect();
        ordered::object(merged.into_iter())
    }

    fn items(&mut self, place: &Place, sides: &[Vec<(Vec<&str>, &Json)>; 3]) -> String {
        let mut merged: BTreeMap<Vec<&str>, String> = matched(sides)
            .into_iter()
            .filter_map(|(id, three)| self.merged(&place.item(&id, &self.named), three).map(|text| (id, text)))
            .collect();
        let order = self.order(place, keys(sides));
        ordered::list(order.iter().filter_map(|id| merged.remove(id)))
    }

    /// The order of a list: that of the side which moved something, with what only the other side has put in.
    fn order<'k>(&mut self, place: &Place, [base, mine, theirs]: [Vec<Vec<&'k str>>; 3]) -> Vec<Vec<&'k str>> {
        // Who only added or removed has moved nothing, so the order is that of the items which both have.
        let [in_mine, in_theirs] = [&mine, &theirs].map(|ids| ids.iter().collect::<BTreeSet<_>>());
        let orders = [&base, &mine, &theirs].map(|ids| {
            let both = ids.iter().filter(|id| in_mine.contains(id) && in_theirs.contains(id));
            Some(ordered::list(both.map(|id| quoted(&written(id)))))
        });
        let of_mine = orders[1].clone();
        let taken = self.taken(&place.order(), orders);
        if taken == of_mine { woven(&mine, &theirs) } else { woven(&theirs, &mine) }
    }

    /// Takes one of three texts as a whole, and notes why.
    fn taken(&mut self, place: &Place, [base, mine, theirs]: [Option<String>; 3]) -> Option<String> {
        let (path, label) = (place.path.clone(), place.label.clone());
        let changed = |after: &Option<String>| Difference {
            path: path.clone(),
            label: label.clone(),
            before: base.clone(),
            after: after.clone(),
        };
        if mine == base && theirs == base {
            return base;
        }
        if mine == theirs {
            self.merge.same.push(changed(&mine));
            return mine;
        }
        if theirs == base {
            self.merge.mine.push(changed(&mine));
            return mine;
        }
        if mine == base {
            self.merge.theirs.push(changed(&theirs));
            return theirs;
        }
        let side = self.choices.get(&path).copied().unwrap_or(Side::Mine);
        self.merge.clashes.push(Clash { path, label, base, mine: mine.clone(), theirs: theirs.clone() });
        match side {
            Side::Mine => mine,
            Side::Theirs => theirs,
        }
    }
}

/// Every key that any side has, in the order in which they are read, with what each side has under it.
fn matched<'j, K: Clone + Ord>(sides: &[Vec<(K, &'j Json)>; 3]) -> Vec<(K, [Option<&'j Json>; 3])> {
    let found = sides.each_ref().map(|side| side.iter().cloned().collect::<BTreeMap<K, &Json>>());
    let [base, mine, theirs] = keys(sides);
    let under = |key: &K| found.each_ref().map(|side| side.get(key).copied());
    woven(&woven(&mine, &theirs), &base).into_iter().map(|key| (key.clone(), under(&key))).collect()
}

/// The keys of each side in its own order.
fn keys<K: Clone>(sides: &[Vec<(K, &Json)>; 3]) -> [Vec<K>; 3] {
    sides.each_ref().map(|side| side.iter().map(|(key, _)| key.clone()).collect())
}

/// `keys`, with what only `others` has put right after what it follows there.
fn woven<K: Clone + Ord>(keys: &[K], others: &[K]) -> Vec<K> {
    let known: BTreeSet<&K> = keys.iter().collect();
    let mut followers: BTreeMap<Option<&K>, Vec<&K>> = BTreeMap::new();
    let mut followed = None;
    for other in others {
        if known.contains(other) {
            followed = Some(other);
        } else {
            followers.entry(followed).or_default().push(other);
        }
    }
    let places = std::iter::once(None).chain(keys.iter().map(Some));
    places.flat_map(|key| key.into_iter().chain(followers.remove(&key).unwrap_or_default())).cloned().collect()
}
