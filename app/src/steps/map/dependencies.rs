//! The table of dependencies: which step needs which, and why.

use leptos::prelude::*;

use super::{
    editor::Editor,
    intents::IN_ORDER,
    sheet::{DependencyRow, Sheet},
};
use crate::components::FieldError;

/// The list of the names of steps that all rows offer.
const STEP_NAMES: &str = "step-names";

/// The table of dependencies. Its last row is blank and becomes a dependency when somebody chooses in it.
#[component]
pub(super) fn DependencyTable(editor: Editor) -> impl IntoView {
    let count = Memo::new(move |_| editor.sheet.with(|sheet| sheet.dependencies.len()));
    let ends = Memo::new(move |_| editor.sheet.with(Sheet::ends));
    // One list for all rows: with one in each, a page of a thousand dependencies would have 79 MB.
    let options = move || ends.get().into_iter().map(|name| view! { <option value=name></option> }).collect_view();
    let in_order = Memo::new(move |_| editor.sheet.with(Sheet::is_in_order));
    view! {
        <datalist id=STEP_NAMES>{options}</datalist>
        <div class="tablewrap sheet">
            <table>
                <caption>
                    "Dependencies"
                    <span class="hint">" Strict: it needs the other's output, or the order matters to the data. Loose: today's order, which may change."</span>
                </caption>
                <thead>
                    <tr>
                        <th scope="col">"First"</th>
                        <th scope="col">"Then"</th>
                        <th scope="col">"Kind"</th>
                        <th scope="col">"Because"</th>
                        <th scope="col"><span class="visually-hidden">"Delete"</span></th>
                    </tr>
                </thead>
                <tbody>
                    <For each=move || 0..=count.get() key=|row| *row let:row>
                        <Row editor row count />
                    </For>
                </tbody>
            </table>
        </div>
        <p class="actions">
            <button type="submit" name="intent" value=IN_ORDER disabled=move || in_order.get()>"Add today’s order"</button>
        </p>
    }
}

#[component]
fn Row(editor: Editor, row: usize, count: Memo<usize>) -> impl IntoView {
    let dependency = Memo::new(move |_| {
        editor
            .sheet
            .with(|sheet| sheet.dependencies.get(row).cloned())
            .unwrap_or_else(|| DependencyRow { kind: "strict".to_owned(), ..DependencyRow::default() })
    });
    let write = move |change: &dyn Fn(&mut DependencyRow)| {
        editor.sheet.update(|sheet| {
            if row >= sheet.dependencies.len() {
                let blank = DependencyRow { kind: "strict".to_owned(), ..DependencyRow::default() };
                sheet.dependencies.resize(row + 1, blank);
            }
            change(&mut sheet.dependencies[row]);
        });
    };
    let end = move |field: &'static str,
                    label: &'static str,
                    read: fn(&DependencyRow) -> &String,
                    set: fn(&mut DependencyRow, String)| {
        let id = format!("dependencies-{row}-{field}");
        let shown = move || {
            let end = dependency.with(|dependency| read(dependency).clone());
            editor.sheet.with(|sheet| sheet.end_shown(&end))
        };
        view! {
            <input
                id=id.clone()
                name=format!("sheet[dependencies][{row}][{field}]")
                type="text"
                autocomplete="off"
                list=STEP_NAMES
                placeholder="Name of a step"
                aria-label=format!("{label}, dependency {}", row + 1)
                value=shown()
                prop:value=shown
                on:change=move |event| {
                    let typed = event_target_value(&event);
                    write(&|dependency| set(dependency, typed.clone()));
                    editor.commit();
                }
            />
            <FieldError field=id problems=editor.problems />
        }
    };
    let kind = move |word: &'static str| move || dependency.with(|dependency| dependency.kind == word);
    let because = move || dependency.with(|dependency| dependency.because.clone());
    view! {
        <tr class:blank={move || row >= count.get()}>
            <td>{end("from", "First", |d| &d.from, |d, id| d.from = id)}</td>
            <td>{end("to", "Then", |d| &d.to, |d, id| d.to = id)}</td>
            <td>
                <select
                    name=format!("sheet[dependencies][{row}][kind]")
                    aria-label=format!("Kind, dependency {}", row + 1)
                    on:change=move |event| {
                        let kind = event_target_value(&event);
                        write(&|dependency| dependency.kind.clone_from(&kind));
                        editor.commit();
                    }
                >
                    <option value="strict" selected=kind("strict") prop:selected=kind("strict")>"strict"</option>
                    <option value="loose" selected=kind("loose") prop:selected=kind("loose")>"loose"</option>
                </select>
            </td>
            <td class="because">
                <input
                    id=format!("dependencies-{row}-because")
                    name=format!("sheet[dependencies][{row}][because]")
                    type="text"
                    autocomplete="off"
                    aria-label=format!("Because, dependency {}", row + 1)
                    value=because()
                    prop:value=because
                    on:input=move |event| {
                        let because = event_target_value(&event);
                        write(&|dependency| dependency.because.clone_from(&because));
                    }
                    on:change=move |_| editor.commit()
                />
            </td>
            <td class="order">
                <button
                    type="submit"
                    name="intent"
                    value=format!("delete-dependency-{row}")
                    class="small"
                    disabled={move || row >= count.get()}
                    aria-label=format!("Delete dependency {}", row + 1)
                >
                    "✕"
                </button>
            </td>
        </tr>
    }
}
