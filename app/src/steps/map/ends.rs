//! The ends of dependencies: documents have ids of steps there, and people read and write names.

use model::Document;

use super::sheet::{Sheet, StepRow};

impl Sheet {
    /// What the end of a dependency is shown as: the name of its step, or what was typed where there is none.
    pub(super) fn end_shown(&self, end: &str) -> String {
        let step = self.steps.iter().find(|step| step.id == end);
        step.map_or(end, |step| called(&self.steps, step)).to_owned()
    }

    /// Puts ids in the place of names that steps had before: a form that renames a step still has its dependencies by the old
    /// name.
    pub(super) fn name_ends_as_before(&mut self, document: &Document) {
        let Self { steps, dependencies } = self;
        let is_there = |id: &str| steps.iter().any(|row| row.id == id);
        for end in dependencies.iter_mut().flat_map(|row| [&mut row.from, &mut row.to]) {
            let before = document.steps.iter().find(|step| step.label().eq_ignore_ascii_case(end.trim()));
            if let Some(step) = before.filter(|step| !is_there(end) && is_there(&step.id)) {
                end.clone_from(&step.id);
            }
        }
    }

    /// What the ends of dependencies may be, as they are shown.
    pub(super) fn ends(&self) -> Vec<String> {
        let named = self.steps.iter().filter(|step| !step.id.is_empty());
        named.map(|step| called(&self.steps, step).to_owned()).collect()
    }
}

/// What tells a step from all others: its name, or its id where another has the same name.
fn called<'a>(steps: &[StepRow], step: &'a StepRow) -> &'a str {
    let same = |other: &&StepRow| other.name.trim().eq_ignore_ascii_case(step.name.trim());
    if steps.iter().filter(same).count() == 1 { step.name.trim() } else { &step.id }
}

/// The id of the step that is meant by a text that is not an id yet.
pub(super) fn id_of(steps: &[StepRow], typed: &str) -> Option<String> {
    let typed = typed.trim();
    if typed.is_empty() || steps.iter().any(|step| step.id == typed) {
        return None;
    }
    let mut meant = steps.iter().filter(|step| !step.id.is_empty() && step.name.trim().eq_ignore_ascii_case(typed));
    let id = meant.next()?.id.clone();
    if meant.next().is_some() { None } else { Some(id) }
}

/// What is wrong with the end of a dependency that is no step.
pub(super) fn no_step(rows: &[(usize, &StepRow)], typed: &str) -> String {
    if typed.trim().is_empty() {
        return "Write the name of a step.".to_owned();
    }
    let ids: Vec<&str> = rows
        .iter()
        .filter(|(_, step)| step.name.trim().eq_ignore_ascii_case(typed.trim()))
        .map(|(_, step)| step.id.as_str())
        .collect();
    if ids.is_empty() {
        format!("There is no step “{typed}”. Write the name of one of the steps above.")
    } else {
        format!("Several steps are called “{typed}”. Write the id of the one that is meant: {}.", ids.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::{super::sheet::DependencyRow, *};

    fn sheet(steps: &[(&str, &str)], from: &str) -> Sheet {
        let row = |(id, name): &(&str, &str)| StepRow { id: (*id).into(), name: (*name).into(), ..StepRow::default() };
        let dependency = DependencyRow { from: from.to_owned(), ..DependencyRow::default() };
        Sheet { steps: steps.iter().map(row).collect(), dependencies: vec![dependency] }
    }

    #[test]
    fn a_name_stands_for_its_step_and_is_shown_for_it() {
        for typed in ["Capture payment", " capture PAYMENT ", "capture"] {
            let mut sheet = sheet(&[("capture", "Capture payment"), ("mail", "Mail")], typed);
            sheet.name_rows();
            assert_eq!(sheet.dependencies[0].from, "capture", "{typed}");
            assert_eq!(sheet.end_shown("capture"), "Capture payment");
            assert_eq!(sheet.ends(), ["Capture payment", "Mail"]);
        }
    }

    #[test]
    fn of_two_steps_of_a_name_the_id_tells() {
        let mut sheet = sheet(&[("mail", "Mail"), ("mail-2", "mail")], "Mail");
        sheet.name_rows();
        assert_eq!(sheet.dependencies[0].from, "Mail", "it stays as typed");
        assert_eq!(sheet.ends(), ["mail", "mail-2"]);
        let rows: Vec<(usize, &StepRow)> = sheet.steps.iter().enumerate().collect();
        assert_eq!(
            no_step(&rows, "Mail"),
            "Several steps are called “Mail”. Write the id of the one that is meant: mail, mail-2."
        );
        assert_eq!(no_step(&rows, "Post"), "There is no step “Post”. Write the name of one of the steps above.");
        assert_eq!(no_step(&rows, ""), "Write the name of a step.");
    }
}
