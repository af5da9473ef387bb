//! What is wrong with a form: a summary on top that leads to the fields, and a sentence at each of them.

use leptos::prelude::*;

use crate::steps::FieldProblem;

/// The summary above a form. It is there only while something is wrong.
#[component]
pub(crate) fn ErrorSummary(#[prop(into)] problems: Signal<Vec<FieldProblem>>) -> impl IntoView {
    let items = move || {
        problems
            .get()
            .into_iter()
            .map(|FieldProblem { field, message }| {
                if field.is_empty() {
                    view! { <li>{message}</li> }.into_any()
                } else {
                    view! { <li><a href=format!("#{field}") rel="external">{message}</a></li> }.into_any()
                }
            })
            .collect_view()
    };
    move || {
        (!problems.with(Vec::is_empty)).then(|| {
            view! {
                <div class="error-summary" role="alert" aria-labelledby="error-summary-title">
                    <h2 id="error-summary-title">"Not saved as a version yet"</h2>
                    <p>"What you typed is kept. Put these right:"</p>
                    <ul>{items()}</ul>
                </div>
            }
        })
    }
}

/// The sentence at a field that is wrong. The field points to it by `aria-describedby`.
#[component]
pub(crate) fn FieldError(
    /// The id of the field's element.
    field: String,
    #[prop(into)] problems: Signal<Vec<FieldProblem>>,
) -> impl IntoView {
    let id = format!("{field}-error");
    let message = move || {
        problems.with(|problems| problems.iter().find(|problem| problem.field == field).map(|p| p.message.clone()))
    };
    move || message().map(|message| view! { <p class="field-error" id=id.clone()>{message}</p> })
}
