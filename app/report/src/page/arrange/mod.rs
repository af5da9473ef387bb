//! An arrangement of steps as a diagram and in words: which step starts in which stage, after what, and why.
//!
//! The diagram is text, so that the page needs no element of its own for each box. What can be taken hold of carries the
//! place that it stands for: `data-step`, `data-stage`, `data-detach`.

mod lay_out;
#[cfg(test)]
mod tests;
mod words;

use model::{Document, Topology};

use super::markup::{Html, escape};
use crate::chart::topology_class;
use lay_out::{Flow, Layout, NARROW, WIDE};
pub use words::of_step;

/// An arrangement as a diagram for wide and for narrow screens, and in words. With `hands` its boxes can have the focus
/// and be taken hold of.
pub fn arrangement(document: &Document, topology: &Topology, hands: bool) -> String {
    let drawing = Drawing { document, topology, layout: Layout::of(topology), hands };
    let mut html = Html::default();
    for (class, flow) in [("wide", &WIDE), ("narrow", &NARROW)] {
        html.open(&format!("div class=\"{class}\" tabindex=\"0\" role=\"region\" aria-label=\"Stages and steps\""));
        drawing.draw(&mut html, flow);
        html.close("div");
    }
    html.element("p class=\"note\"", "Solid arrows are strict dependencies; dashed ones are an order that may change.");
    html.open("ul class=\"in-words\"");
    for step in topology.order() {
        html.open("li").element("strong", document.steps[step].label()).raw(" ");
        html.text(&of_step(document, topology, step)).close("li");
    }
    html.close("ul");
    html.into_text()
}

struct Drawing<'a> {
    document: &'a Document,
    topology: &'a Topology,
    layout: Layout,
    hands: bool,
}

impl Drawing<'_> {
    fn draw(&self, html: &mut Html, flow: &Flow) {
        let apart: Vec<usize> =
            (0..self.topology.detached.len()).filter(|&step| self.topology.detached[step]).collect();
        let (width, lanes) = flow.extent(&self.layout, self.hands);
        let height = lanes + if self.hands || !apart.is_empty() { flow.apart_height(apart.len(), width) } else { 0 };
        let role = if self.hands { "group" } else { "img" };
        html.open(&format!(
            "svg class=\"{}\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" role=\"{role}\" \
             aria-label=\"{} stages\"",
            topology_class(self.topology.kind),
            self.layout.stages
        ));
        for stage in 0..self.layout.stages + usize::from(self.hands) {
            let (x, y, w, h) = flow.band(&self.layout, stage, (width, lanes));
            let (label, beyond) = match stage < self.layout.stages {
                true => (format!("Stage {}", stage + 1), ""),
                false => ("later".to_owned(), " beyond"),
            };
            html.raw(&format!("<g class=\"stage{beyond}\" data-stage=\"{stage}\">"));
            html.raw(&rectangle((x, y, w, h))).raw(&format!(
                "<text x=\"{}\" y=\"{}\">{label}</text></g>",
                x + 8,
                y + 18
            ));
        }
        // Areas lie beneath all steps, so that one that is dragged over them is seen.
        if height > lanes {
            html.raw("<g class=\"apart\" data-detach=\"\">").raw(&rectangle((0, lanes, width, height - lanes)));
            let label = if apart.is_empty() { "Not waited for: no step" } else { "Not waited for" };
            html.raw(&format!("<text x=\"8\" y=\"{}\">{label}</text></g>", lanes + 18));
        }
        for arrow in &self.layout.arrows {
            let strict = words::is_strict(self.topology, arrow.from, arrow.to);
            html.raw(&format!(
                "<path class=\"{}\" d=\"{}\"></path>",
                if strict { "arrow" } else { "arrow free" },
                flow.path(&arrow.way)
            ));
            html.raw(&format!("<path class=\"head\" d=\"{}\"></path>", flow.head(&arrow.way)));
        }
        for (step, place) in self.layout.boxes.iter().enumerate() {
            if let Some(place) = place {
                self.step(html, step, flow.corner(*place), flow);
            }
        }
        for (place, &step) in apart.iter().enumerate() {
            self.step(html, step, flow.apart_corner(place, (width, lanes)), flow);
        }
        html.close("svg");
    }

    fn step(&self, html: &mut Html, step: usize, (x, y): (usize, usize), flow: &Flow) {
        let name = self.document.steps[step].label();
        let apart = if self.topology.detached[step] { " loose" } else { "" };
        let words = of_step(self.document, self.topology, step);
        let hold = if self.hands {
            format!(
                " data-step=\"{step}\" tabindex=\"0\" role=\"button\" aria-describedby=\"arrange-keys\" \
                 aria-label=\"{} {}\"",
                escape(name),
                escape(&words)
            )
        } else {
            String::new()
        };
        html.raw(&format!("<g class=\"step{apart}\"{hold}>"));
        html.raw(&format!("<title>{}</title>", escape(&words)));
        html.raw(&rectangle((x, y, flow.width, flow.height)));
        html.raw(&format!(
            "<foreignObject x=\"{x}\" y=\"{y}\" width=\"{}\" height=\"{}\"><p>{}</p></foreignObject></g>",
            flow.width,
            flow.height,
            escape(name)
        ));
    }
}

fn rectangle((x, y, width, height): (usize, usize, usize, usize)) -> String {
    format!("<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"></rect>")
}
