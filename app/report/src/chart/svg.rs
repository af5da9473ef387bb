//! The canvas: what charts draw with, and the finishing of what plotters wrote.

use plotters::{
    backend::SVGBackend,
    style::{
        FontFamily, FontStyle, FontTransform, TextStyle,
        text_anchor::{HPos, Pos, VPos},
    },
};

use plotters_backend::{BackendColor, BackendStyle, DrawingBackend};

use super::{Size, role::Role};
use crate::plain::one_line;

/// Size of letters in charts \[px\].
pub(super) const TEXT: u32 = 13;
/// Width of a letter, on average, as a share of its size. Text is never measured: the answer would differ
/// between the server and the browser.
const LETTER: f64 = 0.56;

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
}

impl<'a> Canvas<'a> {
    pub(super) fn new(buffer: &'a mut String, size: Size) -> Self {
        Self { backend: SVGBackend::with_string(buffer, (size.width, size.height)) }
    }

    pub(super) fn line(&mut self, from: (f64, f64), to: (f64, f64), role: Role, width: u32) {
        let _ = self.backend.draw_line(pixel(from), pixel(to), &Stroke { role, width });
    }

    pub(super) fn path(&mut self, points: &[(f64, f64)], role: Role) {
        let _ = self.backend.draw_path(points.iter().map(|&point| pixel(point)), &Stroke { role, width: 2 });
    }

    pub(super) fn rectangle(&mut self, corner: (f64, f64), opposite: (f64, f64), role: Role, filled: bool) {
        let _ = self.backend.draw_rect(pixel(corner), pixel(opposite), &Stroke { role, width: 1 }, filled);
    }

    pub(super) fn text(&mut self, text: &str, at: (f64, f64), role: Role, anchor: Anchor, bold: bool) {
        let position = match anchor {
            Anchor::Start => HPos::Left,
            Anchor::Middle => HPos::Center,
            Anchor::End => HPos::Right,
        };
        let style = if bold { FontStyle::Bold } else { FontStyle::Normal };
        let font = plotters::style::FontDesc::new(FontFamily::SansSerif, f64::from(TEXT), style)
            .transform(FontTransform::None);
        let color = role.color();
        let style = TextStyle::from(font).color(&color).pos(Pos::new(position, VPos::Center));
        // Names come from users: nothing in them may turn the writing around, or start a line of its own.
        let _ = self.backend.draw_text(&one_line(text), &style, pixel(at));
    }

    /// A topology's letter in its colour.
    pub(super) fn badge(&mut self, letters: &str, at: (f64, f64), role: Role) {
        let half = (10.0_f64).max(text_width(letters) / 2.0 + 5.0);
        self.rectangle((at.0 - half, at.1 - 10.0), (at.0 + half, at.1 + 10.0), role, true);
        self.text(letters, at, Role::Paper, Anchor::Middle, true);
    }
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
    text.chars().count() as f64 * f64::from(TEXT) * LETTER
}

/// A text cut to a width \[px\], with an ellipsis where something is missing.
pub(super) fn cut(text: &str, width: f64) -> String {
    // A hair more, so that a text cut to its own width stays whole.
    let most = (width / (f64::from(TEXT) * LETTER) + 1e-6).max(2.0) as usize;
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let kept: String = text.chars().take(most - 1).collect();
    format!("{}…", kept.trim_end())
}

/// Finishes what plotters wrote: a class for every role, dashes for topologies, and words for those who
/// cannot see the drawing.
pub(super) fn finish(drawn: &str, size: Size, id: &str, title: &str, description: &str) -> String {
    let body = drawn.find('>').map_or("", |end| &drawn[end + 1..]);
    let body = body.strip_suffix("</svg>\n").or_else(|| body.strip_suffix("</svg>")).unwrap_or(body);
    let mut finished = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}" viewBox="0 0 {w} {h}" role="img" aria-labelledby="{id}-title {id}-desc"><title id="{id}-title">{title}</title><desc id="{id}-desc">{description}</desc>"#,
        w = size.width,
        h = size.height,
        id = escape(id),
        title = escape(title),
        description = escape(description),
    );
    for element in body.split_inclusive('>') {
        finished.push_str(&classed(element));
    }
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
