//! Undo and redo: the documents before this one, and those that were undone.

use leptos::prelude::*;
use model::Document;

use super::Workspace;

impl Workspace {
    pub(crate) fn can_undo(self) -> bool {
        self.past.with(|past| !past.is_empty())
    }

    pub(crate) fn can_redo(self) -> bool {
        self.future.with(|future| !future.is_empty())
    }

    pub(crate) fn undo(self) {
        self.travel(self.past, self.future, "Undone");
    }

    pub(crate) fn redo(self) {
        self.travel(self.future, self.past, "Redone");
    }

    fn travel(self, from: RwSignal<Vec<Document>>, to: RwSignal<Vec<Document>>, way: &str) {
        if let Some(document) = from.try_update(Vec::pop).flatten() {
            let here = self.document.get_untracked();
            self.travelled.set(format!("{way}: {}.", what_differs(&here, &document)));
            to.update(|documents| documents.push(here));
            self.replace(document);
            self.save_soon();
        }
    }
}

/// What differs between two documents, in a few words.
fn what_differs(a: &Document, b: &Document) -> String {
    let parts = [
        ("name", a.name != b.name),
        ("question", a.question != b.question),
        ("who decides", a.owners != b.owners),
        ("budget", a.budget != b.budget),
        ("delivery", a.delivery != b.delivery),
        ("consistency", a.consistency != b.consistency),
        ("state owner", a.state_owner != b.state_owner),
        ("what arrives", a.workload != b.workload),
        ("overhead", a.overhead_ms != b.overhead_ms),
        ("slow together", a.slow_together != b.slow_together),
        ("pools", a.pools != b.pools),
        ("dependencies", a.dependencies != b.dependencies),
        ("protections", a.protections != b.protections),
        ("custom topology", a.custom != b.custom),
        ("maturity", a.maturity != b.maturity),
        ("thresholds", a.thresholds != b.thresholds),
    ];
    let parts = parts.iter().filter(|(_, differs)| *differs).map(|(name, _)| *name);
    let steps: Vec<&str> = match a.steps.len() == b.steps.len() {
        true => a.steps.iter().zip(&b.steps).filter(|(a, b)| a != b).map(|(a, _)| a.label()).collect(),
        // Steps that came or went.
        false => {
            let (fewer, more) = if a.steps.len() < b.steps.len() { (a, b) } else { (b, a) };
            let gone = more.steps.iter().filter(|step| fewer.step_index(&step.id).is_none());
            gone.map(model::Step::label).collect()
        }
    };
    let mut words: Vec<&str> = steps.into_iter().chain(parts).collect();
    if words.len() > 3 {
        words.truncate(2);
        words.push("more");
    }
    if words.is_empty() { "the last change".to_owned() } else { decide::wording::list(&words) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_is_named() {
        let before = model::EXAMPLES[0].document();
        let told = |change: fn(&mut Document)| {
            let mut after = before.clone();
            change(&mut after);
            what_differs(&before, &after)
        };
        assert_eq!(told(|document| document.budget.target_ms = 1.0), "budget");
        assert_eq!(told(|document| document.steps[0].timeout_ms = 1.0), before.steps[0].label());
        let gone = told(|document| {
            document.steps.remove(1);
            document.dependencies.clear();
        });
        assert_eq!(gone, format!("{} and dependencies", before.steps[1].label()));
        let much = told(|document| {
            document.name.push('!');
            document.question.push('!');
            document.budget.target_ms = 1.0;
            document.overhead_ms = 1.0;
        });
        assert_eq!(much, "name, question and more");
        assert_eq!(told(|_| {}), "the last change");
    }
}
