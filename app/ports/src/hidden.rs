//! Text that must not be seen.

use serde::{Deserialize, Serialize};

/// A password, a key, a code: it can be passed on and kept, but shows itself neither in a log nor in an error. It
/// cannot be compared with `==` either, because that takes longer the more of a guess is right.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Hidden(String);

impl Hidden {
    /// The text itself, for the one place that needs it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl<T: Into<String>> From<T> for Hidden {
    fn from(text: T) -> Self {
        Self(text.into())
    }
}

impl std::fmt::Debug for Hidden {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("(secret)")
    }
}

#[cfg(test)]
mod tests {
    use super::Hidden;

    #[test]
    fn a_secret_hides_from_logs() {
        assert_eq!(
            format!("{:?} {:#?}", Hidden::from("hunter2"), Some(Hidden::from("hunter2"))).matches("hunter2").count(),
            0
        );
        assert_eq!(Hidden::from("hunter2").reveal(), "hunter2");
    }
}
