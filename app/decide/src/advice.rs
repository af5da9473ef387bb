//! Tools that fit a verdict, each with the trap that goes with it.

use model::{Document, TopologyKind};
use serde::Serialize;

use crate::verdict::{Decision, Verdict};

/// What a tool is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Lanes {
    /// Work that stays in order.
    Ordered,
    /// Work that runs side by side.
    FanOut,
}

impl Lanes {
    /// What it is, in words.
    pub fn label(self) -> &'static str {
        match self {
            Lanes::Ordered => "Ordered lanes",
            Lanes::FanOut => "Fan-out",
        }
    }
}

/// A tool, how it is used here, and how it goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Tool {
    /// What it is for.
    pub lanes: Lanes,
    /// The tool, in the arrangement that fits.
    pub tool: &'static str,
    /// What it gives.
    pub gives: &'static str,
    /// The trap that goes with it, and the way around it.
    pub trap: &'static str,
}

/// All tools that are recommended.
pub static TOOLS: [Tool; 5] = [
    Tool {
        lanes: Lanes::Ordered,
        tool: "A Kafka partition per key with one consumer",
        gives: "Requests of one key are worked on in order, and keys beside each other.",
        trap: "Over-partitioning breaks order: when the number of partitions changes, keys change places. Choose it once, and keep it.",
    },
    Tool {
        lanes: Lanes::Ordered,
        tool: "A RabbitMQ direct exchange with one consumer per queue",
        gives: "One routing key leads to one queue, and one consumer keeps its order.",
        trap: "One slow consumer blocks its key. An idempotent consumer and backoff are the answer, not a fan-out.",
    },
    Tool {
        lanes: Lanes::Ordered,
        tool: "AWS Step Functions",
        gives: "Each request has its stage, its retries and its undo steps in one place that says where it is.",
        trap: "A chain leaves committed steps too when a later one fails. Give each state a timeout of its own, a key and an undo; reconciliation is needed later.",
    },
    Tool {
        lanes: Lanes::FanOut,
        tool: "SQS with Lambda",
        gives: "Each lane has its queue, its retries and its dead letters.",
        trap: "Nobody knows by itself when all lanes are done. Count completions and watch the dead letters; reconciliation is needed later.",
    },
    Tool {
        lanes: Lanes::FanOut,
        tool: "Kafka Streams branching",
        gives: "One event goes down several branches, each with its own state.",
        trap: "A consumer restart duplicates across branches. Each branch needs a key of its own at the leaf, and reconciliation later.",
    },
];

/// The tools that fit a verdict: none while nothing may be chosen, ordered lanes for sequential, a fan-out for a plan
/// with forks. Where order matters per key, or a staged plan keeps stretches in order, the ordered ones come first all
/// the same: they carry the stretches, the fan-out what lies between.
pub fn tools(document: &Document, verdict: &Verdict) -> Vec<&'static Tool> {
    let per_key = document.workload.consumer.is_some_and(|consumer| consumer.per_key_order);
    let (ordered, fan_out) = match verdict.decision {
        Decision::NotReady => (false, false),
        Decision::Choose(TopologyKind::Custom) if verdict.forks.is_empty() => (true, false),
        Decision::Choose(TopologyKind::Sequential | TopologyKind::SequentialDetached) => (true, false),
        Decision::Choose(TopologyKind::Staged | TopologyKind::FirstLeg) => (true, true),
        Decision::Choose(TopologyKind::Parallel | TopologyKind::Custom) => (per_key, true),
    };
    let fits = |tool: &&Tool| match tool.lanes {
        Lanes::Ordered => ordered,
        Lanes::FanOut => fan_out,
    };
    TOOLS.iter().filter(fits).collect()
}
