//! A second look at classes: what a step is called and what its failure is said to mean should agree.
//!
//! It goes by whole words of a step's name, in both spellings and without case, by the data it writes, and by its kind,
//! because the document has nothing else to hold a class against.

use crate::{
    document::Document,
    step::{Step, StepClass, StepKind},
};

/// Work that one can do without.
const DROPPABLE: [&str; 23] = [
    "notify",
    "notification",
    "notifications",
    "mail",
    "mails",
    "email",
    "emails",
    "sms",
    "newsletter",
    "newsletters",
    "metric",
    "metrics",
    "telemetry",
    "analytics",
    "statistics",
    "stats",
    "logging",
    "log",
    "logs",
    "warm",
    "warmup",
    "prewarm",
    "tracking",
];

/// Words beside which none of [`DROPPABLE`] says that one can do without the step: it checks something, lets somebody in,
/// or keeps what must be kept.
const NEEDED: [&str; 24] = [
    "audit",
    "auth",
    "check",
    "code",
    "compliance",
    "journal",
    "legal",
    "load",
    "login",
    "lookup",
    "otp",
    "outbox",
    "parse",
    "password",
    "read",
    "rotate",
    "sync",
    "token",
    "validate",
    "validation",
    "verification",
    "verify",
    "2fa",
    "mfa",
];

/// What everything else hangs on, whatever is done with it.
const LINCHPIN: [&str; 21] = [
    "authorise",
    "authorises",
    "authorisation",
    "authorize",
    "authorizes",
    "authorization",
    "payment",
    "payments",
    "pay",
    "payout",
    "charge",
    "charges",
    "debit",
    "debits",
    "refund",
    "refunds",
    "settle",
    "settlement",
    "ledger",
    "billing",
    "invoice",
];

/// What everything else hangs on where a step changes it: a [`CHANGE`] beside it, or a step that writes.
const HELD: [&str; 12] = [
    "stock",
    "inventory",
    "balance",
    "account",
    "accounts",
    "user",
    "users",
    "customer",
    "order",
    "funds",
    "card",
    "seat",
];

/// Words for a change of what is in [`HELD`].
const CHANGE: [&str; 15] = [
    "create",
    "creation",
    "register",
    "registration",
    "deduct",
    "deduction",
    "decrement",
    "reserve",
    "reservation",
    "capture",
    "transfer",
    "book",
    "open",
    "reduce",
    "allocate",
];

/// The steps whose class does not fit them by the look of it: the place of each, and why.
pub fn doubts(document: &Document) -> Vec<(usize, &'static str)> {
    document.steps.iter().enumerate().filter_map(|(place, step)| Some((place, doubt(step)?))).collect()
}

/// Whether the class of a step does not fit it by the look of it.
pub(crate) fn is_doubted(step: &Step) -> bool {
    doubt(step).is_some()
}

fn doubt(step: &Step) -> Option<&'static str> {
    match step.class {
        StepClass::Critical => {
            is_droppable(step).then_some("looks like work one can do without and is classed critical")
        }
        StepClass::Degradable => is_linchpin(step).then_some("looks like a linchpin and is classed degradable"),
        StepClass::FireAndForget => is_linchpin(step).then_some("looks like a linchpin and is classed fire-and-forget"),
    }
}

fn is_droppable(step: &Step) -> bool {
    let words = words(step.label());
    // "Log in" and "log out" are not about a log.
    let lets_in =
        words.windows(2).any(|pair| pair[0] == "log" && ["in", "out", "on", "off"].contains(&pair[1].as_str()));
    if lets_in || words.iter().any(|word| NEEDED.contains(&word.as_str())) {
        return false;
    }
    if matches!(step.kind, StepKind::Log | StepKind::Cache) {
        return true;
    }
    // The last of the words says what it is: a payment mail is a mail, a mail payment is a payment.
    let last = |of: &[&str]| words.iter().rposition(|word| of.contains(&word.as_str()));
    last(&DROPPABLE).is_some_and(|droppable| last(&LINCHPIN).is_none_or(|linchpin| linchpin < droppable))
}

/// Whether a step looks like what everything else hangs on, by its name and by the data it writes.
pub fn is_linchpin(step: &Step) -> bool {
    let name = words(step.label());
    let has = |words: &[String], of: &[&str]| words.iter().any(|word| of.contains(&word.as_str()));
    let last = |of: &[&str]| name.iter().rposition(|word| of.contains(&word.as_str()));
    if last(&DROPPABLE).is_some_and(|droppable| last(&LINCHPIN).is_none_or(|linchpin| linchpin < droppable)) {
        return false;
    }
    let writes_held = step.writes_state()
        && step.writes.iter().any(|data| {
            let data = words(data);
            has(&data, &LINCHPIN) || has(&data, &HELD)
        });
    has(&name, &LINCHPIN) || writes_held || has(&name, &HELD) && (has(&name, &CHANGE) || step.writes_state())
}

/// The words of a name, in lower case. A capital behind a small letter begins one, as in the names of code, which are ASCII:
/// `AuthorizeCard` has two.
fn words(name: &str) -> Vec<String> {
    let mut apart = String::with_capacity(name.len());
    let mut after_small = false;
    for c in name.chars() {
        if after_small && c.is_ascii_uppercase() {
            apart.push(' ');
        }
        after_small = c.is_ascii_lowercase();
        apart.push(c);
    }
    apart.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{latency::Latency, step::Effect};

    fn doubted(name: &str, class: StepClass, effect: Effect) -> bool {
        let step = Step::new("s", Latency::lognormal(20.0, 80.0));
        is_doubted(&Step { name: name.to_owned(), class, effect, ..step })
    }

    #[test]
    fn a_linchpin_is_not_to_be_lost_in_either_spelling() {
        for name in [
            "Authorize card",
            "Authorise card",
            "AUTHORIZATION",
            "Create user",
            "User creation",
            "Deduct inventory",
            "Capture funds",
            "Post to ledger",
            "AuthorizeCard",
            "create_user",
            "Billing",
        ] {
            assert!(doubted(name, StepClass::FireAndForget, Effect::None), "{name}");
            assert!(doubted(name, StepClass::Degradable, Effect::None), "{name}");
            assert!(!doubted(name, StepClass::Critical, Effect::Write), "{name}");
        }
        assert!(doubted("Stock", StepClass::Degradable, Effect::Write));
        assert!(!doubted("Show stock", StepClass::Degradable, Effect::Read), "a read corrupts nothing");
    }

    #[test]
    fn what_can_be_lost_is_not_critical() {
        for name in ["Billing notification", "Send payment receipt mail", "Push metrics", "E-mail", "Cache warm-up"] {
            assert!(doubted(name, StepClass::Critical, Effect::None), "{name}");
            assert!(!doubted(name, StepClass::FireAndForget, Effect::None), "{name}");
        }
    }

    #[test]
    fn whole_words_count_and_their_company() {
        for name in [
            "Validate payload",
            "Build payload",
            "Validate mailing address",
            "Look up Stockholm office",
            "Cache-control header check",
            "Capture screenshot",
            "Sync mailbox",
            "Send SMS one-time password",
            "Write audit log",
            "Catalogue",
            "Fraud check",
            "Order confirmation",
            "Log in user",
            "Log out session",
        ] {
            for class in [StepClass::Critical, StepClass::Degradable, StepClass::FireAndForget] {
                assert!(!doubted(name, class, Effect::None), "{name}, {class:?}");
            }
        }
    }
}
