//! Fields as a table: a row for each thing that is asked about, a column for each question.

use leptos::prelude::*;

use super::{Field, FieldView};

/// A row's name, what stands below it, and its fields.
pub(crate) type Row = (String, String, Vec<Field>);

/// Rows that have numbers for names, the last of which is for a new one.
pub(crate) fn numbered(count: usize, fields: impl Fn(usize) -> Vec<Field>) -> Vec<Row> {
    let row = |place: usize| {
        let name = if place < count { (place + 1).to_string() } else { "New".to_owned() };
        (name, String::new(), fields(place))
    };
    (0..=count).map(row).collect()
}

/// A field as a cell shows it.
pub(crate) fn cell(field: Field) -> AnyView {
    view! { <FieldView field cell=true /> }.into_any()
}

/// A table of fields, a row each, which [`cell`] or more shows. What a column asks stands below it, once for all rows.
pub(crate) fn table(caption: &'static str, hint: &'static str, rows: Vec<Row>, cell: fn(Field) -> AnyView) -> AnyView {
    let columns: Vec<(String, &'static str)> = match rows.first() {
        Some((_, _, fields)) => fields.iter().map(|field| (field.label.clone(), field.hint)).collect(),
        None => Vec::new(),
    };
    let head = columns.iter().map(|(label, _)| view! { <th scope="col">{label.clone()}</th> }).collect_view();
    let asked = columns.into_iter().filter(|(_, hint)| !hint.is_empty());
    let asked = asked.map(|(label, hint)| view! { <dt>{label}</dt><dd>{hint}</dd> }).collect_view();
    let body = rows
        .into_iter()
        .map(|(name, below, fields)| {
            let cells = fields
                .into_iter()
                .map(|mut field| {
                    field.label = format!("{}, {name}", field.label.trim_end_matches('?'));
                    view! { <td>{cell(field)}</td> }
                })
                .collect_view();
            view! { <tr><th scope="row" class="named">{name}<small>{below}</small></th>{cells}</tr> }
        })
        .collect_view();
    view! {
        <div class="sheeted">
            <div class="tablewrap sheet" tabindex="0" role="region" aria-label=caption>
                <table>
                    <caption>{caption}<span class="hint">{format!(" {hint}")}</span></caption>
                    <thead><tr><th scope="col">"Name"</th>{head}</tr></thead>
                    <tbody>{body}</tbody>
                </table>
            </div>
            {(!asked.is_empty()).then(|| view! {
                <details class="asked"><summary>"What each column asks"</summary><dl>{asked}</dl></details>
            })}
        </div>
    }
    .into_any()
}
