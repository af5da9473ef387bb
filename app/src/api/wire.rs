//! How answers travel: as JSON that is read as text.

use bytes::Bytes;
use serde::{Serialize, de::DeserializeOwned};
use server_fn::{ContentType, Decodes, Encodes, Format, FormatType, codec::Post};

/// JSON, read as text. `server_fn`'s own JSON is read from bytes, while the data in a page is read from text:
/// with both, the browser would download the code that reads each type twice.
#[derive(Debug)]
pub struct TextJson;

/// Answers as [`TextJson`], and arguments where there are too many for a form.
pub type Wire = Post<TextJson>;

impl ContentType for TextJson {
    const CONTENT_TYPE: &'static str = "application/json";
}

impl FormatType for TextJson {
    const FORMAT_TYPE: Format = Format::Text;
}

impl<T: Serialize> Encodes<T> for TextJson {
    type Error = serde_json::Error;

    fn encode(value: &T) -> Result<Bytes, Self::Error> {
        serde_json::to_string(value).map(Bytes::from)
    }
}

impl<T: DeserializeOwned> Decodes<T> for TextJson {
    type Error = serde_json::Error;

    fn decode(bytes: Bytes) -> Result<T, Self::Error> {
        // What is no text is no JSON: an empty text gives the error that says so.
        serde_json::from_str(std::str::from_utf8(&bytes).unwrap_or_default())
    }
}
