//! JSON from outside, as providers write it, which is not always as the standard has it.

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

/// What cannot be read, with the place.
pub(crate) type Unreadable = serde_path_to_error::Error<serde_json::Error>;

pub(crate) fn read<T: DeserializeOwned>(json: &[u8]) -> Result<T, Unreadable> {
    serde_path_to_error::deserialize(&mut serde_json::Deserializer::from_slice(json))
}

/// Where and of what kind an error is, but not the parser's message, which quotes.
pub(crate) fn place(error: &Unreadable) -> String {
    format!("{:?} error at {}", error.inner().classify(), error.path())
}

/// Yes or no, which some providers write as a text.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(try_from = "Value")]
pub(crate) struct Flag(pub(crate) bool);

impl TryFrom<Value> for Flag {
    type Error = &'static str;

    fn try_from(value: Value) -> Result<Self, Self::Error> {
        match value {
            Value::Bool(flag) => Ok(Self(flag)),
            Value::String(text) => text.parse().map(Self).map_err(|_| "neither true nor false"),
            _ => Err("neither true nor false"),
        }
    }
}

/// One text or a list of them.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl OneOrMany {
    pub(crate) fn all(&self) -> &[String] {
        match self {
            Self::One(text) => std::slice::from_ref(text),
            Self::Many(texts) => texts,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Flag, OneOrMany, place, read};

    #[test]
    fn a_flag_may_be_a_text() {
        for (written, meant) in
            [(json!(true), true), (json!("true"), true), (json!(false), false), (json!("false"), false)]
        {
            assert_eq!(serde_json::from_value::<Flag>(written).unwrap().0, meant);
        }
        for wrong in [json!("yes"), json!("True"), json!(1), json!(""), json!(null), json!([true])] {
            assert!(serde_json::from_value::<Flag>(wrong.clone()).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_list_may_be_one_text() {
        let all = |json: Value| serde_json::from_value::<OneOrMany>(json).map(|texts| texts.all().to_vec());
        assert_eq!(all(json!("a")).unwrap(), ["a"]);
        assert_eq!(all(json!(["a", "b"])).unwrap(), ["a", "b"]);
        assert!(all(json!([])).unwrap().is_empty());
        for wrong in [json!(null), json!(1), json!(["a", 1]), json!({"a": "b"})] {
            assert!(all(wrong.clone()).is_err(), "{wrong}");
        }
    }

    #[test]
    fn where_an_error_is_can_be_said_without_what_is_there() {
        let error = read::<Vec<bool>>(br#"[true, "a secret"]"#).unwrap_err();
        assert_eq!(place(&error), "Data error at [1]");
    }
}
