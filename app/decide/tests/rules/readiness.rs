//! What must be settled before anything is chosen, and what is missing on the map.

use decide::Decision;
use model::{Consistency, DependencyKind, Effect, Pool, Retry, StepClass, StepKind, Wait, WhenFull};

use super::{calm, check, decided, depends, finding, steady};

#[test]
fn state_owner() {
    let mut document = calm();
    document.state_owner = None;
    let evidence = "No service is named that can say which stage a request is in.";
    check("state-owner", &document, "state_owner", evidence, |mended| mended.state_owner = Some("orders".to_owned()));
    assert_eq!(decided(&document).decision, Decision::NotReady);
    for nobody in ["", " - ", "Nobody", "none", "n/a", "TBD", "both", "each service its own", "We don’t know"] {
        document.state_owner = Some(nobody.to_owned());
        assert!(finding(&document, "state-owner").is_some(), "{nobody:?} is nobody");
    }
}

#[test]
fn two_owners_of_the_state_are_none() {
    let mut document = calm();
    document.steps[0].service = "Orders".to_owned();
    document.steps[1].service = "billing".to_owned();
    for owners in ["orders and billing", "Orders, Billing", "orders/billing"] {
        document.state_owner = Some(owners.to_owned());
        assert!(finding(&document, "state-owner").is_some(), "{owners}");
    }
    // One that only sounds like two, and one of which a part is no service.
    for owner in ["orders", "Search and Rescue", "orders and its database"] {
        document.state_owner = Some(owner.to_owned());
        assert_eq!(finding(&document, "state-owner"), None, "{owner}");
    }
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
    // Names are compared without case and outer space.
    document.waits = vec![wait("Orders", "stock"), wait(" Stock", "orders")];
    assert!(finding(&document, "wait-cycle").is_some());
    // What a step strictly needs closes a circle; through a store, which answers every caller, it closes none.
    document.waits = vec![wait("a", "c")];
    document.dependencies = vec![depends("a", "c", DependencyKind::Strict)];
    assert!(finding(&document, "wait-cycle").is_some());
    document.steps[2].kind = StepKind::Database;
    assert_eq!(finding(&document, "wait-cycle"), None);
    // A service that waits for itself stands still as well.
    document.waits = vec![wait("stock", "stock"), wait("stock", "mail")];
    let found = finding(&document, "wait-cycle").expect("a circle of one");
    assert_eq!(found.input, "waits[0]");
    assert_eq!(found.evidence, "stock waits for itself: a circle, in which it can stand still.");
    // Each circle is told.
    document.waits = vec![wait("tax", "fx"), wait("fx", "tax"), wait("mail", "sms"), wait("sms", "mail")];
    let found = finding(&document, "wait-cycle").expect("two circles");
    for circle in
        ["tax waits for fx and fx waits for tax: a circle", "mail waits for sms and sms waits for mail: a circle"]
    {
        assert!(found.evidence.contains(circle), "{}", found.evidence);
    }
    assert!(found.remedy.starts_with("Break each with a broker"), "{}", found.remedy);
}

#[test]
fn who_owns_the_state_is_read_as_people_write_it() {
    let mut document = calm();
    document.steps[0].service = "orders".to_owned();
    document.steps[1].service = "billing".to_owned();
    for nobody in ["nobody knows", "No one really", "depends", "it depends on the day", "each of them"] {
        document.state_owner = Some(nobody.to_owned());
        assert!(finding(&document, "state-owner").is_some(), "{nobody}");
    }
    for several in ["orders service and billing service", "the orders service, the billing service", "Orders/Billing"] {
        document.state_owner = Some(several.to_owned());
        assert!(finding(&document, "state-owner").is_some(), "{several}");
    }
    for one in ["orders", "the orders service", "Orders Service", "the order database"] {
        document.state_owner = Some(one.to_owned());
        assert_eq!(finding(&document, "state-owner"), None, "{one}");
    }
}

#[test]
fn a_circle_may_be_closed_by_the_chain() {
    let mut document = calm();
    // The service of b answers only when that of c has, and c needs what b answers.
    document.waits = vec![wait("b", "c")];
    document.dependencies = vec![depends("b", "c", DependencyKind::Strict)];
    let evidence = "b waits for c and c is called after b: a circle, in which all of them can stand still.";
    check("wait-cycle", &document, "waits[0]", evidence, |mended| mended.waits[0] = wait("c", "b"));
    check("wait-cycle", &document, "waits[0]", evidence, |mended| mended.waits[0] = wait("b", "ledger"));
    // Today's order is no wait: b may call the service that the pipeline calls after it.
    check("wait-cycle", &document, "waits[0]", evidence, |mended| mended.dependencies[0].kind = DependencyKind::Loose);
}

#[test]
fn unmapped() {
    let mut document = calm();
    document.steps[0].kind = StepKind::Service;
    document.absent_kinds.clear();
    let evidence = "No retry, auth call, write or third-party step is listed among 3 steps.";
    check("unmapped", &document, "steps", evidence, |mended| {
        use model::AbsentKind::{Auth, Retry, ThirdParty, Write};
        mended.absent_kinds = vec![Retry, Auth, Write, ThirdParty];
    });
    document.steps[1].kind = StepKind::ThirdParty;
    document.steps[1].retry = Some(Retry { max: 1, ..Retry::default() });
    let found = finding(&document, "unmapped").expect("two of four");
    assert_eq!(found.evidence, "No auth call or write is listed among 3 steps.");
    document.steps[1].effect = Effect::Write;
    document.steps[0].kind = StepKind::Auth;
    assert_eq!(finding(&document, "unmapped"), None);
    // The threshold says how many of the four a team wants to see.
    document.steps[0].kind = StepKind::Service;
    document.thresholds.insert("unmapped".to_owned(), 3.0);
    assert_eq!(finding(&document, "unmapped"), None);
}

#[test]
fn databases_side_by_side_without_a_pool_are_unmapped() {
    let mut document = steady();
    for step in &mut document.steps[1..] {
        step.kind = StepKind::Database;
    }
    let evidence = "b and c are database calls side by side in parallel, and no pool of connections is named for them.";
    check("unmapped", &document, "steps[1].pools", evidence, |mended| {
        mended.pools = vec![Pool {
            id: "db".to_owned(),
            name: String::new(),
            size: 9,
            when_full: WhenFull::Queue,
            queue_limit: None,
        }];
        mended.steps[1].pools = vec!["db".to_owned()];
    });
    check("unmapped", &document, "steps[1].pools", evidence, |mended| mended.steps[2].kind = StepKind::Service);
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
    // The kind of a step says as much as its name; of words of both sorts the last says what it is.
    document.steps[2].class = StepClass::Critical;
    document.steps[1].name = "Mail the payment".to_owned();
    assert_eq!(finding(&document, "misclassed"), None);
    // A linchpin that is classed fire-and-forget is not told to be detached.
    document.steps[2].class = StepClass::FireAndForget;
    assert!(finding(&document, "misclassed").is_some());
    assert_eq!(finding(&document, "detach"), None);
    document.steps[2].class = StepClass::Critical;
    document.steps[1].name = "Append".to_owned();
    document.steps[1].kind = StepKind::Log;
    let evidence = "Append looks like work one can do without and is classed critical.";
    check("misclassed", &document, "steps[1].class", evidence, |mended| mended.steps[1].kind = StepKind::Database);
}
