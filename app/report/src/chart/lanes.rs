//! One request as lanes: what ran when, and what waited where.

use decide::wording;
use engine::report::{Ending, Span, TopologyReport, Trace};
use model::Document;

use super::{
    Size,
    axis::{Frame, Scale, ticks_across, time_label},
    mark::Reach,
    role::Role,
    svg::{Anchor, Canvas, cut, draw, text_width},
};

/// Height of a bar \[px\].
const BAR: f64 = 20.0;

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
    let title = format!("One request, {}", topology.kind.label().to_lowercase());
    let description = match trace.answered_ms {
        Some(ms) => format!("{} attempts; answered after {}.", trace.spans.len(), wording::ms(ms)),
        None => format!("{} attempts; no success was received.", trace.spans.len()),
    };
    draw(size, id, &title, &description, &mut |canvas| {
        diagram.frame.grid_across(canvas, &diagram.time, &|ms| time_label(ms, diagram.time.high));
        for step in 0..document.steps.len() {
            diagram.name(canvas, step);
        }
        let mut taken = Vec::new();
        for span in &trace.spans {
            diagram.bar(canvas, span);
            taken.push((span.step, diagram.extent(span)));
        }
        for span in &trace.spans {
            diagram.label(canvas, span, &mut taken);
        }
        if let Some(ms) = trace.answered_ms {
            diagram.answer(canvas, ms);
        }
    })
}

struct Diagram<'a> {
    document: &'a Document,
    topology: &'a TopologyReport,
    size: Size,
    frame: Frame,
    time: Scale,
}

impl<'a> Diagram<'a> {
    fn new(document: &'a Document, topology: &'a TopologyReport, size: Size, span_ms: f64) -> Self {
        let longest = document.steps.iter().map(|step| text_width(step.label())).fold(0.0, f64::max);
        let left = if size.narrow() { 12.0 } else { (longest + 14.0).clamp(80.0, 210.0) };
        let (right, bottom) = (f64::from(size.width) - 18.0, f64::from(size.height) - 30.0);
        let time = Scale::linear(span_ms.max(1.0) * 1.02, ticks_across(size.narrow()));
        Self { document, topology, size, frame: Frame { left, right, top: 8.0, bottom }, time }
    }

    fn narrow(&self) -> bool {
        self.size.narrow()
    }

    fn x(&self, ms: f64) -> f64 {
        self.frame.x(&self.time, ms)
    }

    /// The middle of a step's bar.
    fn y(&self, step: usize) -> f64 {
        let row = (self.frame.bottom - self.frame.top) / self.document.steps.len().max(1) as f64;
        let middle = self.frame.top + row * (step as f64 + 0.5);
        if self.narrow() { middle + 8.0 } else { middle }
    }

    fn name(&self, canvas: &mut Canvas<'_>, step: usize) {
        let name = self.document.steps[step].label();
        if self.narrow() {
            let name = cut(name, f64::from(self.size.width) - 30.0);
            canvas.text(&name, (self.frame.left, self.y(step) - BAR), Role::Ink, Anchor::Start, false);
        } else {
            let name = cut(name, self.frame.left - 14.0);
            canvas.text(&name, (0.0, self.y(step)), Role::Ink, Anchor::Start, false);
        }
    }

    /// From where an attempt asks for its slot to where its bar ends \[px\].
    fn extent(&self, span: &Span) -> (f64, f64) {
        let start = self.x(span.started_ms.unwrap_or(span.ended_ms));
        (self.x(span.asked_ms), self.x(span.ended_ms).max(start + 2.0))
    }

    fn is_detached(&self, span: &Span) -> bool {
        let step = self.document.steps.get(span.step as usize);
        step.is_some_and(|step| self.topology.detached.contains(&step.id))
    }

    fn bar(&self, canvas: &mut Canvas<'_>, span: &Span) {
        let (step, role) = (span.step as usize, Role::Topology(self.topology.kind));
        let (top, bottom) = (self.y(step) - BAR / 2.0, self.y(step) + BAR / 2.0);
        let start = self.x(span.started_ms.unwrap_or(span.ended_ms));
        let (asked, end) = self.extent(span);
        if span.started_ms.is_none_or(|started| started - span.asked_ms > self.time.high / 500.0) {
            canvas.rectangle((asked, top), (start, bottom), role, false);
        }
        if span.started_ms.is_some() {
            canvas.rectangle((start, top), (end, bottom), role, !self.is_detached(span) && !span.undo);
        }
        let name = self.document.steps.get(step).map_or("", |step| step.label());
        let moments = format!("{} to {}", wording::ms(span.asked_ms), wording::ms(span.ended_ms));
        canvas.mark((asked, top), (end, bottom), Reach::Pointer, name, &[self.ending(span), moments]);
    }

    /// How an attempt ended, in words.
    fn ending(&self, span: &Span) -> String {
        let took = wording::ms(span.ended_ms - span.asked_ms);
        match (span.undo, span.ending) {
            (true, Ending::Succeeded) => "undone".to_owned(),
            (false, Ending::Succeeded) if self.is_detached(span) => format!("{took}, detached"),
            (false, Ending::Succeeded) => took,
            (_, Ending::Failed) => format!("failed, {took}"),
            (_, Ending::Declined) => format!("declined, {took}"),
            (_, Ending::TimedOut) => format!("timed out, {took}"),
            (_, Ending::Rejected) => "rejected".to_owned(),
            (_, Ending::Refused) => "refused by the breaker".to_owned(),
            (_, Ending::Cancelled) => format!("cancelled, {took}"),
        }
    }

    /// Says how an attempt ended: in its bar, or beside it where no other attempt of the step stands. `taken` holds what
    /// stands in the lanes already.
    fn label(&self, canvas: &mut Canvas<'_>, span: &Span, taken: &mut Vec<(u32, (f64, f64))>) {
        let text = self.ending(span);
        let width = text_width(&text);
        let start = self.x(span.started_ms.unwrap_or(span.ended_ms));
        let (asked, end) = self.extent(span);
        let y = self.y(span.step as usize);
        if end - start > width + 12.0 {
            let role = if self.is_detached(span) || span.undo { Role::Ink } else { Role::Paper };
            canvas.text(&text, (start + 6.0, y), role, Anchor::Start, false);
            return;
        }
        let free = |place: &(f64, f64)| {
            let apart = |(_, other): &(u32, (f64, f64))| other.1 <= place.0 || other.0 >= place.1;
            let inside = place.0 >= self.frame.left && place.1 < f64::from(self.size.width);
            inside && taken.iter().filter(|(step, _)| *step == span.step).all(apart)
        };
        let places = [(end + 6.0, end + 6.0 + width), (asked - 6.0 - width, asked - 6.0)];
        if let Some(place) = places.into_iter().find(free) {
            canvas.text(&text, (place.0, y), Role::Ink, Anchor::Start, false);
            taken.push((span.step, place));
        }
    }

    /// Where the answer goes out.
    fn answer(&self, canvas: &mut Canvas<'_>, ms: f64) {
        canvas.line((self.x(ms), self.frame.top), (self.x(ms), self.frame.bottom), Role::SecondaryInk, 1);
    }
}
