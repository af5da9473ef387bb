//! What holds for all documents that differ, and for all that grew from one.

use std::collections::BTreeSet;

use model::{
    Dependency, Document,
    difference::{Choices, Difference, MergeError, Side, conflicts, differences, merge},
};
use proptest::{collection::vec, prelude::*};

use super::{all, drawn::document, wait};

/// `base` with some of what `other` says, by the bits of `picks`; steps and dependencies come, go, change and move.
fn grown(base: &Document, other: &Document, picks: u64) -> Document {
    let picked = |bit: usize| picks >> bit & 1 == 1;
    let mut document = base.clone();
    let take: [fn(&mut Document, &Document); 12] = [
        |document, other| document.name.clone_from(&other.name),
        |document, other| document.owners.clone_from(&other.owners),
        |document, other| document.budget.target_ms = other.budget.target_ms,
        |document, other| document.delivery = other.delivery,
        |document, other| document.workload.clone_from(&other.workload),
        |document, other| document.pools.clone_from(&other.pools),
        |document, other| document.protections.clone_from(&other.protections),
        |document, other| document.joins.clone_from(&other.joins),
        |document, other| document.thresholds.clone_from(&other.thresholds),
        |document, other| document.waits.clone_from(&other.waits),
        |document, other| document.outages.clone_from(&other.outages),
        |document, _| document.steps.reverse(),
    ];
    for (bit, take) in take.iter().enumerate() {
        if picked(bit) {
            take(&mut document, other);
        }
    }
    for (place, theirs) in other.steps.iter().enumerate() {
        match (document.step_index(&theirs.id), picked(12 + 2 * place), picked(13 + 2 * place)) {
            (Some(known), true, true) => drop(document.steps.remove(known)),
            (Some(known), true, false) => document.steps[known].clone_from(theirs),
            (Some(known), false, true) => document.steps[known].timeout_ms = theirs.timeout_ms,
            (None, true, _) => document.steps.insert(place.min(document.steps.len()), theirs.clone()),
            _ => {}
        }
    }
    for (place, theirs) in other.dependencies.iter().enumerate() {
        let same = |known: &Dependency| known.from == theirs.from && known.to == theirs.to;
        match (document.dependencies.iter().position(same), picked(24 + 2 * place), picked(25 + 2 * place)) {
            (Some(known), true, true) => drop(document.dependencies.remove(known)),
            (Some(known), true, false) => document.dependencies[known].clone_from(theirs),
            (None, true, _) => document.dependencies.push(theirs.clone()),
            _ => {}
        }
    }
    let ids: BTreeSet<String> = document.steps.iter().map(|step| step.id.clone()).collect();
    document.dependencies.retain(|edge| ids.contains(&edge.from) && ids.contains(&edge.to));
    document.outages.retain(|outage| ids.contains(&outage.step));
    document
}

prop_compose! {
    /// A document, with names that a path must not trip over.
    fn odd()(
        mut document in document().boxed(),
        waits in vec(("[a.>\"]{0,2}", "[a.>\"]{0,2}"), 0..4),
        thresholds in vec("[a.\"\\[\\]]{0,3}", 0..4),
    ) -> Document {
        document.waits = waits.into_iter().map(|(from, to)| wait(&from, &to, "")).collect();
        document.thresholds.extend(thresholds.into_iter().map(|key| (key, 1.0)));
        document
    }
}

prop_compose! {
    /// A document, and two that grew from it.
    fn three()(base in odd().boxed(), other in odd().boxed(), another in odd().boxed(), picks in any::<[u64; 4]>()) -> [Document; 3] {
        // Of two bits both: a quarter of what could change does.
        let mine = grown(&base, &other, picks[0] & picks[1]);
        let theirs = grown(&base, &another, picks[2] & picks[3]);
        [base, mine, theirs]
    }
}

/// Differences as they can be compared when the names of things may differ; without orders, which depend on who is asked.
fn values(list: &[Difference]) -> BTreeSet<(&str, Option<&str>, Option<&str>)> {
    let listed = list.iter().filter(|one| !one.path.ends_with(".order"));
    listed.map(|one| (one.path.as_str(), one.before.as_deref(), one.after.as_deref())).collect()
}

proptest! {
    // Each case draws and reads several documents: more cases than these would take longer than all other tests here.
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_says_the_same_does_not_differ_and_what_differs_differs_both_ways(documents in (odd(), odd())) {
        let (one, other) = documents;
        prop_assert_eq!(differences(&one, &one), []);
        let (there, back) = (differences(&one, &other), differences(&other, &one));
        prop_assert_eq!(there.is_empty(), one.digest() == other.digest());
        let swap = |one: &Difference| (one.path.clone(), one.after.clone(), one.before.clone());
        let keep = |one: &Difference| (one.path.clone(), one.before.clone(), one.after.clone());
        prop_assert_eq!(there.iter().map(keep).collect::<BTreeSet<_>>(), back.iter().map(swap).collect());
        let paths: BTreeSet<&str> = there.iter().map(|one| one.path.as_str()).collect();
        prop_assert_eq!(paths.len(), there.len(), "two differences have one path");
    }

    #[test]
    fn who_alone_changed_something_gets_it_exactly([base, mine, _] in three()) {
        let none = Choices::new();
        for merged in [merge(&base, &mine, &base, &none), merge(&base, &base, &mine, &none), merge(&base, &mine, &mine, &none)] {
            prop_assert_eq!(merged.map(|merged| merged.digest()), Ok(mine.digest()));
        }
    }

    #[test]
    fn mine_and_theirs_are_treated_alike([base, mine, theirs] in three()) {
        let (there, back) = (conflicts(&base, &mine, &theirs), conflicts(&base, &theirs, &mine));
        prop_assert_eq!(values(&there.mine), values(&back.theirs));
        prop_assert_eq!(values(&there.theirs), values(&back.mine));
        prop_assert_eq!(values(&there.same), values(&back.same));
        let clashes: BTreeSet<_> = there.clashes.into_iter().map(|one| (one.path, one.base, one.mine, one.theirs)).collect();
        let swapped = back.clashes.into_iter().map(|one| (one.path, one.base, one.theirs, one.mine)).collect();
        prop_assert_eq!(clashes, swapped);
    }

    #[test]
    fn with_one_side_chosen_everywhere_only_what_the_other_alone_changed_differs_from_it([base, mine, theirs] in three()) {
        let found = conflicts(&base, &mine, &theirs);
        let paths = [&found.mine, &found.theirs, &found.same].into_iter().flatten().map(|one| one.path.as_str());
        let paths: Vec<&str> = paths.chain(found.clashes.iter().map(|one| one.path.as_str())).collect();
        prop_assert_eq!(paths.iter().collect::<BTreeSet<_>>().len(), paths.len(), "two changes have one path");
        for (side, chosen, others) in [(Side::Mine, &mine, &found.theirs), (Side::Theirs, &theirs, &found.mine)] {
            match merge(&base, &mine, &theirs, &all(&found, side)) {
                Ok(merged) => {
                    let brought = differences(chosen, &merged);
                    prop_assert_eq!(values(&brought), values(others));
                    let moved = |list: &[Difference]| list.iter().any(|one| one.path == "steps.order");
                    prop_assert!(!moved(&brought) || moved(others), "a step was moved by nobody");
                }
                Err(MergeError::Unfit(problems)) => prop_assert!(!problems.0.is_empty()),
                Err(undecided) => prop_assert!(false, "{}", undecided),
            }
        }
    }
}
