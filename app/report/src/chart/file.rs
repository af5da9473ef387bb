//! A chart as a file of its own: what the page around it says is written above it.

use std::fmt::Write as _;

use model::TopologyKind;

use super::{
    arrangement::{letters, title},
    role::{Role, topology_class},
    svg::{TEXT, badge_width, cut, escape, series_class, text_width},
};
use crate::plain::one_line;

/// What a chart brings along when it leaves the page, whose style it then does not have. Its colours and dashes it carries
/// itself.
pub const STYLE: &str = include_str!("file.css");

/// Size of the letters of a title \[px\].
const TITLE: f64 = 16.0;

/// Where the rows of a legend begin \[px\].
const LEGEND: f64 = 58.0;

/// The height of a row of a legend \[px\].
const ROW: f64 = 26.0;

/// The length of the line in a legend that shows a topology's dashes \[px\].
const SAMPLE: f64 = 34.0;

/// What stands above a chart in its file: a title, what it is of, and a legend of the topologies whose series it has.
///
/// It is an SVG by itself, so that a browser can put it above what it shows, which may be less than what was drawn: an
/// entry of the legend has the classes of its series, and goes with them.
pub(crate) fn head(svg: &str, caption: &str, of: &str) -> String {
    let width = attribute(svg, "width").unwrap_or_default();
    let line = |text: &str, size: f64| escape(&cut(&one_line(text), (width - 8.0) * TEXT / size));
    let (ink, secondary) = (Role::Ink, Role::SecondaryInk);
    let mut drawn = format!(
        r#"<text class="area {}" x="4" y="20" fill="{}" font-size="{TITLE}" font-weight="bold">{}</text><text class="area {}" x="4" y="40" fill="{}">{}</text>"#,
        ink.class(),
        ink.hex(),
        line(caption, TITLE),
        secondary.class(),
        secondary.hex(),
        line(of, TEXT)
    );
    let (mut x, mut y) = (4.0, LEGEND);
    let series = series(svg);
    for kinds in &series {
        let (letters, name) = (letters(kinds), title(kinds));
        let badge = badge_width(&letters);
        let length = SAMPLE + 6.0 + badge + 6.0 + text_width(&name);
        if x > 4.0 && x + length > width {
            (x, y) = (4.0, y + ROW);
        }
        drawn.push_str(&entry(kinds, (x, y), (&letters, badge), &name));
        x += length + 20.0;
    }
    let height = if series.is_empty() { LEGEND - 6.0 } else { y + ROW };
    format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" class="head" width="{width}" height="{height}" font-family="sans-serif" font-size="{TEXT}">{drawn}</svg>"#
    )
}

/// A line with the dashes of some topologies, their letters in their colour, and their names.
fn entry(kinds: &[TopologyKind], (x, y): (f64, f64), (letters, badge): (&str, f64), name: &str) -> String {
    let (ink, paper) = (Role::Ink, Role::Paper);
    let own = kinds.first().map_or(Role::Ink, |kind| Role::Topology(*kind));
    let (class, color) = (own.class(), own.hex());
    let mut entry = format!("<g class=\"{}\">", series_class(kinds));
    let (middle, base) = (y + 10.0, y + 14.0);
    let (left, right) = (x + SAMPLE + 6.0, x + SAMPLE + badge + 12.0);
    let dash = own.dash();
    let dashes = if dash.is_empty() { String::new() } else { format!(r#" stroke-dasharray="{dash}""#) };
    let _ = write!(
        entry,
        r#"<line class="line {class}" x1="{x:.0}" y1="{middle:.0}" x2="{:.0}" y2="{middle:.0}" stroke="{color}" stroke-width="2"{dashes}/>"#,
        x + SAMPLE
    );
    let _ = write!(
        entry,
        r#"<rect class="area {class}" x="{left:.0}" y="{y:.0}" width="{badge:.0}" height="20" fill="{color}"/>"#
    );
    for (text, at, role, more) in
        [(letters, left + badge / 2.0, paper, r#" text-anchor="middle" font-weight="bold""#), (name, right, ink, "")]
    {
        let _ = write!(
            entry,
            r#"<text class="area {}" x="{at:.0}" y="{base:.0}" fill="{}"{more}>{}</text>"#,
            role.class(),
            role.hex(),
            escape(text)
        );
    }
    entry + "</g>"
}

/// A chart as a file: with a declaration, its style, and paper beneath it, since what shows a file may be dark; `head`
/// stands above it. The script of the page (`app::DOWNLOADS`) puts the same together.
pub(crate) fn in_a_file(svg: &str, head: &str) -> String {
    let (start, drawn) = svg.split_at(svg.find('>').map_or(0, |end| end + 1));
    let drawn = drawn.strip_suffix("</svg>").unwrap_or(drawn);
    let size = |svg: &str, name: &str| attribute(svg, name).unwrap_or_default();
    let (width, height, above) = (size(svg, "width"), size(svg, "height"), size(head, "height"));
    let start = start
        .replace(&format!(" height=\"{height}\""), &format!(" height=\"{}\"", height + above))
        .replace(&format!("\"0 0 {width} {height}\""), &format!("\"0 0 {width} {}\"", height + above));
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{start}<style>{STYLE}</style>\
         <rect class=\"area paper\" width=\"100%\" height=\"100%\" fill=\"#FFFFFF\"/>{head}\
         <g transform=\"translate(0 {above})\">{drawn}</g></svg>\n"
    )
}

/// The topologies whose series a chart has, in the order in which they are drawn first.
fn series(svg: &str) -> Vec<Vec<TopologyKind>> {
    let mut found: Vec<Vec<TopologyKind>> = Vec::new();
    for classes in svg.split("<g class=\"series").skip(1).filter_map(|rest| rest.split('"').next()) {
        let is_in = |kind: &TopologyKind| {
            let class = topology_class(*kind);
            classes.split(' ').any(|name| name.strip_prefix("of-") == Some(class))
        };
        let kinds: Vec<TopologyKind> = TopologyKind::ALL.into_iter().filter(is_in).collect();
        if !kinds.is_empty() && !found.contains(&kinds) {
            found.push(kinds);
        }
    }
    found.sort();
    found
}

/// A whole number of an SVG's first tag. Reading fractions would bring tables of 10 KiB into the browser's worker.
fn attribute(svg: &str, name: &str) -> Option<f64> {
    let tag = svg.split('>').next()?;
    tag.split(&format!(" {name}=\"")).nth(1)?.split('"').next()?.parse::<u32>().ok().map(f64::from)
}
