//! Taking a step in hand: by pointer, and by keyboard. What would come of it is shown before it is done, and what is
//! refused changes nothing.
//!
//! The diagram and its buttons are text, so they have no handlers of their own: all that happens is heard on the section
//! around them, and what it happened to is told by what an element carries.

use leptos::{
    ev::{KeyboardEvent, PointerEvent},
    prelude::*,
    wasm_bindgen::{JsCast, closure::Closure},
    web_sys::{Element, Event, HtmlElement, NodeList},
};
use model::{
    Document,
    topology::{Move, Topology, TopologyKind},
};

use super::{FROM, SECTION, form::field_of, start, without};
use crate::workspace::Workspace;

/// How far a pointer moves before it drags \[px\]: less is an unsteady click.
const UNSTEADY: i32 = 6;
/// Where there are more places than this, each is judged only when the pointer is over it.
const JUDGED_AT_ONCE: u32 = 120;
/// Everything that a step can be dropped on.
const TARGETS: &str = "[data-step], [data-stage], [data-detach]";

/// A step in hand.
#[derive(Clone, Copy, Debug)]
struct Held {
    step: usize,
    from: (i32, i32),
    /// Whether it is being dragged; until then it may be a click.
    dragged: bool,
}

/// What the hand does, and what is said of it.
#[derive(Clone, Copy)]
pub(super) struct Hand {
    workspace: Workspace,
    /// What an arrangement would start from.
    from: RwSignal<TopologyKind>,
    held: StoredValue<Option<Held>>,
    pub(super) said: RwSignal<String>,
    /// Whether what is said is that something may not be.
    pub(super) refused: RwSignal<bool>,
}

/// What is heard, of all that happens in the section.
const HEARD: [&str; 7] = ["pointerdown", "pointermove", "pointerup", "pointercancel", "keydown", "change", "submit"];

impl Hand {
    pub(super) fn new(workspace: Workspace, from: RwSignal<TopologyKind>) -> Self {
        let (said, refused) = (RwSignal::new(String::new()), RwSignal::new(false));
        Self { workspace, from, held: StoredValue::new(None), said, refused }
    }

    /// Hears of all that happens in the section from now on.
    pub(super) fn listen(self) {
        let Some(section) = document().get_element_by_id(SECTION) else { return };
        let hear = Closure::<dyn FnMut(Event)>::new(move |event: Event| self.hear(&event));
        for name in HEARD {
            let _ = section.add_event_listener_with_callback(name, hear.as_ref().unchecked_ref());
        }
        // It lives as long as the element: the browser gives both back together.
        let _ = hear.into_js_value();
    }

    fn hear(self, event: &Event) {
        match event.type_().as_str() {
            "keydown" => self.key(event.unchecked_ref()),
            "change" => self.choose(event),
            "submit" => self.submit(event),
            _ => self.pointer(event.unchecked_ref()),
        }
    }

    /// Another topology to start from is looked at.
    fn choose(self, event: &Event) {
        if target(event).is_some_and(|target| target.id() == FROM)
            && let Some(kind) = TopologyKind::from_slug(&event_target_value(event))
        {
            self.from.set(kind);
        }
    }

    /// An arrangement begins, or goes. The forms of others are left to them.
    fn submit(self, event: &Event) {
        let Some(asked) = target(event).and_then(|form| form.get_attribute("data-arrange")) else { return };
        event.prevent_default();
        let begins = asked == "start";
        let from = self.from.get_untracked();
        let next = self
            .workspace
            .document
            .with_untracked(|document| if begins { start(document, from) } else { Some(without(document)) });
        let Some(next) = next else { return };
        // The choice is shown anew as well.
        self.from.set(TopologyKind::Sequential);
        self.say("");
        self.workspace.change(next);
        // The button that had the focus is gone.
        focus_soon(if begins { "[data-step=\"0\"]".to_owned() } else { format!("#{FROM}") });
    }

