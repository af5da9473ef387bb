//! Tool advice follows the verdict.

use decide::{Decision, Lanes, TOOLS, tools};
use model::{Consumer, TopologyKind};

use super::{decided, steady};

#[test]
fn tools_follow_the_verdict() {
    let mut document = steady();
    let mut verdict = decided(&document);
    let mut lanes = |decision: Decision, per_key_order: bool| -> Vec<Lanes> {
        verdict.decision = decision;
        document.workload.consumer = Some(Consumer { workers: 1, key_count: 1, per_key_order });
        let mut lanes: Vec<Lanes> = tools(&document, &verdict).iter().map(|tool| tool.lanes).collect();
        lanes.dedup();
        lanes
    };
    for (decision, per_key_order, expected) in [
        (Decision::NotReady, true, vec![]),
        (Decision::Choose(TopologyKind::Sequential), false, vec![Lanes::Ordered]),
        (Decision::Choose(TopologyKind::Parallel), false, vec![Lanes::FanOut]),
        (Decision::Choose(TopologyKind::Parallel), true, vec![Lanes::Ordered, Lanes::FanOut]),
        // A team's own topology is what its forks make it: this one has none.
        (Decision::Choose(TopologyKind::Custom), false, vec![Lanes::Ordered]),
        (Decision::Choose(TopologyKind::Staged), false, vec![Lanes::Ordered, Lanes::FanOut]),
        (Decision::Choose(TopologyKind::FirstLeg), false, vec![Lanes::Ordered, Lanes::FanOut]),
    ] {
        assert_eq!(lanes(decision, per_key_order), expected, "{decision:?}");
    }
    verdict.decision = Decision::Choose(TopologyKind::Custom);
    verdict.forks = vec![vec!["a".to_owned(), "b".to_owned()]];
    document.workload.consumer = None;
    assert!(tools(&document, &verdict).iter().all(|tool| tool.lanes == Lanes::FanOut));
}

#[test]
fn each_tool_comes_with_its_trap() {
    let trap = |tool: &str| TOOLS.iter().find(|known| known.tool.contains(tool)).expect("it is listed").trap;
    assert!(trap("Kafka partition").contains("Over-partitioning breaks order"));
    assert!(trap("RabbitMQ").contains("One slow consumer blocks its key"));
    assert!(trap("Step Functions").contains("committed steps too"));
    assert!(trap("SQS").contains("reconciliation is needed later"));
    assert!(trap("Kafka Streams").contains("A consumer restart duplicates across branches"));
}
