//! The canvas: what charts draw with, and the finishing of what plotters wrote.

use plotters::{
    backend::SVGBackend,
    style::{
        FontFamily, FontStyle, FontTransform, TextStyle,
        text_anchor::{HPos, Pos, VPos},
    },
};

use model::TopologyKind;
use plotters_backend::{BackendColor, BackendStyle, DrawingBackend};

use super::{
    Size,
    role::{Role, topology_class},
};
use crate::plain::one_line;

/// Size of letters in charts \[px\].
pub(super) const TEXT: f64 = 12.0;
/// Width of a letter, on average, as a share of its size: that of a wide font, so that what fits here fits
/// everywhere. Text is never measured: the answer would differ between the server and the browser.
const LETTER: f64 = 0.607;
/// plotters divides a size of letters by this before it writes it.
const POINTS: f64 = 1.24;

/// Where a text stands against its point.
#[derive(Clone, Copy, Debug)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// Draws in pixels; what cannot be drawn is left out, as plotters can only fail on a broken canvas.
pub(super) struct Canvas<'a> {
    backend: SVGBackend<'a>,
    /// The marks over the drawing, as SVG.
    pub(super) marks: String,
    size: Size,
}

/// Draws a chart: what `drawing` draws, with a title and a description in words. `id` tells the charts of one page
/// apart.
pub(super) fn draw(
    size: Size,
    id: &str,
    title: &str,
    description: &str,
    drawing: &mut dyn FnMut(&mut Canvas<'_>),
) -> String {
    let mut drawn = String::new();
    let marks = {
        let backend = SVGBackend::with_string(&mut drawn, (size.width, size.height));
        let mut canvas = Canvas { backend, marks: String::new(), size };
        drawing(&mut canvas);
        canvas.marks
    };
    finish(&drawn, &marks, size, id, [title, description])
}

impl Canvas<'_> {
    /// Width of the chart \[px\].
    pub(super) fn width(&self) -> f64 {
        f64::from(self.size.width)
    }

    /// Height of the chart \[px\].
    pub(super) fn height(&self) -> f64 {
        f64::from(self.size.height)
    }

    /// Whether names and numbers have to make do with little room.
    pub(super) fn narrow(&self) -> bool {
        self.size.narrow()
    }

    pub(super) fn line(&mut self, from: (f64, f64), to: (f64, f64), role: Role, width: u32) {
        let _ = self.backend.draw_line(pixel(from), pixel(to), &Stroke { role, width });
    }

    pub(super) fn path(&mut self, points: &[(f64, f64)], role: Role, width: u32) {
        let _ = self.backend.draw_path(points.iter().map(|&point| pixel(point)), &Stroke { role, width });
    }

    pub(super) fn area(&mut self, points: &[(f64, f64)], role: Role) {
        let _ = self.backend.fill_polygon(points.iter().map(|&point| pixel(point)), &Stroke { role, width: 1 });
    }

    pub(super) fn dot(&mut self, at: (f64, f64), role: Role, filled: bool) {
        if !filled {
            let _ = self.backend.draw_circle(pixel(at), 5, &Stroke { role: Role::Paper, width: 1 }, true);
        }
        let _ = self.backend.draw_circle(pixel(at), 4, &Stroke { role, width: 2 }, filled);
    }

    /// An interval along the time axis, with a cap at each end.
    pub(super) fn whisker(&mut self, (low, high): (f64, f64), y: f64, role: Role) {
        self.line((low, y), (high, y), role, 2);
        // Caps that stand closer than a dot is wide would hide it.
        if high - low > 12.0 {
            for end in [low, high] {
                self.line((end, y - 4.0), (end, y + 4.0), role, 2);
            }
        }
    }

    pub(super) fn rectangle(&mut self, corner: (f64, f64), opposite: (f64, f64), role: Role, filled: bool) {
        let _ = self.backend.draw_rect(pixel(corner), pixel(opposite), &Stroke { role, width: 1 }, filled);
    }

    pub(super) fn text(&mut self, text: &str, at: (f64, f64), role: Role, anchor: Anchor, bold: bool) {
        if text.is_empty() {
            return;
        }
        let position = match anchor {
            Anchor::Start => HPos::Left,
            Anchor::Middle => HPos::Center,
            Anchor::End => HPos::Right,
        };
        let style = if bold { FontStyle::Bold } else { FontStyle::Normal };
        let font =
            plotters::style::FontDesc::new(FontFamily::SansSerif, TEXT * POINTS, style).transform(FontTransform::None);
        let color = role.color();
        let style = TextStyle::from(font).color(&color).pos(Pos::new(position, VPos::Center));
        // Names come from users: nothing in them may turn the writing around, or start a line of its own.
        let _ = self.backend.draw_text(&one_line(text), &style, pixel(at));
    }

    /// What is drawn from here to [`Canvas::end_series`] belongs to these topologies: a page leaves it out when somebody
    /// does not want to see any of them.
    pub(super) fn begin_series(&mut self, kinds: &[TopologyKind]) {
        let places = (1..).zip(TopologyKind::ALL).filter(|(_, kind)| kinds.contains(kind));
        self.boundary(places.fold(0, |set, (place, _)| set | 1 << place));
        self.marks.push_str(&series(kinds));
    }

    pub(super) fn end_series(&mut self) {
        self.boundary(0);
        self.marks.push_str("</g>");
    }

    /// plotters knows no groups. A rectangle without an extent stands where one begins or ends, until the chart is
    /// finished; its colour, which no role has, says which topologies are in it.
    fn boundary(&mut self, set: u8) {
        let color = BackendColor { alpha: 1.0, rgb: (BOUNDARY, BOUNDARY, set) };
        let _ = self.backend.draw_rect((0, 0), (0, 0), &color, true);
    }

    /// A topology's letter in its colour.
    pub(super) fn badge(&mut self, letters: &str, at: (f64, f64), role: Role) {
        let half = badge_width(letters) / 2.0;
        self.rectangle((at.0 - half, at.1 - 10.0), (at.0 + half, at.1 + 10.0), role, true);
        self.text(letters, at, Role::Paper, Anchor::Middle, true);
    }
}

