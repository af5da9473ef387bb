//! What becomes of the changes of two people: taken, left to a choice, or refused because they do not fit.

use model::{
    DependencyKind, Join, JoinCount, Latency, Retry, Step,
    difference::{Choices, Merge, MergeError, Side, conflicts, merge},
};

use super::{Edit, all, arrangement, base, edited, needs, or_nothing, outage, remove, said, step};

/// The merge in lines: whose change it is, and where.
fn lines(merge: &Merge) -> Vec<String> {
    let taken = [("mine", &merge.mine), ("theirs", &merge.theirs), ("same", &merge.same)];
    let taken =
        taken.into_iter().flat_map(|(whose, list)| list.iter().map(move |one| format!("{whose} {}", said(one))));
    let clashes = merge.clashes.iter().map(|clash| {
        let [base, mine, theirs] = [&clash.base, &clash.mine, &clash.theirs].map(or_nothing);
        format!("clash {}: {base} → {mine} or {theirs}", clash.path)
    });
    taken.chain(clashes).collect()
}

#[test]
fn what_two_people_changed_is_taken_or_clashes() {
    let cases: [(Edit, Edit, &[&str]); 15] = [
        (|_| {}, |_| {}, &[]),
        (
            |d| d.name = "Mine".into(),
            |d| d.question = "Why?".into(),
            &[r#"mine name: "Orders" → "Mine""#, r#"theirs question: "" → "Why?""#],
        ),
        (|d| d.name = "Both".into(), |d| d.name = "Both".into(), &[r#"same name: "Orders" → "Both""#]),
        (|d| d.name = "Mine".into(), |d| d.name = "Theirs".into(), &[r#"clash name: "Orders" → "Mine" or "Theirs""#]),
        // Two fields of one step are two changes, however the steps moved.
        (
            |d| {
                d.steps.swap(0, 2);
                step(d, "ship").timeout_ms = 5.0;
            },
            |d| step(d, "ship").retry = Some(Retry { max: 2, ..Retry::default() }),
            &[
                "mine steps[ship].timeout_ms: 30000.0 → 5.0",
                r#"mine steps.order: ["check","charge","ship","mail"] → ["ship","charge","check","mail"]"#,
                "theirs steps[ship].retry.max: 1 → 2",
            ],
        ),
        // A step that one removed and the other changed is decided as a whole; so is an object that one removed.
        (|d| remove(d, "mail"), |d| step(d, "mail").timeout_ms = 5.0, &["clash steps[mail]: … → - or …"]),
        (
            |d| step(d, "ship").retry = None,
            |d| step(d, "ship").retry = Some(Retry::default()),
            &["clash steps[ship].retry: … → null or …"],
        ),
        (|d| remove(d, "mail"), |d| remove(d, "mail"), &["same steps[mail]: … → -"]),
        // Half of one form of latency and half of another is neither.
        (
            |d| step(d, "charge").latency = Latency::lognormal(20.0, 80.0),
            |d| step(d, "charge").latency = Latency::Constant { ms: 7.0.into() },
            &[
                r#"clash steps[charge].latency: {"p50_ms":20.0,"p99_ms":90.0} → {"p50_ms":20.0,"p99_ms":80.0} or {"constant_ms":7.0}"#,
            ],
        ),
        // Both moved steps, not to the same order.
        (
            |d| d.steps.swap(0, 3),
            |d| d.steps.swap(1, 3),
            &[
                r#"clash steps.order: ["check","charge","ship","mail"] → ["mail","charge","ship","check"] or ["check","mail","ship","charge"]"#,
            ],
        ),
        (
            |d| d.steps.swap(0, 3),
            |d| d.steps.swap(0, 3),
            &[r#"same steps.order: ["check","charge","ship","mail"] → ["mail","charge","ship","check"]"#],
        ),
        // Who adds or removes has moved nothing.
        (
            |d| d.steps.swap(0, 1),
            |d| remove(d, "mail"),
            &[
                r#"mine steps.order: ["check","charge","ship"] → ["charge","check","ship"]"#,
                "theirs steps[mail]: … → -",
            ],
        ),
        (|d| d.outages.push(outage("ship", 50.0)), |d| d.outages[0].until_s = 15.0, &["clash outages: … → … or …"]),
        (
            |d| {
                d.joins.insert("mail".into(), Join::default());
            },
            |d| {
                d.joins.insert("mail".into(), Join { fail_fast: Some(true), ..Join::default() });
                d.joins.get_mut("ship").expect("it has one").k = Some(JoinCount::Of(2));
            },
            &[
                "theirs joins.ship.k: 1 → 2",
                r#"clash joins.mail: - → {"k":null,"siblings":null,"fail_fast":null} or {"k":null,"siblings":null,"fail_fast":true}"#,
            ],
        ),
        // Each step of the team's own order is one place.
        (
            |d| drop(arrangement(d).after.insert("mail".into(), vec!["ship".into()])),
            |d| drop(arrangement(d).after.insert("ship".into(), vec!["charge".into(), "check".into()])),
            &[
                r#"mine custom.after.mail: - → ["ship"]"#,
                r#"theirs custom.after.ship: ["charge"] → ["charge","check"]"#,
            ],
        ),
    ];
    for (mine, theirs, expected) in cases {
        let (mine, theirs) = (edited(mine), edited(theirs));
        let found = conflicts(&base(), &mine, &theirs);
        assert_eq!(lines(&found), expected);
        if found.clashes.is_empty() {
            assert!(merge(&base(), &mine, &theirs, &Choices::new()).is_ok());
        } else {
            let undecided = merge(&base(), &mine, &theirs, &Choices::new());
            let paths = found.clashes.iter().map(|clash| clash.path.clone()).collect();
            assert_eq!(undecided, Err(MergeError::Undecided(paths)), "nothing is decided unseen");
        }
    }
}

#[test]
fn a_merge_keeps_what_both_did_and_takes_what_was_chosen() {
    let mine = edited(|d| {
        d.steps.swap(0, 1);
        d.steps.insert(1, Step::new("fraud", Latency::lognormal(1.0, 2.0)));
        d.dependencies.push(needs("charge", "mail", DependencyKind::Strict));
        step(d, "ship").timeout_ms = 5.0;
    });
    let theirs = edited(|d| {
        d.steps.insert(2, Step::new("score", Latency::lognormal(1.0, 2.0)));
        d.dependencies.push(needs("score", "ship", DependencyKind::Loose));
        step(d, "mail").timeout_ms = 7.0;
        step(d, "ship").timeout_ms = 6.0;
    });
    let found = conflicts(&base(), &mine, &theirs);
    assert_eq!(lines(&found).last().expect("one clash"), "clash steps[ship].timeout_ms: 30000.0 → 5.0 or 6.0");
    for (side, timeout_ms) in [(Side::Mine, 5.0), (Side::Theirs, 6.0)] {
        let mut merged = merge(&base(), &mine, &theirs, &all(&found, side)).expect("the parts fit");
        let ids: Vec<&str> = merged.steps.iter().map(|step| step.id.as_str()).collect();
        assert_eq!(
            ids,
            ["charge", "score", "fraud", "check", "ship", "mail"],
            "what follows a step goes on following it"
        );
        let edges: Vec<String> = merged.dependencies.iter().map(|edge| format!("{}>{}", edge.from, edge.to)).collect();
        assert_eq!(edges, ["check>charge", "charge>ship", "score>ship", "charge>mail"]);
        assert_eq!((step(&mut merged, "ship").timeout_ms, step(&mut merged, "mail").timeout_ms), (timeout_ms, 7.0));
    }
}

#[test]
fn a_step_that_one_removed_and_the_other_changed_goes_or_stays_whole() {
    let mine = edited(|d| remove(d, "mail"));
    let theirs = edited(|d| step(d, "mail").timeout_ms = 5.0);
    let found = conflicts(&base(), &mine, &theirs);
    let chosen = |side| merge(&base(), &mine, &theirs, &all(&found, side)).expect("the parts fit").digest();
    assert_eq!(chosen(Side::Mine), mine.digest());
    assert_eq!(chosen(Side::Theirs), theirs.digest());
}

#[test]
fn an_order_that_both_changed_is_one_choice() {
    let mine = edited(|d| d.steps.swap(0, 3));
    let theirs = edited(|d| d.steps.swap(1, 3));
    let found = conflicts(&base(), &mine, &theirs);
    let chosen = |side| merge(&base(), &mine, &theirs, &all(&found, side)).expect("the parts fit");
    assert_eq!(chosen(Side::Mine), mine);
    assert_eq!(chosen(Side::Theirs), theirs);
}

#[test]
fn a_choice_that_is_missing_is_named_and_one_too_many_means_nothing() {
    let mine = edited(|d| (d.name, d.budget.target_ms) = ("Mine".into(), 1.0));
    let theirs = edited(|d| (d.name, d.budget.target_ms) = ("Theirs".into(), 2.0));
    let mut choices = Choices::from([("name".to_owned(), Side::Mine), ("question".to_owned(), Side::Theirs)]);
    let refused = merge(&base(), &mine, &theirs, &choices).expect_err("the budget is not decided");
    assert_eq!(refused, MergeError::Undecided(vec!["budget.target_ms".to_owned()]));
    assert_eq!(refused.to_string(), "not decided: budget.target_ms");
    choices.insert("budget.target_ms".to_owned(), Side::Theirs);
    let merged = merge(&base(), &mine, &theirs, &choices).expect("all is decided");
    assert_eq!((merged.name.as_str(), merged.budget.target_ms), ("Mine", 2.0));
}

#[test]
fn parts_that_do_not_fit_are_refused_with_their_problems() {
    let cases: [(Edit, Edit, &str); 3] = [
        (
            |d| remove(d, "mail"),
            |d| d.dependencies.push(needs("ship", "mail", DependencyKind::Strict)),
            "dependencies[2].to: there is no step `mail`",
        ),
        (
            |d| d.dependencies.push(needs("ship", "mail", DependencyKind::Strict)),
            |d| d.dependencies.push(needs("mail", "charge", DependencyKind::Strict)),
            "closes a circle of strict dependencies",
        ),
        (
            |d| step(d, "charge").latency = Latency::lognormal(80.0, 90.0),
            |d| step(d, "charge").latency = Latency::lognormal(20.0, 30.0),
            "steps[1].latency.p99_ms: 30 ms is below the median of 80 ms",
        ),
    ];
    for (mine, theirs, expected) in cases {
        let merged = merge(&base(), &edited(mine), &edited(theirs), &Choices::new());
        match merged {
            Ok(_) => panic!("these parts do not fit: {expected}"),
            Err(MergeError::Unfit(problems)) => assert!(problems.to_string().contains(expected), "{problems}"),
            Err(undecided) => panic!("{undecided}"),
        }
    }
}
