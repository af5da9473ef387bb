//! What the buttons of the sheet do.

use decide::TODAYS_ORDER;
use model::Quantity;

use super::sheet::{DependencyRow, Sheet, StepRow};
use crate::steps::cells::show_ms;

/// The button that adds today's order.
pub(super) const IN_ORDER: &str = "in-order";

/// Rows for what maps forget, each under what its button asks for. Nobody knows their figures yet, and they say so.
const ADDED: [(&str, [&str; 4]); 4] = [
    ("add-auth", ["Authorise the caller", "auth", "read", "critical"]),
    ("add-write", ["Write to the database", "database", "write", "critical"]),
    ("add-third-party", ["Third-party handshake", "third_party", "read", "critical"]),
    ("add-log", ["Write the log", "log", "none", "fire_and_forget"]),
];

impl Sheet {
    /// The sheet after what a button asks for: `up-2`, `down-2`, `delete-2`, `delete-dependency-2`, `add-auth` and
    /// others of its sort, [`IN_ORDER`]; anything else changes nothing.
    pub(crate) fn after(mut self, intent: &str) -> Self {
        self.name_rows();
        if let Some((_, row)) = ADDED.iter().find(|(known, _)| *known == intent) {
            // A form sends its blank last row along, and the new one takes its place.
            while self.steps.pop_if(|row| row.is_blank()).is_some() {}
            let [name, kind, effect, class] = row.map(str::to_owned);
            let unknown = || show_ms(Quantity::Unknown);
            let (p50, p99, errors) = (unknown(), unknown(), unknown());
            self.steps.push(StepRow { id: String::new(), name, p50, p99, errors, effect, class, kind });
            self.name_rows();
            return self;
        }
        if intent == IN_ORDER {
            self.add_order();
            return self;
        }
        let (verb, place) = intent.rsplit_once('-').unwrap_or((intent, ""));
        let Ok(place) = place.parse::<usize>() else { return self };
        match verb {
            "up" if place > 0 && place < self.steps.len() => self.steps.swap(place, place - 1),
            "down" if place + 1 < self.steps.len() => self.steps.swap(place, place + 1),
            "delete" if place < self.steps.len() => {
                let gone = self.steps.remove(place).id;
                self.dependencies
                    .retain(|dependency| gone.is_empty() || (dependency.from != gone && dependency.to != gone));
            }
            "delete-dependency" if place < self.dependencies.len() => {
                self.dependencies.remove(place);
            }
            _ => {}
        }
        self
    }

    /// Whether the rows of today's order are what the table of steps says.
    pub(super) fn is_in_order(&self) -> bool {
        self.missing_order().is_empty() && !self.dependencies.iter().any(|row| self.is_stale(row))
    }

    /// Writes down today's order: each step after the one above it. Loose, which is what today's order is until somebody
    /// says why it has to be.
    fn add_order(&mut self) {
        let missing = self.missing_order();
        let kept = |row: &DependencyRow| !row.is_blank() && !self.is_stale(row);
        self.dependencies = self.dependencies.iter().filter(|row| kept(row)).cloned().chain(missing).collect();
    }

    /// A row of an order that is no longer today's: steps were moved.
    fn is_stale(&self, row: &DependencyRow) -> bool {
        let is_now = || self.neighbours().any(|(from, to)| row.from == from && row.to == to);
        row.kind == "loose" && row.because == TODAYS_ORDER && !is_now()
    }

    /// A pair that is in some order already is left as it is, also where that is the other way round.
    fn missing_order(&self) -> Vec<DependencyRow> {
        // Asked once and not for each pair: this runs with every key.
        let rows: Vec<&DependencyRow> = self.dependencies.iter().filter(|row| !self.is_stale(row)).collect();
        let ordered = |from: &str, to: &str| {
            rows.iter().any(|row| (row.from == from && row.to == to) || (row.from == to && row.to == from))
        };
        let missing = self.neighbours().filter(|(from, to)| !ordered(from, to));
        let row = |(from, to): (&str, &str)| DependencyRow {
            from: from.to_owned(),
            to: to.to_owned(),
            kind: "loose".to_owned(),
            because: TODAYS_ORDER.to_owned(),
        };
        missing.map(row).collect()
    }

    /// The ids of steps that stand one below the other.
    fn neighbours(&self) -> impl Iterator<Item = (&str, &str)> {
        let ids = || self.steps.iter().map(|step| step.id.as_str()).filter(|id| !id.is_empty());
        ids().zip(ids().skip(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn todays_order_is_written_down_once() {
        let step = |name: &str| StepRow { name: name.to_owned(), ..StepRow::default() };
        let mut sheet = Sheet { steps: ["Load", "Charge", "Mail"].map(step).to_vec(), dependencies: Vec::new() };
        sheet.name_rows();
        let strict = DependencyRow {
            from: "load".to_owned(),
            to: "charge".to_owned(),
            kind: "strict".to_owned(),
            because: "the basket".to_owned(),
        };
        sheet.dependencies = vec![strict.clone(), DependencyRow::default()];
        assert!(!sheet.is_in_order());
        let sheet = sheet.after(IN_ORDER);
        assert_eq!(sheet.dependencies.len(), 2, "the blank row gives way");
        assert_eq!(sheet.dependencies[0], strict, "what somebody has classed stays");
        assert_eq!((&*sheet.dependencies[1].from, &*sheet.dependencies[1].to), ("charge", "mail"));
        assert_eq!(sheet.dependencies[1].kind, "loose");
        assert!(sheet.is_in_order());
        assert_eq!(sheet.clone().after(IN_ORDER), sheet);
        // A step that moves takes today's order with it; what somebody has classed stays, whichever way it points.
        let mut moved = sheet.after("up-2");
        assert!(!moved.is_in_order());
        moved = moved.after(IN_ORDER);
        let pairs: Vec<_> = moved.dependencies.iter().map(|row| (&*row.from, &*row.to)).collect();
        assert_eq!(pairs, [("load", "charge"), ("load", "mail"), ("mail", "charge")]);
    }
}
