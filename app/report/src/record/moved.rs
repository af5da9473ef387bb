//! Whether a record is out of date, and by which figure.

use decide::{
    Decision,
    wording::{ms, number, percent, percentile},
};
use engine::{
    Report,
    report::{Figure, Share, TopologyReport},
};
use model::TopologyKind;

use super::confirmation::{CALLS_PER_WORK_ITEM, ERROR_RATE};

/// What a record should say above itself when its model has changed since: that it is out of date, whether the verdict would
/// be another today, and which figure moved most, given the report and the verdict it rests on and today's. Nothing where
/// both are of the same document, unless another engine moved a figure beyond its interval, or its rules the verdict.
///
/// A figure has moved where its 95 % interval of then and that of now have nothing in common. Figures of different
/// kinds are compared by what counts as too much of each: latency by the budget of then, failed and orphaned requests
/// by 2 %, attempts per step by 2.5. Those of the plan that was chosen come before those of others.
pub fn moved(then: (&Report, Option<Decision>), now: (&Report, Decision)) -> Option<String> {
    let ((then, then_decided), (now, decided)) = (then, now);
    let same_document = then.document_digest == now.document_digest;
    // Another seed or more replications are no change of the model, whatever they move.
    if same_document && then.engine == now.engine {
        return None;
    }
    // What moved in the plan that was chosen says more than what moved in another.
    let is_chosen = |change: &Change| then_decided == Some(Decision::Choose(change.plan));
    let most = changes(then, now)
        .into_iter()
        .max_by(|a, b| is_chosen(a).cmp(&is_chosen(b)).then(a.weight.total_cmp(&b.weight)));
    let flips = then_decided.is_some_and(|then| then != decided);
    let why = match then_decided.filter(|_| flips) {
        Some(then) => format!("the verdict would be {} today, and not {}; ", decided.slug(), then.slug()),
        None => String::new(),
    } + &if same_document {
        format!("engine {} gives other figures than {}", now.engine, then.engine)
    } else {
        "the pipeline has changed since".to_owned()
    };
    match most {
        Some(change) => Some(format!("Out of date: {why}. Moved most: {}.", change.sentence)),
        None if same_document && !flips => None,
        None if then.budget_ms != now.budget_ms || then.budget_percentile != now.budget_percentile => Some(format!(
            "Out of date: {why}. No figure moved further than both intervals allow for, but the budget: {} at {} then, {} at {} now.",
            ms(then.budget_ms),
            percentile(then.budget_percentile),
            ms(now.budget_ms),
            percentile(now.budget_percentile)
        )),
        None => Some(format!("Out of date: {why}, but no figure moved further than both intervals allow for.")),
    }
}

struct Change {
    plan: TopologyKind,
    /// By how many times too much it moved.
    weight: f64,
    sentence: String,
}

/// The figures that moved beyond their intervals, in every topology that both reports have.
fn changes(then: &Report, now: &Report) -> Vec<Change> {
    let mut changes = Vec::new();
    for old in &then.topologies {
        let Some(new) = now.topology(old.kind) else { continue };
        let name = |figure: &str| format!("{} {figure}", old.kind.label().to_lowercase());
        // Percentiles compare with themselves only, so a budget at another one leaves the 99th.
        let (p, latency): (_, fn(&TopologyReport) -> Option<Figure>) =
            if then.budget_percentile == now.budget_percentile {
                (percentile(then.budget_percentile), |topology| topology.latency.at_budget)
            } else {
                ("p99".to_owned(), |topology| topology.latency.p99)
            };
        let interval = |figure: Figure| (figure.value, figure.low, figure.high);
        let counted = |share: Share| (share.value, share.low, share.high);
        let both = |of: fn(&TopologyReport) -> Option<Figure>| Some((interval(of(old)?), interval(of(new)?)));
        let figures = [
            (name(&p), both(latency), then.budget_ms, ms as fn(f64) -> String),
            (name("failed requests"), Some((counted(old.failed), counted(new.failed))), ERROR_RATE, percent),
            (
                name("orphaned requests"),
                Some((counted(old.outcomes.orphaned), counted(new.outcomes.orphaned))),
                ERROR_RATE,
                percent,
            ),
            (
                name("attempts per step in the worst ten seconds"),
                both(|topology| topology.worst_amplification),
                CALLS_PER_WORK_ITEM,
                number,
            ),
        ];
        for (name, values, too_much, written) in figures {
            let Some(((was, was_low, was_high), (is, is_low, is_high))) = values else { continue };
            if is_low > was_high || is_high < was_low {
                changes.push(Change {
                    plan: old.kind,
                    weight: (is - was).abs() / too_much,
                    sentence: format!("{name}: {} then, {} now", written(was), written(is)),
                });
            }
        }
    }
    changes
}

#[cfg(test)]
mod tests {
    use model::{EXAMPLES, Latency};

    use super::*;

