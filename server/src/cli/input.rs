//! Reading documents.

use std::{io::Read, path::Path};

use anyhow::{Context, bail};
use model::Document;

/// Reads and checks a document from a file, or from standard input for `-`.
pub(super) fn read_document(file: &Path) -> anyhow::Result<Document> {
    let (name, text) = if file == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).context("cannot read standard input")?;
        ("standard input".to_owned(), text)
    } else {
        let name = file.display().to_string();
        let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {name}"))?;
        (name, text)
    };
    match Document::parse(&text) {
        Ok(document) => Ok(document),
        Err(problems) => {
            let lines: Vec<String> = problems.0.iter().map(|problem| format!("  {problem}")).collect();
            bail!("{name} is not a pipeline document:\n{}", lines.join("\n"))
        }
    }
}
