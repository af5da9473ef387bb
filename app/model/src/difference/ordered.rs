//! JSON whose fields stay in the order in which they are written, which is the order people know from the pages.

use std::fmt;

use serde::{Deserialize, Deserializer, de};
use serde_json::Value;

use crate::document::Document;

/// A piece of a written document.
#[derive(Debug)]
pub(super) enum Json {
    /// A text, a number, a truth value or null.
    Scalar(Value),
    List(Vec<Json>),
    Fields(Vec<(String, Json)>),
}

impl Json {
    /// The written form of a document.
    pub(super) fn of(document: &Document) -> Self {
        serde_json::from_str(&document.to_json()).expect("what a document writes is JSON")
    }

    /// It on one line, as [`Document::to_json`] writes it. Pieces are compared by this text, as digests do: `0.0` and
    /// `-0.0` are equal as numbers, and yet the documents that hold them are two.
    pub(super) fn text(&self) -> String {
        match self {
            Json::Scalar(value) => value.to_string(),
            Json::List(items) => list(items.iter().map(Json::text)),
            Json::Fields(fields) => object(fields.iter().map(|(key, json)| (key.as_str(), json.text()))),
        }
    }

    /// The text in one field of an object.
    pub(super) fn text_field(&self, name: &str) -> Option<&str> {
        let Json::Fields(fields) = self else { return None };
        let (_, json) = fields.iter().find(|(key, _)| key == name)?;
        let Json::Scalar(value) = json else { return None };
        value.as_str()
    }
}

/// A list of written items.
pub(super) fn list(items: impl Iterator<Item = String>) -> String {
    format!("[{}]", items.collect::<Vec<_>>().join(","))
}

/// An object of written fields.
pub(super) fn object<'a>(fields: impl Iterator<Item = (&'a str, String)>) -> String {
    format!("{{{}}}", fields.map(|(key, text)| format!("{}:{text}", quoted(key))).collect::<Vec<_>>().join(","))
}

/// A text in quotation marks, with what is special in it escaped.
pub(super) fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl<'de> de::Visitor<'de> for Visitor {
            type Value = Json;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("JSON")
            }

            fn visit_unit<E: de::Error>(self) -> Result<Json, E> {
                Ok(Json::Scalar(Value::Null))
            }

            fn visit_bool<E: de::Error>(self, value: bool) -> Result<Json, E> {
                Ok(Json::Scalar(value.into()))
            }

            fn visit_u64<E: de::Error>(self, value: u64) -> Result<Json, E> {
                Ok(Json::Scalar(value.into()))
            }

            fn visit_i64<E: de::Error>(self, value: i64) -> Result<Json, E> {
                Ok(Json::Scalar(value.into()))
            }

            fn visit_f64<E: de::Error>(self, value: f64) -> Result<Json, E> {
                Ok(Json::Scalar(value.into()))
            }

            fn visit_str<E: de::Error>(self, value: &str) -> Result<Json, E> {
                Ok(Json::Scalar(value.into()))
            }

            fn visit_seq<A: de::SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
                let mut list = Vec::new();
                while let Some(item) = items.next_element()? {
                    list.push(item);
                }
                Ok(Json::List(list))
            }

            fn visit_map<A: de::MapAccess<'de>>(self, mut entries: A) -> Result<Json, A::Error> {
                let mut fields = Vec::new();
                while let Some(field) = entries.next_entry()? {
                    fields.push(field);
                }
                Ok(Json::Fields(fields))
            }
        }

        deserializer.deserialize_any(Visitor)
    }
}
