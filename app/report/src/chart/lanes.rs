//! One request as lanes: what ran when, and what waited where.

use decide::wording;
use engine::report::{Ending, Span, TopologyReport, Trace};
use model::Document;

use super::{
    Size,
    distribution::{round_step, time_label},
    role::Role,
    svg::{Anchor, Canvas, cut, finish, text_width},
};

const TOP: f64 = 8.0;
const BOTTOM: f64 = 30.0;
const RIGHT: f64 = 18.0;
/// Height of a bar \[px\].
const BAR: f64 = 20.0;
/// Below this width names stand above their lanes instead of beside them \[px\].
const NARROW: u32 = 500;

/// Draws one request through one topology on a time scale of `span_ms`, which several diagrams may share.
/// `id` tells the charts of one page apart.
pub fn lanes(
    document: &Document,
    topology: &TopologyReport,
    trace: &Trace,
    size: Size,
    span_ms: f64,
    id: &str,
) -> String {
    let diagram = Diagram::new(document, topology, size, span_ms);
    let mut drawn = String::new();
    {
        let mut canvas = Canvas::new(&mut drawn, size);
        diagram.axis(&mut canvas);
        for step in 0..document.steps.len() {
            diagram.name(&mut canvas, step);
        }
        for span in &trace.spans {
            diagram.bar(&mut canvas, span);
        }
        if let Some(ms) = trace.answered_ms {
            diagram.answer(&mut canvas, ms);
        }
    }
    let title = format!("One request, {}", topology.kind.label().to_lowercase());
    let description = match trace.answered_ms {
        Some(ms) => format!("{} attempts; answered after {}.", trace.spans.len(), wording::ms(ms)),
        None => format!("{} attempts; no success was received.", trace.spans.len()),
    };
    finish(&drawn, size, id, &title, &description)
}

struct Diagram<'a> {
    document: &'a Document,
    topology: &'a TopologyReport,
    size: Size,
    left: f64,
    row: f64,
    span: f64,
    tick: f64,
}

impl<'a> Diagram<'a> {
    fn new(document: &'a Document, topology: &'a TopologyReport, size: Size, span_ms: f64) -> Self {
        let longest = document.steps.iter().map(|step| text_width(step.label())).fold(0.0, f64::max);
        let left = if size.width < NARROW { 12.0 } else { (longest + 14.0).clamp(80.0, 210.0) };
        let wanted = if size.width < NARROW { 4.0 } else { 7.0 };
        let tick = round_step(span_ms.max(1.0) * 1.02 / wanted);
        let rows = document.steps.len().max(1) as f64;
        let row = (f64::from(size.height) - TOP - BOTTOM) / rows;
        Self { document, topology, size, left, row, span: (span_ms.max(1.0) * 1.02 / tick).ceil() * tick, tick }
    }

    fn narrow(&self) -> bool {
        self.size.width < NARROW
    }

    fn x(&self, ms: f64) -> f64 {
        self.left + (ms / self.span).clamp(0.0, 1.0) * (f64::from(self.size.width) - self.left - RIGHT)
    }

    /// The middle of a step's bar.
    fn y(&self, step: usize) -> f64 {
        let middle = TOP + self.row * (step as f64 + 0.5);
        if self.narrow() { middle + 8.0 } else { middle }
    }

    fn bottom(&self) -> f64 {
        f64::from(self.size.height) - BOTTOM
    }

    fn axis(&self, canvas: &mut Canvas<'_>) {
        let mut time = 0.0;
        while time <= self.span + self.tick / 2.0 {
            canvas.line((self.x(time), TOP), (self.x(time), self.bottom()), Role::Grid, 1);
            let label = time_label(time, self.span);
            let reach = text_width(&label) / 2.0;
            let at = self.x(time).clamp(reach + 2.0, f64::from(self.size.width) - reach - 2.0);
            canvas.text(&label, (at, self.bottom() + 16.0), Role::SecondaryInk, Anchor::Middle, false);
            time += self.tick;
        }
    }

    fn name(&self, canvas: &mut Canvas<'_>, step: usize) {
        let name = self.document.steps[step].label();
        if self.narrow() {
            let name = cut(name, f64::from(self.size.width) - 30.0);
            canvas.text(&name, (self.left, self.y(step) - BAR), Role::Ink, Anchor::Start, false);
        } else {
            let name = cut(name, self.left - 14.0);
            canvas.text(&name, (0.0, self.y(step)), Role::Ink, Anchor::Start, false);
        }
    }

    fn bar(&self, canvas: &mut Canvas<'_>, span: &Span) {
        let step = span.step as usize;
        let role = Role::Topology(self.topology.kind);
        let detached = self.document.steps.get(step).is_some_and(|step| self.topology.detached.contains(&step.id));
        let (top, bottom) = (self.y(step) - BAR / 2.0, self.y(step) + BAR / 2.0);
        let start = self.x(span.started_ms.unwrap_or(span.ended_ms));
        let end = self.x(span.ended_ms).max(start + 2.0);
        if span.started_ms.is_none_or(|started| started - span.asked_ms > self.span / 500.0) {
            canvas.rectangle((self.x(span.asked_ms), top), (start, bottom), role, false);
        }
        if span.started_ms.is_some() {
            canvas.rectangle((start, top), (end, bottom), role, !detached && !span.undo);
        }
        let took = wording::ms(span.ended_ms - span.asked_ms);
        let ending = match (span.undo, span.ending) {
            (true, Ending::Succeeded) => "undone".to_owned(),
            (false, Ending::Succeeded) if detached => format!("{took}, detached"),
            (false, Ending::Succeeded) => took,
            (_, Ending::Failed) => format!("failed, {took}"),
            (_, Ending::Declined) => format!("declined, {took}"),
            (_, Ending::TimedOut) => format!("timed out, {took}"),
            (_, Ending::Rejected) => "rejected".to_owned(),
            (_, Ending::Refused) => "refused by the breaker".to_owned(),
            (_, Ending::Cancelled) => format!("cancelled, {took}"),
        };
        let width = text_width(&ending);
        let inside = end - start > width + 12.0;
        let after = end + 6.0 + width < f64::from(self.size.width);
        let (at, role, anchor) = match (inside, after) {
            (true, _) if detached || span.undo => (start + 6.0, Role::Ink, Anchor::Start),
            (true, _) => (start + 6.0, Role::Paper, Anchor::Start),
            (false, true) => (end + 6.0, Role::Ink, Anchor::Start),
            (false, false) => (self.x(span.asked_ms) - 6.0, Role::Ink, Anchor::End),
        };
        canvas.text(&ending, (at, self.y(step)), role, anchor, false);
    }

    /// Where the answer goes out.
    fn answer(&self, canvas: &mut Canvas<'_>, ms: f64) {
        canvas.line((self.x(ms), TOP), (self.x(ms), self.bottom()), Role::SecondaryInk, 1);
    }
}
