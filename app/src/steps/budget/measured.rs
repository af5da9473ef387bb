//! Percentiles that were measured, pasted or as a file, and where they were measured.
//!
//! It is a form as browsers have always sent them, with JavaScript and without: what it changes is many steps at once,
//! and reading tables is no part of what a page downloads.

use leptos::prelude::*;
use report::page::escape;
use serde::{Deserialize, Serialize};

use crate::workspace::Workspace;

/// The name under which a table is kept that could not be read.
pub(crate) const PAGE: &str = "measured";

/// Where the form is sent.
pub(crate) const ADDRESS: &str = "/api/budget/measured";

/// A table that could not be read, and why.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Kept {
    /// The table as it was pasted.
    pub(crate) text: String,
    /// Where it was measured, as it was typed.
    pub(crate) place: String,
    /// What is wrong, each with its place and the remedy.
    pub(crate) problems: Vec<String>,
}

#[component]
pub(super) fn MeasuredForm() -> impl IntoView {
    let workspace = Workspace::current();
    let kept = workspace.draft::<Kept>(PAGE).map(|(kept, _)| kept);
    let open = kept.is_some();
    let Kept { text, place, problems } = kept.unwrap_or_default();
    let problems = problems.into_iter().map(|problem| view! { <li>{problem}</li> }).collect_view();
    view! {
        <details id="measured" open=open>
            <summary>"Bring measured percentiles"</summary>
            {open.then(|| view! {
                <div class="error-summary" role="alert" aria-labelledby="measured-problems">
                    <h2 id="measured-problems">"Not taken over, and nothing was changed"</h2>
                    <p>"What you brought is kept below. Put these right:"</p>
                    <ul>{problems}</ul>
                </div>
            })}
            <form method="post" action=ADDRESS enctype="multipart/form-data" class="stack">
                <input type="hidden" name="id" value=workspace.id.to_string() />
                <input type="hidden" name="version" value=move || workspace.version.get() />
                <div class="stack" inner_html=fields(&place, &text)></div>
                <p class="actions"><button type="submit">"Take them over"</button></p>
            </form>
        </details>
    }
}

/// The fields, with what was brought and could not be read. They are text: as elements of their own, none of which ever changes,
/// they would make the page's module larger.
fn fields(place: &str, text: &str) -> String {
    let (place, text) = (escape(place), inside_textarea(text));
    format!(
        "<div class=\"field\"><label for=\"measured-place\">Where they were measured, and on how much</label>\
         <p class=\"hint\" id=\"measured-place-hint\">As in “production, November 2026, 1.2 M calls”. It stays with the steps \
         and goes into the record.</p>\
         <input id=\"measured-place\" name=\"place\" type=\"text\" maxlength=\"500\" autocomplete=\"off\" \
         aria-describedby=\"measured-place-hint\" value=\"{place}\"></div>\
         <div class=\"field\"><label for=\"measured-file\">A file</label>\
         <input id=\"measured-file\" name=\"file\" type=\"file\" accept=\".csv,.tsv,.txt\" aria-describedby=\"measured-hint\"></div>\
         <div class=\"field\"><label for=\"measured-text\">Or its text</label><p class=\"hint\" id=\"measured-hint\">\
         A line for each step, below a line that names the columns: <code>step,p50,p90,p99</code>, with commas, semicolons or \
         tabs. Milliseconds, unless it says <code>p99_s</code> or <code>0.2 s</code>. Other columns are left aside, other steps \
         stay as they are; leave all empty to forget what is kept here.</p>\
         <textarea id=\"measured-text\" name=\"text\" rows=\"6\" spellcheck=\"false\" aria-describedby=\"measured-hint\">{text}\
         </textarea></div>"
    )
}

/// A text as it stands in the markup of a text area, which leptos would write without escaping it. A line end at
/// its beginning is taken away by browsers, so one is given.
pub(crate) fn inside_textarea(text: &str) -> String {
    format!("\n{}", text.replace('&', "&amp;").replace('<', "&lt;"))
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_was_pasted_cannot_leave_its_text_area() {
        let html = super::inside_textarea("\n</textarea><script>&lt;");
        assert_eq!(html, "\n\n&lt;/textarea>&lt;script>&amp;lt;");
    }
}