    /// Everything that a pointer does.
    fn pointer(self, event: &PointerEvent) {
        let Some(around) = around(event) else { return };
        let at = (event.client_x(), event.client_y());
        match (event.type_().as_str(), self.held.get_value()) {
            ("pointerdown", _) if event.button() == 0 && event.is_primary() => {
                self.let_go(&around);
                let step = target(event).and_then(|target| place(&target.closest("[data-step]").ok()??, "data-step"));
                self.held.set_value(step.map(|step| Held { step, from: at, dragged: false }));
            }
            ("pointermove", Some(held)) => {
                let by = (at.0 - held.from.0, at.1 - held.from.1);
                if !held.dragged {
                    if by.0.abs().max(by.1.abs()) < UNSTEADY {
                        return;
                    }
                    // Without the capture a pointer that leaves the diagram would leave the step behind.
                    let _ = around.set_pointer_capture(event.pointer_id());
                    self.begin(&around, held);
                }
                for taken in all(&around, &format!("[data-step=\"{}\"]", held.step)) {
                    let _ = taken.set_attribute("transform", &format!("translate({} {})", by.0, by.1));
                }
                self.over(&around, held.step, at);
            }
            ("pointerup", Some(held)) => {
                let moved = self.under(&around, at);
                self.let_go(&around);
                match moved {
                    _ if !held.dragged => self.describe(held.step),
                    Some(moved) => {
                        self.carry_out(held.step, moved);
                        focus_soon(format!("[data-step=\"{}\"]", held.step));
                    }
                    None => self.say("It stays where it was."),
                }
            }
            ("pointercancel", Some(_)) => self.let_go(&around),
            _ => {}
        }
    }

    /// Everything that a key does.
    fn key(self, event: &KeyboardEvent) {
        if event.ctrl_key() || event.alt_key() || event.meta_key() {
            return;
        }
        let Some(around) = around(event) else { return };
        if event.key() == "Escape" && self.held.get_value().is_some() {
            self.let_go(&around);
            self.say("It stays where it was.");
            return;
        }
        let Some(step) = target(event).and_then(|target| place(&target, "data-step")) else { return };
        let Some(topology) = self.topology() else { return };
        let stage = topology.stages().get(step).copied().unwrap_or_default();
        let detached = topology.detached.get(step) == Some(&true);
        match event.key().as_str() {
            "ArrowLeft" | "ArrowUp" | "ArrowRight" | "ArrowDown" if detached => {
                self.say("It is not waited for. Press D to have it waited for again.");
            }
            "ArrowLeft" | "ArrowUp" => match stage.checked_sub(1) {
                Some(earlier) => self.carry_out(step, Move::ToStage(earlier)),
                None => self.say("It starts with the request already."),
            },
            "ArrowRight" | "ArrowDown" => self.carry_out(step, Move::ToStage(stage + 1)),
            "d" | "D" => self.carry_out(step, if detached { Move::Attach } else { Move::Detach }),
            "Enter" | " " => {
                focus(document().get_element_by_id(&field_of(step)));
            }
            _ => return,
        }
        event.prevent_default();
        // The diagram is written anew, so the focus is put back on the step.
        if event.key() != "Enter" && event.key() != " " {
            focus_soon(format!("[data-step=\"{step}\"]"));
        }
    }

    fn topology(self) -> Option<Topology> {
        self.workspace.document.with_untracked(|document| Topology::of(document, TopologyKind::Custom))
    }

    fn say(self, words: &str) {
        self.tell(words, false);
    }

    fn refuse(self, words: &str) {
        self.tell(words, true);
    }

    fn tell(self, words: &str, refused: bool) {
        // The role comes first: by it the words are read out. What is said twice is not read out twice.
        if self.refused.get_untracked() != refused {
            self.refused.set(refused);
        }
        if self.said.with_untracked(|said| said != words) {
            self.said.set(words.to_owned());
        }
    }

    fn describe(self, step: usize) {
        if let Some(topology) = self.topology() {
            let words = self.workspace.document.with_untracked(|document| {
                format!("{} {}", document.steps[step].label(), report::page::of_step(document, &topology, step))
            });
            self.say(&words);
        }
    }

    /// What would come of a move, and whether it may be.
    fn judge(self, step: usize, moved: Move) -> (bool, String) {
        self.workspace.document.with_untracked(|document| match document.with_moved(step, moved) {
            Ok(next) if next == *document => (true, "Nothing changes.".to_owned()),
            Ok(next) => {
                let name = |step: usize| document.steps.get(step).map_or("", |step| step.label());
                let then = match moved {
                    Move::After(first) => format!("starts right after {}", name(first)),
                    Move::ToStage(_) => match stage_of(&next, step) {
                        0 => "starts with the request, in stage 1".to_owned(),
                        stage => format!("starts in stage {}, after all of stage {stage}", stage + 1),
                    },
                    Move::Detach => "is started and not waited for".to_owned(),
                    Move::Attach => "is waited for again".to_owned(),
                };
                (true, format!("{} {then}.", name(step)))
            }
            Err(refusal) => (false, refusal.sentence(document)),
        })
    }

    fn carry_out(self, step: usize, moved: Move) {
        let (allowed, words) = self.judge(step, moved);
        if !allowed {
            self.refuse(&format!("Refused, nothing was changed: {words}"));
            return;
        }
        self.say(&words);
        let next = self.workspace.document.with_untracked(|document| document.with_moved(step, moved));
        if let Ok(next) = next {
            self.workspace.change(next);
            // The form beside the diagram is an editor of its own: it starts over from what the hand has done.
            self.workspace.replaced.update(|count| *count += 1);
        }
    }