    fn report(change: impl Fn(&mut model::Document)) -> Report {
        let mut document = EXAMPLES[0].document();
        document.workload.duration_s = 30.0;
        change(&mut document);
        let settings = engine::Settings { replications: 5, ..engine::Settings::default() };
        engine::compare(&document, settings).expect("an example runs")
    }

    /// Where the verdict is the same.
    fn told(then: &Report, now: &Report) -> Option<String> {
        moved((then, None), (now, Decision::NotReady))
    }

    #[test]
    fn whether_the_verdict_would_be_another_today_comes_first() {
        let then = report(|_| ());
        let mut now = then.clone();
        now.engine = "9.0.0".to_owned();
        let choose = Decision::Choose;
        let verdicts = (Some(choose(TopologyKind::Parallel)), choose(TopologyKind::Sequential));
        let said = moved((&then, verdicts.0), (&now, verdicts.1)).expect("the verdict is another");
        let start = "Out of date: the verdict would be sequential today, and not parallel; engine 9.0.0 gives ";
        assert!(said.starts_with(start), "{said}");
        assert_eq!(moved((&then, verdicts.0), (&now, choose(TopologyKind::Parallel))), None);
    }

    #[test]
    fn a_record_of_the_same_model_is_up_to_date() {
        let then = report(|_| ());
        assert_eq!(told(&then, &then), None);
        let mut newer = then.clone();
        newer.engine = "9.0.0".to_owned();
        assert_eq!(told(&then, &newer), None);
        newer.topologies[0].failed = Share { value: 0.5, low: 0.4, high: 0.6, count: 50, of: 100 };
        let said = told(&then, &newer).expect("figures moved");
        assert!(said.starts_with("Out of date: engine 9.0.0 gives other figures than "), "{said}");
    }

    #[test]
    fn a_slower_step_names_the_figure_that_moved_most() {
        let now = report(|document| document.steps[0].latency = Latency::lognormal(400.0, 1_600.0));
        let said = told(&report(|_| ()), &now).expect("out of date");
        let start = "Out of date: the pipeline has changed since. Moved most: ";
        assert!(said.starts_with(start) && said.contains(" p99: ") && said.ends_with(" ms now."), "{said}");
    }

    #[test]
    fn what_moved_in_the_chosen_plan_comes_before_what_moved_more_in_another() {
        let then = report(|_| ());
        let mut now = then.clone();
        now.document_digest = "other".to_owned();
        let slower =
            |figure: Figure, by: f64| Figure { value: by * figure.value, low: by * figure.low, high: by * figure.high };
        for (plan, by) in now.topologies.iter_mut().zip([1.5, 3.0]) {
            plan.latency.at_budget = plan.latency.at_budget.map(|figure| slower(figure, by));
        }
        let (chosen, other) = (then.topologies[0].kind, then.topologies[1].kind);
        let said = |chosen| {
            let decision = Decision::Choose(chosen);
            moved((&then, Some(decision)), (&now, decision)).expect("figures moved")
        };
        for kind in [chosen, other] {
            let expected = format!("Moved most: {} p99: ", kind.label().to_lowercase());
            assert!(said(kind).contains(&expected), "{}", said(kind));
        }
    }

    #[test]
    fn failures_outweigh_milliseconds_where_there_are_many() {
        let now = report(|document| {
            document.steps[0].latency = Latency::lognormal(210.0, 820.0);
            document.steps[0].error_rate = 0.1.into();
        });
        let said = told(&report(|_| ()), &now).expect("out of date");
        assert!(said.contains(" requests: "), "{said}");
    }

    #[test]
    fn a_change_that_moves_nothing_is_said_to_move_nothing() {
        let then = report(|_| ());
        let renamed = report(|document| document.name = "Renamed".to_owned());
        let expected =
            "Out of date: the pipeline has changed since, but no figure moved further than both intervals allow for.";
        assert_eq!(told(&then, &renamed).as_deref(), Some(expected));
        let budget = report(|document| document.budget.target_ms = 1_234.0);
        let said = told(&then, &budget).expect("out of date");
        assert!(said.ends_with("2,000 ms at p99 then, 1,234 ms at p99 now."), "{said}");
    }

    #[test]
    fn the_sentence_is_the_one_of_the_design() {
        let mut then = report(|_| ());
        let mut now = then.clone();
        now.document_digest = "other".to_owned();
        assert_eq!(then.topologies[0].kind, TopologyKind::Sequential);
        then.topologies[0].latency.at_budget = Some(Figure { value: 1_577.0, low: 1_550.0, high: 1_600.0 });
        now.topologies[0].latency.at_budget = Some(Figure { value: 1_912.0, low: 1_890.0, high: 1_930.0 });
        assert_eq!(
            told(&then, &now).as_deref(),
            Some(
                "Out of date: the pipeline has changed since. Moved most: sequential p99: 1,577 ms then, 1,912 ms now."
            )
        );
    }
}
