//! The verdicts of the examples, simulated on the server.

use super::workbench::Workbench;

/// Simulates the latest version and reads its verdict in Decide.
async fn verdict(bench: &Workbench) -> String {
    bench.simulate().await;
    bench.open("decide").await.one("[data-testid=verdict]").text()
}

#[tokio::test]
async fn each_example_comes_to_its_verdict() {
    for (example, begins, says) in [
        (
            "bank-gateway",
            "Stay sequential: ",
            "and 1.85 % get no answer, but the rule “Failures alone exceed the budget” rules every plan with forks out",
        ),
        (
            "checkout",
            "Stay sequential, with Notify customer and Push metrics detached: ",
            "so nobody notices the difference",
        ),
        ("credit-application", "Fork in stages (Compute credit score, Notify applicant and ", "inside 900 ms"),
        ("hundred-children", "Stay sequential: the chain misses 4,000 ms", "rule every plan with forks out"),
        ("three-services", "Stay sequential: the chain has a p99 of 1,5", "inside 2,000 ms"),
        ("webhook-fan-out", "Stay sequential: ", "no plan with forks is safe while maturity is low"),
    ] {
        let verdict = verdict(&Workbench::of(example).await).await;
        assert!(verdict.starts_with(begins) && verdict.contains(says), "{example}: {verdict}");
    }
}

#[tokio::test]
async fn low_maturity_keeps_a_pipeline_sequential_that_would_fan_out() {
    let bench = Workbench::short("credit-application").await;
    assert!(verdict(&bench).await.starts_with("Fork in stages "));
    let form = bench.open("maturity").await.form("Save").answer("Can one request be traced", "Don't know");
    let maturity = form.send(&bench.site).await.one("[data-testid=maturity]").text();
    assert!(maturity.contains("low"), "{maturity}");
    let verdict = verdict(&bench).await;
    assert!(verdict.starts_with("Stay sequential: "), "{verdict}");
}