    /// Marks where the step may be dropped, and where not.
    fn begin(self, around: &Element, held: Held) {
        self.held.set_value(Some(Held { dragged: true, ..held }));
        for taken in all(around, &format!("[data-step=\"{}\"]", held.step)) {
            let _ = taken.class_list().add_1("held");
        }
        let targets = all(around, TARGETS);
        if targets.len() as u32 <= JUDGED_AT_ONCE {
            for target in targets {
                self.mark(&target, held.step);
            }
        }
    }

    /// Marks one place, and answers what would come of dropping the step there.
    fn mark(self, target: &Element, step: usize) -> Option<(bool, String)> {
        let judged = self.judge(step, dropped_on(target).filter(|moved| *moved != Move::After(step))?);
        let _ = target.class_list().add_1(if judged.0 { "may" } else { "may-not" });
        Some(judged)
    }

    /// Says what would happen if the step were dropped now.
    fn over(self, around: &Element, step: usize, at: (i32, i32)) {
        for other in all(around, ".over") {
            let _ = other.class_list().remove_1("over");
        }
        let judged = found_at(around, at).and_then(|target| {
            let _ = target.class_list().add_1("over");
            self.mark(&target, step)
        });
        match judged {
            Some((true, words)) => self.say(&format!("Drop it here: {words}")),
            Some((false, words)) => self.refuse(&format!("Not here: {words}")),
            None => self.say("Drop it on a step, on a stage, or below. Escape leaves it where it was."),
        }
    }

    /// What the place under the pointer means.
    fn under(self, around: &Element, at: (i32, i32)) -> Option<Move> {
        dropped_on(&found_at(around, at)?)
    }

    /// Puts everything back to where it was drawn.
    fn let_go(self, around: &Element) {
        self.held.set_value(None);
        for target in all(around, TARGETS) {
            let _ = target.remove_attribute("transform");
            let _ = target.class_list().remove_4("held", "may", "may-not", "over");
        }
    }
}

/// The stage in which a step starts in the team's own arrangement.
fn stage_of(document: &Document, step: usize) -> usize {
    let topology = Topology::of(document, TopologyKind::Custom);
    topology.and_then(|topology| topology.stages().get(step).copied()).unwrap_or_default()
}

/// The section, on which all is heard.
fn around(event: &Event) -> Option<Element> {
    event.current_target()?.dyn_into().ok()
}

fn target(event: &Event) -> Option<Element> {
    event.target()?.dyn_into().ok()
}

fn place(element: &Element, name: &str) -> Option<usize> {
    element.get_attribute(name)?.parse().ok()
}

/// The move that dropping a step on an element means.
fn dropped_on(target: &Element) -> Option<Move> {
    if let Some(step) = place(target, "data-step") {
        // A box that nobody waits for is part of where it stands.
        return Some(if target.class_list().contains("loose") { Move::Detach } else { Move::After(step) });
    }
    match place(target, "data-stage") {
        Some(stage) => Some(Move::ToStage(stage)),
        None => target.has_attribute("data-detach").then_some(Move::Detach),
    }
}

/// What lies under a point, if it is part of the diagram. The step in hand lets the pointer through.
fn found_at(around: &Element, (x, y): (i32, i32)) -> Option<Element> {
    let found = document().element_from_point(x as f32, y as f32)?.closest(TARGETS).ok()??;
    around.contains(Some(&found)).then_some(found)
}

fn all(around: &Element, selector: &str) -> Vec<Element> {
    let found: Option<NodeList> = around.query_selector_all(selector).ok();
    let elements = found.into_iter().flat_map(|found| (0..found.length()).filter_map(move |place| found.get(place)));
    elements.filter_map(|node| node.dyn_into().ok()).collect()
}

/// Gives the focus to what a selector finds once the page has been drawn anew. Of the two diagrams one is hidden and
/// cannot have it.
fn focus_soon(selector: String) {
    request_animation_frame(move || {
        let section = document().get_element_by_id(SECTION);
        for found in section.iter().flat_map(|section| all(section, &selector)) {
            focus(Some(found));
        }
    });
}

fn focus(element: Option<Element>) {
    // Boxes are SVG, which has the same method by another name in these bindings.
    match element.map(JsCast::dyn_into::<HtmlElement>) {
        Some(Ok(element)) => drop(element.focus()),
        Some(Err(element)) => drop(element.unchecked_into::<leptos::web_sys::SvgElement>().focus()),
        None => {}
    }
}
