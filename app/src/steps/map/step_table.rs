//! The table of steps, edited like a spreadsheet.

use leptos::{ev::KeyboardEvent, prelude::*};

use super::{
    editor::{Editor, beside},
    sheet::StepRow,
};
use crate::components::FieldError;

/// Choices of the effect column.
const EFFECTS: [(&str, &str); 3] = [("none", "none"), ("read", "reads"), ("write", "writes")];
/// Choices of the class column, by what happens if the step fails.
const CLASSES: [(&str, &str); 3] =
    [("critical", "request fails"), ("degradable", "goes on, degraded"), ("fire_and_forget", "nobody waits")];

/// The table of steps. Its last row is blank and becomes a step when somebody types in it.
#[component]
pub(super) fn StepTable(editor: Editor) -> impl IntoView {
    let count = Memo::new(move |_| editor.sheet.with(|sheet| sheet.steps.len()));
    let rows = move || 0..=count.get();
    view! {
        <div class="tablewrap sheet">
            <table>
                <caption>"Steps"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Step"</th>
                        <th scope="col" class="num">"p50"</th>
                        <th scope="col" class="num">"p99"</th>
                        <th scope="col" class="num">"Errors"</th>
                        <th scope="col">"Effect"</th>
                        <th scope="col">"If it fails"</th>
                        <th scope="col"><span class="visually-hidden">"Order and delete"</span></th>
                    </tr>
                </thead>
                <tbody>
                    <For each=rows key=|row| *row let:row>
                        <Row editor row count />
                    </For>
                </tbody>
            </table>
        </div>
        <p class="actions">
            <button type="submit" name="intent" value="save" on:click=move |event| {
                event.prevent_default();
                Editor::focus(count.get_untracked(), "name");
            }>"Add a step"</button>
        </p>
    }
}

#[component]
fn Row(editor: Editor, row: usize, count: Memo<usize>) -> impl IntoView {
    let read = move |field: &'static str| {
        editor.sheet.with(|sheet| sheet.steps.get(row).map(|step| step.cell(field).to_owned()).unwrap_or_default())
    };
    let (id, kind) = (move || read("id"), move || read("kind"));
    let exists = move || row < count.get();
    let name = move || {
        let name = read("name");
        if name.is_empty() { format!("step {}", row + 1) } else { name }
    };
    let button = move |verb: &'static str, sign: &'static str, label: &'static str, possible: Signal<bool>| {
        view! {
            <button
                type="submit"
                name="intent"
                value=format!("{verb}-{row}")
                class="small"
                disabled=move || !possible.get()
                aria-label=move || format!("{label} {}", name())
            >
                {sign}
            </button>
        }
    };
    view! {
        <tr class:blank=move || !exists()>
            <th scope="row">
                <input type="hidden" name=format!("sheet[steps][{row}][id]") value=id prop:value=id />
                <input type="hidden" name=format!("sheet[steps][{row}][kind]") value=kind prop:value=kind />
                <TextCell editor row field="name" label="Name" />
            </th>
            <td class="num"><TextCell editor row field="p50" label="p50" /></td>
            <td class="num"><TextCell editor row field="p99" label="p99" /></td>
            <td class="num"><TextCell editor row field="errors" label="Errors" /></td>
            <td><ChoiceCell editor row field="effect" label="Effect" choices=&EFFECTS /></td>
            <td><ChoiceCell editor row field="class" label="If it fails" choices=&CLASSES /></td>
            <td class="order">
                {button("up", "↑", "Move up", Signal::derive(move || exists() && row > 0))}
                {button("down", "↓", "Move down", Signal::derive(move || row + 1 < count.get()))}
                {button("delete", "✕", "Delete", Signal::derive(exists))}
            </td>
        </tr>
    }
}

/// Writes into a cell; the blank last row becomes a real one.
fn write(editor: Editor, row: usize, field: &str, text: String) {
    editor.sheet.update(|sheet| {
        if row >= sheet.steps.len() {
            sheet.steps.resize(
                row + 1,
                StepRow { effect: "none".to_owned(), class: "critical".to_owned(), ..StepRow::default() },
            );
        }
        if let Some(cell) = sheet.steps[row].cell_mut(field) {
            *cell = text;
        }
    });
}

#[component]
fn TextCell(editor: Editor, row: usize, field: &'static str, label: &'static str) -> impl IntoView {
    let id = format!("steps-{row}-{field}");
    let value = move || {
        editor.sheet.with(|sheet| sheet.steps.get(row).map(|step| step.cell(field).to_owned()).unwrap_or_default())
    };
    let wrong = {
        let id = id.clone();
        Memo::new(move |_| editor.is_wrong(&id))
    };
    let error = format!("{id}-error");
    let keydown = move |event: KeyboardEvent| match event.key().as_str() {
        "Enter" => {
            event.prevent_default();
            Editor::focus(if event.shift_key() { row.saturating_sub(1) } else { row + 1 }, field);
        }
        "ArrowDown" => Editor::focus(row + 1, field),
        "ArrowUp" if row > 0 => Editor::focus(row - 1, field),
        "ArrowRight" if event.alt_key() => beside(field, true).into_iter().for_each(|field| Editor::focus(row, field)),
        "ArrowLeft" if event.alt_key() => beside(field, false).into_iter().for_each(|field| Editor::focus(row, field)),
        _ => {}
    };
    let paste = move |event: leptos::web_sys::ClipboardEvent| {
        let text = event.clipboard_data().and_then(|data| data.get_data("text/plain").ok()).unwrap_or_default();
        // A single value is pasted as the browser does it; rows and columns are spread over the sheet.
        if text.trim_end().contains(['\t', '\n']) {
            event.prevent_default();
            editor.sheet.update(|sheet| sheet.paste(&text, row, field));
            editor.commit();
        }
    };
    view! {
        <input
            id=id.clone()
            name=format!("sheet[steps][{row}][{field}]")
            type="text"
            autocomplete="off"
            aria-label=format!("{label}, row {}", row + 1)
            aria-invalid=move || wrong.get().then_some("true")
            aria-describedby=move || wrong.get().then(|| error.clone())
            value=value()
            prop:value=value
            on:input=move |event| write(editor, row, field, event_target_value(&event))
            on:change=move |_| editor.commit()
            on:keydown=keydown
            on:paste=paste
        />
        <FieldError field=id problems=editor.problems />
    }
}

#[component]
fn ChoiceCell(
    editor: Editor,
    row: usize,
    field: &'static str,
    label: &'static str,
    choices: &'static [(&'static str, &'static str)],
) -> impl IntoView {
    let value = Memo::new(move |_| {
        editor.sheet.with(|sheet| sheet.steps.get(row).map(|step| step.cell(field).to_owned()).unwrap_or_default())
    });
    let options = choices
        .iter()
        .map(|(word, text)| {
            let chosen = move || value.with(|value| value == word);
            view! { <option value=*word selected=chosen prop:selected=chosen>{*text}</option> }
        })
        .collect_view();
    view! {
        <select
            id=format!("steps-{row}-{field}")
            name=format!("sheet[steps][{row}][{field}]")
            aria-label=format!("{label}, row {}", row + 1)
            on:change=move |event| {
                write(editor, row, field, event_target_value(&event));
                editor.commit();
            }
        >
            {options}
        </select>
    }
}
