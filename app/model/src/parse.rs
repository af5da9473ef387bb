//! From text to a document.
//!
//! How it fails: text that is not JSON, a field of the wrong type and an unknown field give one
//! located problem, because nothing after it can be trusted; a document that reads well but makes no
//! sense gives all its problems at once.

use crate::{
    document::Document,
    problem::{Problem, Problems},
};

/// Text longer than this is refused unread \[bytes\]: 200 steps and 1,000 dependencies need a tenth of it.
const LONGEST_TEXT: usize = 2_000_000;

impl Document {
    /// Reads a document from JSON text and checks it.
    ///
    /// # Errors
    ///
    /// Every problem found, each with its path.
    pub fn parse(text: &str) -> Result<Self, Problems> {
        Self::read(text)?.checked()
    }

    /// Reads a document that was checked when it was stored, perhaps by an earlier program: its numbers may be beyond the
    /// [ranges](crate::range) of today. It can be shown and changed; before it is simulated or saved it is checked.
    ///
    /// # Errors
    ///
    /// As [`Document::parse`], but for ranges.
    pub fn parse_stored(text: &str) -> Result<Self, Problems> {
        let document = Self::read(text)?;
        let problems = crate::validate::problems_but_for_ranges(&document);
        if problems.is_empty() { Ok(document) } else { Err(Problems(problems)) }
    }

    fn read(text: &str) -> Result<Self, Problems> {
        if text.len() > LONGEST_TEXT {
            return Err(Problems(vec![Problem::new(
                "",
                format!("the document has {} bytes; {LONGEST_TEXT} are the limit", text.len()),
            )]));
        }
        // A document of another format would be refused for its first unknown field, which explains nothing.
        let text = crate::migrate::to_current(text)?;
        let mut reader = serde_json::Deserializer::from_str(&text);
        let document: Document = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
            let path = error.path().to_string();
            let path = if path == "." { String::new() } else { path };
            Problems(vec![Problem::new(path, error.inner().to_string())])
        })?;
        reader.end().map_err(|error| Problems(vec![Problem::new("", format!("after the document: {error}"))]))?;
        Ok(document)
    }

    /// Checks a document that was put together from its types.
    ///
    /// # Errors
    ///
    /// Every problem found, each with its path.
    pub fn checked(self) -> Result<Self, Problems> {
        let problems = crate::validate::problems(&self);
        if problems.is_empty() { Ok(self) } else { Err(Problems(problems)) }
    }
}
