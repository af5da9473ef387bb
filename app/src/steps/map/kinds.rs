//! What a new step probably calls, by the words of its name. It only saves a choice: Classify shows it.

use model::StepKind;

/// Words that say what is called. A word that means several things (a card is authorised, a caller too) is not among
/// them.
const WORDS: [(StepKind, &[&str]); 6] = [
    (
        StepKind::Auth,
        &[
            "auth",
            "authenticate",
            "authentication",
            "oauth",
            "login",
            "jwt",
            "token",
            "session",
            "signature",
            "permissions",
        ],
    ),
    (StepKind::Log, &["log", "logs", "audit", "metric", "metrics", "telemetry"]),
    (StepKind::Cache, &["cache", "redis", "memcached"]),
    (StepKind::Queue, &["queue", "enqueue", "publish", "topic", "kafka", "sqs", "rabbitmq"]),
    (StepKind::Database, &["database", "db", "postgres", "mysql", "sqlite", "dynamodb", "mongodb", "upsert"]),
    (StepKind::ThirdParty, &["stripe", "paypal", "adyen", "twilio", "sendgrid", "salesforce", "slack", "psp"]),
];

/// What a step of that name probably calls: a service, unless one of its words says otherwise.
pub(super) fn kind_of(name: &str) -> StepKind {
    let name = name.to_lowercase();
    let mut words = name.split(|c: char| !c.is_alphanumeric());
    words
        .find_map(|word| WORDS.iter().find(|(_, known)| known.contains(&word)))
        .map_or_else(StepKind::default, |(kind, _)| *kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_name_say_what_it_calls_and_parts_of_words_do_not() {
        for (name, kind) in [
            ("Verify signature", StepKind::Auth),
            ("Write the audit-log", StepKind::Log),
            ("Send to Kafka", StepKind::Queue),
            ("Charge with Stripe", StepKind::ThirdParty),
            ("Look in cache", StepKind::Cache),
            ("Catalogue", StepKind::Service),
            ("Authorise payment", StepKind::Service),
            ("", StepKind::Service),
        ] {
            assert_eq!(kind_of(name), kind, "{name}");
        }
    }
}
