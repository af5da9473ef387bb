//! Texts of users on one line, without characters that cannot be seen.

/// A text on one line, without characters that cannot be seen: line ends become spaces, and control
/// characters and those that turn the direction of writing go.
pub(crate) fn one_line(text: &str) -> String {
    visible(text).trim().to_owned()
}

/// The same for a part of a line, which may begin or end with a space.
pub(crate) fn visible(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            c if c.is_whitespace() => {
                if !line.ends_with(' ') {
                    line.push(' ');
                }
            }
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{feff}' => {}
            c if c.is_control() => {}
            c => line.push(c),
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_goes_and_lines_are_joined() {
        assert_eq!(one_line(" one\r\n\n\ttwo\u{2028}three "), "one two three");
        assert_eq!(one_line("\u{202e}gnp.exe\0\u{1b}[1m"), "gnp.exe[1m");
        assert_eq!(visible(" by "), " by ");
    }
}
