//! What must be settled before anything is chosen, and what is missing on the map.

use decide::Decision;
use model::{Consistency, Effect, Retry, StepClass, StepKind, Wait};

use super::{calm, check, decided, finding};

#[test]
fn state_owner() {
    let mut document = calm();
    document.state_owner = None;
    let evidence = "No service is named that can say which stage a request is in.";
    check("state-owner", &document, "state_owner", evidence, |mended| mended.state_owner = Some("orders".to_owned()));
    assert_eq!(decided(&document).decision, Decision::NotReady);
}

#[test]
fn consistency_open() {
    let mut document = calm();
    document.consistency = Consistency::Undecided;
    let evidence = "Neither eventual consistency nor compensation is chosen, so nothing is undone.";
    check("consistency-open", &document, "consistency", evidence, |mended| {
        mended.consistency = Consistency::Compensate;
    });
    assert_eq!(decided(&document).decision, Decision::NotReady);
}

fn wait(from: &str, to: &str) -> Wait {
    Wait { from: from.to_owned(), to: to.to_owned(), because: String::new() }
}

#[test]
fn wait_cycle() {
    let mut document = calm();
    document.waits =
        vec![wait("mail", "payments"), wait("payments", "stock"), wait("stock", "orders"), wait("orders", "payments")];
    let evidence = "payments waits for stock, stock waits for orders and orders waits for payments: \
                    a circle, in which all of them can stand still.";
    check("wait-cycle", &document, "waits[3]", evidence, |mended| {
        mended.waits.remove(2);
    });
    let found = finding(&document, "wait-cycle").expect("it fires");
    assert!(
        found.remedy.ends_with("Test it: payments alone, then stock alone, then orders alone, then all together."),
        "{}",
        found.remedy
    );
    assert!(found.signal.contains("vanishes when any one of the services is called alone"));
    assert_eq!(decided(&document).decision, Decision::NotReady);
    // A service that waits for itself stands still as well.
    document.waits = vec![wait("stock", "stock"), wait("stock", "mail")];
    let found = finding(&document, "wait-cycle").expect("a circle of one");
    assert_eq!(found.input, "waits[0]");
}

#[test]
fn unmapped() {
    let mut document = calm();
    document.steps[0].kind = StepKind::Service;
    let evidence = "No retry, auth call, write or third-party step is listed among 3 steps.";
    check("unmapped", &document, "steps", evidence, |mended| mended.steps[1].effect = Effect::Write);
    check("unmapped", &document, "steps", evidence, |mended| mended.steps[1].kind = StepKind::ThirdParty);
    // The threshold says how many of the four a team wants to see.
    document.steps[1].kind = StepKind::ThirdParty;
    document.steps[1].retry = Some(Retry { max: 1, ..Retry::default() });
    document.thresholds.insert("unmapped".to_owned(), 4.0);
    let found = finding(&document, "unmapped").expect("two of four");
    assert_eq!(found.evidence, "No auth call or write is listed among 3 steps.");
}

#[test]
fn misclassed() {
    let mut document = calm();
    document.steps[1].name = "Send confirmation mail".to_owned();
    document.steps[2].name = "Reserve stock".to_owned();
    document.steps[2].class = StepClass::Degradable;
    let evidence = "Send confirmation mail looks like work one can do without and is classed critical. \
                    Reserve stock looks like a linchpin and is classed degradable.";
    check("misclassed", &document, "steps[1].class", evidence, |mended| {
        mended.steps[1].class = StepClass::FireAndForget;
        mended.steps[2].class = StepClass::Critical;
    });
    // The kind of a step says as much as its name; words of both sorts say nothing.
    document.steps[2].class = StepClass::Critical;
    document.steps[1].name = "Mail the account statement".to_owned();
    assert_eq!(finding(&document, "misclassed"), None);
    document.steps[1].name = "Append".to_owned();
    document.steps[1].kind = StepKind::Log;
    let evidence = "Append looks like work one can do without and is classed critical.";
    check("misclassed", &document, "steps[1].class", evidence, |mended| mended.steps[1].kind = StepKind::Database);
}
