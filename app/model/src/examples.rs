//! The pipelines that come with the program.

use crate::document::Document;

/// A pipeline that someone would recognise.
#[derive(Clone, Copy, Debug)]
pub struct Example {
    /// Its name in addresses.
    pub slug: &'static str,
    /// What it shows, in a sentence.
    pub shows: &'static str,
    /// The document as JSON.
    pub json: &'static str,
}

/// The examples, in the order in which they teach.
pub static EXAMPLES: [Example; 6] = [
    Example {
        slug: "three-services",
        shows: "Three calls of 800 ms at p99 do not make 2,400 ms: why 99th percentiles do not add.",
        json: include_str!("../examples/three-services.json"),
    },
    Example {
        slug: "checkout",
        shows: "Authorise, check fraud, reserve stock, capture: what a fork saves when lanes share a connection pool.",
        json: include_str!("../examples/checkout.json"),
    },
    Example {
        slug: "credit-application",
        shows: "Score, notify, update a cache: steps that truly do not need each other.",
        json: include_str!("../examples/credit-application.json"),
    },
    Example {
        slug: "webhook-fan-out",
        shows: "One event, three handlers, redelivery and no keys: where double debits come from.",
        json: include_str!("../examples/webhook-fan-out.json"),
    },
    Example {
        slug: "bank-gateway",
        shows: "A bank that takes four calls at a time: fan-out meets a limit.",
        json: include_str!("../examples/bank-gateway.json"),
    },
    Example {
        slug: "hundred-children",
        shows: "A hundred children through ten connections: a fan-out that is faster until somebody else calls too.",
        json: include_str!("../examples/hundred-children.json"),
    },
];

impl Example {
    /// The example's document.
    ///
    /// # Panics
    ///
    /// Never in a released program: a test parses every example.
    pub fn document(&self) -> Document {
        Document::parse(self.json).expect("every example is a valid document")
    }
}
