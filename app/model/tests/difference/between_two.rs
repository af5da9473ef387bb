//! What differs between two documents: every kind of place, its path and its words.

use model::{
    Arrivals, DependencyKind, EXAMPLES, Join, JoinCount, Latency, Quantity, Step,
    difference::{Choices, differences, merge},
};

use super::{Edit, arrangement, base, edited, needs, outage, remove, said, step, wait};

#[test]
fn differences_have_a_path_and_both_values() {
    let cases: [(Edit, &[&str]); 25] = [
        (|_| {}, &[]),
        (|d| d.name = "Bestellungen \"2\"".to_owned(), &[r#"name: "Orders" → "Bestellungen \"2\"""#]),
        (|d| d.budget.hard_limit_ms = Some(3e3), &["budget.hard_limit_ms: null → 3000.0"]),
        (|d| d.slow_together = -0.0, &["slow_together: 0.0 → -0.0"]),
        (
            |d| d.workload.arrivals = Arrivals::Constant { per_second: 7.0 },
            &[r#"workload.arrivals.kind: "poisson" → "constant""#, "workload.arrivals.per_second: 50.0 → 7.0"],
        ),
        (|d| d.pools[0].size = 3, &["pools[db].size: 2 → 3"]),
        (
            |d| step(d, "charge").latency = Latency::lognormal(20.0, 80.0),
            &["steps[charge].latency.p99_ms: 90.0 → 80.0"],
        ),
        (
            |d| {
                let range = Quantity::Range { low: 80.0, high: 90.0 };
                step(d, "charge").latency = Latency::Lognormal { p50_ms: 20.0.into(), p99_ms: range };
            },
            &[r#"steps[charge].latency.p99_ms: 90.0 → {"low":80.0,"high":90.0}"#],
        ),
        // Another form of latency is another latency.
        (
            |d| step(d, "charge").latency = Latency::Constant { ms: 7.0.into() },
            &[r#"steps[charge].latency: {"p50_ms":20.0,"p99_ms":90.0} → {"constant_ms":7.0}"#],
        ),
        // A field that is not written while it is empty stands in its place all the same.
        (
            |d| {
                let charge = step(d, "charge");
                (charge.service, charge.measured, charge.timeout_ms) = ("bank".into(), "in May".into(), 9.0);
            },
            &[
                r#"steps[charge].service: "" → "bank""#,
                r#"steps[charge].measured: - → "in May""#,
                "steps[charge].timeout_ms: 30000.0 → 9.0",
            ],
        ),
        (|d| step(d, "ship").retry = None, &["steps[ship].retry: … → null"]),
        (|d| step(d, "mail").reads.push("payment".into()), &[r#"steps[mail].reads: ["order"] → ["order","payment"]"#]),
        (|d| remove(d, "mail"), &["steps[mail]: … → -"]),
        (|d| d.steps.insert(1, Step::new("a.b", Latency::lognormal(1.0, 2.0))), &["steps[a.b]: - → …"]),
        // A step that moved is the same step.
        (
            |d| d.steps.swap(0, 3),
            &[r#"steps.order: ["check","charge","ship","mail"] → ["mail","charge","ship","check"]"#],
        ),
        (
            |d| {
                remove(d, "ship");
                d.steps.rotate_left(1);
                step(d, "mail").timeout_ms = 5.0;
            },
            &[
                "steps[ship]: … → -",
                "steps[mail].timeout_ms: 30000.0 → 5.0",
                r#"steps.order: ["check","charge","mail"] → ["charge","mail","check"]"#,
                r#"dependencies[charge>ship]: {"from":"charge","to":"ship","kind":"strict","because":""} → -"#,
                "outages[ship]: … → -",
                r#"joins.ship: {"k":1,"siblings":null,"fail_fast":null} → -"#,
                r#"custom.after.ship: ["charge"] → -"#,
            ],
        ),
        (
            |d| d.dependencies[0].kind = DependencyKind::Strict,
            &[r#"dependencies[check>charge].kind: "loose" → "strict""#],
        ),
        (
            |d| d.dependencies.swap(0, 1),
            &[r#"dependencies.order: ["check>charge","charge>ship"] → ["charge>ship","check>charge"]"#],
        ),
        (|d| d.waits[0].because = "a lock".into(), &[r#"waits[bank>ledger].because: "" → "a lock""#]),
        (
            |d| d.waits.insert(0, wait("a]b", "the \"old\" bank", "")),
            &[r#"waits["a]b">"the \"old\" bank"]: - → {"from":"a]b","to":"the \"old\" bank","because":""}"#],
        ),
        (|d| d.outages[0].until_s = 30.0, &["outages[ship].until_s: 20.0 → 30.0"]),
        // Two outages of one step are told apart by nothing, so the list is one value.
        (|d| d.outages.push(outage("ship", 50.0)), &["outages: … → …"]),
        (
            |d| {
                d.joins.remove("ship");
                d.joins.insert("mail".into(), Join { k: Some(JoinCount::Of(2)), ..Join::default() });
                arrangement(d).after.insert("mail".into(), vec!["ship".into()]);
                d.maturity.people = Some(3);
                d.thresholds.insert("a.b".into(), 1.0);
                d.thresholds.insert(String::new(), 2.0);
            },
            &[
                r#"joins.ship: {"k":1,"siblings":null,"fail_fast":null} → -"#,
                r#"joins.mail: - → {"k":2,"siblings":null,"fail_fast":null}"#,
                r#"custom.after.mail: - → ["ship"]"#,
                "maturity.people: null → 3",
                r#"thresholds[""]: - → 2.0"#,
                r#"thresholds["a.b"]: - → 1.0"#,
            ],
        ),
        (|d| d.custom = None, &[r#"custom: {"after":{"ship":["charge"]},"detached":[]} → null"#]),
        (|d| d.joins.get_mut("ship").expect("it has one").k = None, &["joins.ship.k: 1 → null"]),
    ];
    for (edit, expected) in cases {
        let found: Vec<String> = differences(&base(), &edited(edit)).iter().map(said).collect();
        assert_eq!(found, expected);
    }
}

#[test]
fn differences_are_said_with_the_names_people_know() {
    let after = edited(|d| {
        d.budget.target_ms = 1e3;
        d.pools[0].size = 3;
        d.pools[0].name.clear();
        let charge = step(d, "charge");
        charge.latency = Latency::lognormal(20.0, 80.0);
        charge.idempotency.key_ttl_s = 60.0;
        step(d, "ship").retry = None;
        remove(d, "mail");
        d.steps.swap(0, 1);
        d.dependencies[1].because = "the parcel is paid".into();
        d.waits[0].because = "a lock".into();
        d.outages[0].until_s = 30.0;
        d.joins.insert("charge".into(), Join::default());
        arrangement(d).after.insert("charge".into(), Vec::new());
        arrangement(d).detached.push("check".into());
        d.thresholds.clear();
    });
    let labels: Vec<String> = differences(&base(), &after).into_iter().map(|difference| difference.label).collect();
    assert_eq!(
        labels,
        [
            "budget, target (ms)",
            "pool db: name",
            "pool db: size",
            "Charge card: latency, p99 (ms)",
            "Charge card: idempotency, key ttl (s)",
            "ship: retry",
            "mail",
            "steps, order",
            "dependency Charge card → ship: because",
            "wait bank → ledger: because",
            "outage of ship: until (s)",
            "join Charge card",
            "own order of Charge card",
            "custom, detached",
            "threshold retry-storm",
        ]
    );
    // What is gone keeps the name it had.
    let gone = edited(|d| remove(d, "charge"));
    assert_eq!(differences(&base(), &gone)[0].label, "Charge card");
    assert_eq!(differences(&base(), &gone)[1].label, "dependency check → Charge card");
}

#[test]
fn places_with_names_of_any_kind_have_paths_of_their_own() {
    let mut odd = base();
    odd.steps.push(Step::new("ship.k", Latency::lognormal(1.0, 2.0)));
    odd.steps.push(Step::new("0", Latency::lognormal(1.0, 2.0)));
    odd.dependencies.push(needs("ship.k", "0", DependencyKind::Loose));
    odd.joins.insert("ship.k".to_owned(), Join::default());
    odd.joins.get_mut("ship").expect("it has one").k = None;
    for (from, to) in [("a>b", "c"), ("a", "b>c"), ("a", "b"), ("\"a\"", "b"), ("", ""), ("ä", "b]"), ("order", "")] {
        odd.waits.push(wait(from, to, ""));
    }
    for key in ["", "a.b", "[a]", "\"a\"", "a b", "ä", "order"] {
        odd.thresholds.insert(key.to_owned(), 1.0);
    }
    let odd = odd.checked().expect("such names are allowed");
    let paths: Vec<String> = differences(&base(), &odd).into_iter().map(|difference| difference.path).collect();
    assert_eq!(
        paths,
        [
            "steps[ship.k]",
            "steps[0]",
            "dependencies[ship.k>0]",
            r#"waits["a>b">c]"#,
            r#"waits[a>"b>c"]"#,
            "waits[a>b]",
            r#"waits["\"a\"">b]"#,
            r#"waits["">""]"#,
            r#"waits["ä">"b]"]"#,
            r#"waits[order>""]"#,
            "joins.ship.k",
            r#"joins["ship.k"]"#,
            r#"thresholds[""]"#,
            r#"thresholds["\"a\""]"#,
            r#"thresholds["[a]"]"#,
            r#"thresholds["a b"]"#,
            r#"thresholds["a.b"]"#,
            "thresholds.order",
            r#"thresholds["ä"]"#,
        ]
    );
    assert_eq!(merge(&base(), &odd, &base(), &Choices::new()), Ok(odd));
}

#[test]
fn documents_that_share_nothing_differ_and_merge_without_harm() {
    for one in &EXAMPLES {
        for other in &EXAMPLES {
            let (one, other) = (one.document(), other.document());
            assert_eq!(differences(&one, &other).is_empty(), one == other);
            assert_eq!(merge(&one, &other, &one, &Choices::new()), Ok(other));
        }
    }
}