/// Width of a badge with these letters \[px\].
pub(super) fn badge_width(letters: &str) -> f64 {
    (text_width(letters) + 10.0).max(20.0)
}

/// The red and the green of what stands for the bounds of a group.
const BOUNDARY: u8 = 1;

/// Opens the group of what belongs to some topologies.
fn series(kinds: &[TopologyKind]) -> String {
    format!("<g class=\"{}\">", series_class(kinds))
}

/// The classes by which a page finds what belongs to some topologies.
pub(crate) fn series_class(kinds: &[TopologyKind]) -> String {
    kinds.iter().fold("series".to_owned(), |class, kind| class + " of-" + topology_class(*kind))
}

/// The bounds of a group that an element of this colour stands for, if it stands for any.
fn bounds(fill: &str) -> Option<String> {
    let set = fill.strip_prefix("#0101").and_then(|set| u8::from_str_radix(set, 16).ok())?;
    let places = (1..).zip(TopologyKind::ALL).filter(|(place, _)| set & (1 << place) != 0);
    let kinds: Vec<TopologyKind> = places.map(|(_, kind)| kind).collect();
    Some(if kinds.is_empty() { "</g>".to_owned() } else { series(&kinds) })
}

struct Stroke {
    role: Role,
    width: u32,
}

impl BackendStyle for Stroke {
    fn color(&self) -> BackendColor {
        BackendColor { alpha: 1.0, rgb: self.role.rgb() }
    }

    fn stroke_width(&self) -> u32 {
        self.width
    }
}

fn pixel((x, y): (f64, f64)) -> (i32, i32) {
    // A cast saturates, so no value is out of range.
    (x.round() as i32, y.round() as i32)
}

/// About how wide a text is \[px\].
pub(super) fn text_width(text: &str) -> f64 {
    text.chars().count() as f64 * TEXT * LETTER
}

