//! The JSON Schema of the document, generated from the types.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::document::{Document, FORMAT};

/// The JSON Schema (draft 2020-12) of [`Document`]. It describes shapes; what needs the whole document
/// (unique ids, references, cycles) is checked by [`Document::parse`] only.
pub fn json_schema() -> serde_json::Value {
    let mut schema = schemars::schema_for!(Document);
    schema.insert("title".to_owned(), format!("Forkline pipeline document, format {FORMAT}").into());
    schema.to_value()
}

/// How a [`crate::Quantity`] is written.
pub(crate) struct QuantitySchema;

impl JsonSchema for QuantitySchema {
    fn schema_name() -> Cow<'static, str> {
        "Quantity".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A number; a range from the 5th to the 95th percentile of what the team believes; or \"unknown\".",
            "oneOf": [
                { "type": "number", "minimum": 0 },
                {
                    "type": "object",
                    "properties": { "low": { "type": "number", "minimum": 0 }, "high": { "type": "number", "minimum": 0 } },
                    "required": ["low", "high"],
                    "additionalProperties": false
                },
                { "const": "unknown" }
            ]
        })
    }
}

/// How a [`crate::Latency`] is written.
pub(crate) struct LatencySchema;

impl JsonSchema for LatencySchema {
    fn schema_name() -> Cow<'static, str> {
        "Latency".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let quantity = generator.subschema_for::<QuantitySchema>();
        let one = |field: &str| {
            json_schema!({
                "type": "object",
                "properties": { field: quantity },
                "required": [field],
                "additionalProperties": false
            })
        };
        json_schema!({
            "description": "The distribution of a service time, in milliseconds.",
            "oneOf": [
                {
                    "type": "object",
                    "properties": { "p50_ms": quantity, "p99_ms": quantity },
                    "required": ["p50_ms", "p99_ms"],
                    "additionalProperties": false
                },
                one("exponential_mean_ms"),
                one("constant_ms"),
                {
                    "type": "object",
                    "properties": {
                        "percentiles": {
                            "type": "array",
                            "minItems": 2,
                            "items": { "type": "array", "items": { "type": "number" }, "minItems": 2, "maxItems": 2 }
                        }
                    },
                    "required": ["percentiles"],
                    "additionalProperties": false
                }
            ]
        })
    }
}

/// How a [`crate::JoinCount`] is written.
pub(crate) struct JoinCountSchema;

impl JsonSchema for JoinCountSchema {
    fn schema_name() -> Cow<'static, str> {
        "JoinCount".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "oneOf": [{ "const": "all" }, { "type": "integer", "minimum": 1 }] })
    }
}
