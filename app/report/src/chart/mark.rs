//! Marks: the places of a chart that say their numbers, under a pointer and to those who come by keyboard or touch.
//!
//! A mark is a transparent area over what is drawn, so that a thin line is as easily met as a broad bar. Under a
//! pointer its title comes up by itself; with the focus the same words are shown in the chart. Both without a script.

use std::fmt::Write as _;

use super::{
    role::Role,
    svg::{Canvas, cut, escape, text_width},
};
use crate::plain::one_line;

/// Distance of the lines of a value \[px\].
const LINE: f64 = 17.0;

/// Whether a mark can have the focus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// By pointer, keyboard and touch.
    All,
    /// By pointer only: where there are so many marks that nobody wants to pass all of them on the way through a page.
    Pointer,
}

impl Canvas<'_> {
    /// A mark over the area between two corners: whose figures it shows, and the figures.
    pub(super) fn mark(
        &mut self,
        (left, top): (f64, f64),
        (right, bottom): (f64, f64),
        reach: Reach,
        name: &str,
        figures: &[String],
    ) {
        let title = escape(&one_line(&format!("{name}: {}", figures.join(", "))));
        let area = format!(
            r#"<rect x="{left:.0}" y="{top:.0}" width="{:.0}" height="{:.0}" fill="none" pointer-events="all"/>"#,
            (right - left).max(1.0),
            (bottom - top).max(1.0)
        );
        let _ = match reach {
            Reach::Pointer => write!(self.marks, r#"<g class="point"><title>{title}</title>{area}</g>"#),
            Reach::All => {
                let value = self.value((left + right) / 2.0, (top, bottom), name, figures);
                write!(
                    self.marks,
                    r#"<g class="point" tabindex="0" role="img"><title>{title}</title>{area}{value}</g>"#
                )
            }
        };
    }

    /// What is shown with the focus: above the mark where there is room, and never outside the chart.
    fn value(&self, middle: f64, (top, bottom): (f64, f64), name: &str, figures: &[String]) -> String {
        let lines: Vec<String> = std::iter::once(name)
            .chain(figures.iter().map(String::as_str))
            .map(|line| cut(&one_line(line), self.width() - 20.0))
            .collect();
        let width = lines.iter().map(|line| text_width(line)).fold(0.0, f64::max) + 12.0;
        let height = lines.len() as f64 * LINE + 6.0;
        let x = (middle - width / 2.0).min(self.width() - width - 2.0).max(2.0);
        let above = top - height - 4.0;
        let y = if above >= 1.0 { above } else { (bottom + 4.0).min(self.height() - height - 1.0).max(1.0) };
        let (paper, ink, edge) = (Role::Paper, Role::Ink, Role::SecondaryInk);
        let mut value = format!(
            r#"<g class="value" visibility="hidden" pointer-events="none"><rect class="area {}" x="{x:.0}" y="{y:.0}" width="{width:.0}" height="{height:.0}" fill="{}" stroke="{}"/>"#,
            paper.class(),
            paper.hex(),
            edge.hex()
        );
        for (place, line) in lines.iter().enumerate() {
            let weight = if place == 0 { r#" font-weight="bold""# } else { "" };
            let _ = write!(
                value,
                r#"<text class="area {}" x="{:.0}" y="{:.0}" fill="{}"{weight}>{}</text>"#,
                ink.class(),
                x + 6.0,
                y + 15.0 + place as f64 * LINE,
                ink.hex(),
                escape(line)
            );
        }
        value.push_str("</g>");
        value
    }
}