/// A text cut to a width \[px\], with an ellipsis where something is missing.
pub(super) fn cut(text: &str, width: f64) -> String {
    // A hair more, so that a text cut to its own width stays whole.
    let most = (width / (TEXT * LETTER) + 1e-6).max(2.0) as usize;
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let kept: String = text.chars().take(most - 1).collect();
    format!("{}…", kept.trim_end())
}

/// Finishes what plotters wrote: a class for every role, dashes for topologies, and words for those who
/// cannot see the drawing. Marks stand beside the picture and not in it: what is part of a picture has no focus.
fn finish(drawn: &str, marks: &str, size: Size, id: &str, [title, description]: [&str; 2]) -> String {
    let body = drawn.find('>').map_or("", |end| &drawn[end + 1..]);
    let body = body.strip_suffix("</svg>\n").or_else(|| body.strip_suffix("</svg>")).unwrap_or(body);
    let mut finished = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}" viewBox="0 0 {w} {h}" font-family="sans-serif" font-size="{TEXT}"><g role="img" aria-labelledby="{id}-title {id}-desc"><title id="{id}-title">{title}</title><desc id="{id}-desc">{description}</desc>"#,
        w = size.width,
        h = size.height,
        id = escape(id),
        title = escape(&one_line(title)),
        description = escape(&one_line(description)),
    );
    // What all letters have in common stands once, at the top; what is drawn is opaque.
    let lettering = format!(r#" font-family="sans-serif" font-size="{}""#, TEXT * POINTS / POINTS);
    let body = body.replace(&lettering, "").replace(r#" opacity="1""#, "");
    for element in body.split_inclusive('>') {
        finished.push_str(&classed(element));
    }
    finished.push_str("</g>");
    finished.push_str(marks);
    finished.push_str("</svg>");
    finished
}

/// One tag with the class of its role.
fn classed(element: &str) -> String {
    let Some(open) = element.find('<').filter(|&open| !element[open..].starts_with("</")) else {
        return element.to_owned();
    };
    let attribute = |name: &str| {
        let start = element[open..].find(&format!(" {name}=\""))? + open + name.len() + 3;
        element[start..].split('"').next()
    };
    if let Some(bounds) = attribute("fill").and_then(bounds) {
        return bounds;
    }
    let stroke = attribute("stroke").and_then(Role::of_color);
    let role = stroke.or_else(|| attribute("fill").and_then(Role::of_color));
    let Some(role) = role else { return element.to_owned() };
    // Lines are known by their stroke, areas and letters by their fill: a page colours them differently.
    let kind = if stroke.is_some() && attribute("fill").is_none_or(|fill| fill == "none") { "line" } else { "area" };
    let dash = match role.dash() {
        dash if !dash.is_empty() && element[open..].starts_with("<polyline") => format!(" stroke-dasharray=\"{dash}\""),
        _ => String::new(),
    };
    let name_end = element[open..].find([' ', '/', '>']).map_or(element.len(), |end| open + end);
    format!("{} class=\"{kind} {}\"{dash}{}", &element[..name_end], role.class(), &element[name_end..])
}

/// Text as it may stand in XML.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            // XML forbids control characters, also escaped ones.
            c if c.is_control() => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_gets_the_class_and_the_dash_of_its_role() {
        let line = r##"<polyline fill="none" opacity="1" stroke="#B34700" stroke-width="2" points="0,0 1,1"/>"##;
        assert_eq!(
            classed(line),
            r##"<polyline class="line par" stroke-dasharray="8 5" fill="none" opacity="1" stroke="#B34700" stroke-width="2" points="0,0 1,1"/>"##
        );
        assert_eq!(classed("\nfraud &lt;1&gt;\n</text>"), "\nfraud &lt;1&gt;\n</text>");
    }

    #[test]
    fn a_long_name_is_cut_with_an_ellipsis() {
        assert_eq!(cut("Authorise payment", 60.0), "Authori…");
        assert_eq!(cut("Mail", 60.0), "Mail");
    }
}
