//! Formats by name, and the names of files.

use super::*;

#[test]
fn file_names_hold_letters_digits_and_single_dashes() {
    assert_eq!(file_name(7, "Checkout: stay sequential"), "0007-checkout-stay-sequential.md");
    assert_eq!(file_name(12_345, "../../etc/passwd\r\nX: y"), "12345-etc-passwd-x-y.md");
    assert_eq!(file_name(1, "日本語"), "0001-record.md");
    assert_eq!(file_name(1, ""), "0001-record.md");
    assert_eq!(file_name(1, &"a".repeat(500)).len(), "0001-.md".len() + 60);
    let long = Format::Csv(Sheet::Options).file_name(1, &"word ".repeat(100));
    assert!(long.len() <= "0001--options.csv".len() + 60 && long.ends_with("word-options.csv"), "{long}");
    for format in Format::ALL {
        for title in ["Zahlung: größer", "a/b\\c\0", "…", "-- --", ".hidden"] {
            let name = format.file_name(3, title);
            let stem = name.strip_suffix(&format!(".{}", format.extension())).expect("its extension");
            assert!(stem.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'), "{name}");
            assert!(stem.starts_with("0003-") && !stem.contains("--") && !stem.ends_with('-'), "{name}");
        }
    }
}

#[test]
fn the_files_of_one_record_are_told_apart() {
    let mut names: Vec<String> = Format::ALL
        .into_iter()
        .filter(|format| *format != Format::Nygard)
        .map(|format| format.file_name(7, "Checkout"))
        .collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), Format::ALL.len() - 1);
}

#[test]
fn formats_are_found_by_their_names() {
    for format in Format::ALL {
        assert_eq!(Format::from_slug(format.slug()), Some(format));
        assert!(!format.label().is_empty() && !format.media_type().is_empty());
    }
    assert_eq!(Format::from_slug("docx"), None);
}

#[test]
fn every_table_is_one_header_and_rows_of_its_length() {
    for example in EXAMPLES {
        let evidence = Evidence::of(example.document());
        let issue = Issue::new(evidence.input());
        for format in Format::ALL.into_iter().filter(|format| format.extension() == "csv") {
            let text = render(format, &issue);
            let rows: Vec<usize> = text.split_terminator("\r\n").map(cells).collect();
            assert!(rows.iter().all(|row| *row == rows[0]), "{} {format:?}: {rows:?}", example.slug);
        }
    }
}

/// How many cells a line has: commas outside quotes, and one.
fn cells(line: &str) -> usize {
    let mut quoted = false;
    let commas = line.chars().filter(|c| {
        quoted ^= *c == '"';
        *c == ',' && !quoted
    });
    commas.count() + 1
}
