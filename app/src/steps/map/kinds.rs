//! What a new step probably calls, by the words of its name, until somebody says otherwise in Classify.

use model::StepKind;

/// Words that say what is called. A word that means several things is not among them: a card is authorised, and a caller
/// too; one logs in, and one writes a log.
const WORDS: [(StepKind, &[&str]); 6] = [
    (StepKind::Auth, &["auth", "authenticate", "authentication", "oauth", "jwt", "permissions"]),
    (StepKind::Log, &["logs", "audit", "metric", "metrics", "telemetry"]),
    (StepKind::Cache, &["cache", "redis", "memcached"]),
    (StepKind::Queue, &["queue", "enqueue", "kafka", "sqs", "rabbitmq"]),
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
            ("Authenticate caller", StepKind::Auth),
            ("Write the audit-log", StepKind::Log),
            ("Send to Kafka", StepKind::Queue),
            ("Charge with Stripe", StepKind::ThirdParty),
            ("Look in cache", StepKind::Cache),
            ("Catalogue", StepKind::Service),
            ("Log in", StepKind::Service),
            ("Authorise payment", StepKind::Service),
            ("", StepKind::Service),
        ] {
            assert_eq!(kind_of(name), kind, "{name}");
        }
    }
}
