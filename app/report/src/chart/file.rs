//! A chart as a file of its own.

/// What a chart brings along when it leaves the page, whose style it then does not have. Its colours and dashes it carries
/// itself.
pub const STYLE: &str = include_str!("file.css");

/// A chart as a file: with a declaration, its style, and paper beneath it, since what shows a file may be dark.
pub(crate) fn in_a_file(svg: &str) -> String {
    let (head, drawn) = svg.split_at(svg.find('>').map_or(0, |end| end + 1));
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{head}<style>{STYLE}</style>\
         <rect class=\"area paper\" width=\"100%\" height=\"100%\" fill=\"#FFFFFF\"/>{drawn}\n"
    )
}
