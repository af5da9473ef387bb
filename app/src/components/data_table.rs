//! The table beneath a chart, with the same numbers.

use leptos::prelude::*;
use report::chart::Table;

use super::badge::TopologyBadge;

/// A table of figures. It scrolls inside itself where the screen is narrow.
#[component]
pub(crate) fn DataTable(table: Table) -> impl IntoView {
    let numeric: Vec<bool> = table.columns.iter().map(|column| column.numeric).collect();
    let head = table
        .columns
        .into_iter()
        .map(|column| view! { <th scope="col" class:num=column.numeric>{column.label}</th> })
        .collect_view();
    let rows = table
        .rows
        .into_iter()
        .map(|row| {
            let kind = row.kind;
            let cells = row
                .cells
                .into_iter()
                .enumerate()
                .map(|(index, cell)| {
                    if index == 0 {
                        view! {
                            <th scope="row">{kind.map(|kind| view! { <TopologyBadge kind /> " " })}{cell}</th>
                        }
                        .into_any()
                    } else {
                        view! { <td class:num=numeric.get(index).copied().unwrap_or(false)>{cell}</td> }.into_any()
                    }
                })
                .collect_view();
            view! { <tr>{cells}</tr> }
        })
        .collect_view();
    view! {
        <div class="tablewrap" tabindex="0" role="region" aria-label=table.caption.clone()>
            <table>
                <caption class="visually-hidden">{table.caption.clone()}</caption>
                <thead><tr>{head}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        {(!table.note.is_empty()).then(|| view! { <p class="note">{table.note}</p> })}
    }
}
