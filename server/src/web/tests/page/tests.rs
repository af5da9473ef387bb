//! The reader of pages reads them like a browser, and fails where something is missing.

use super::Page;

const PAGE: &str = "<!DOCTYPE html><html><body><h1>A <em>page</em></h1><p hidden>Secret</p>\
    <form method=\"post\" action=\"/save\"><input type=\"hidden\" name=\"id\" value=\"7\">\
    <label for=\"a\">Name</label><input id=\"a\" name=\"name\" value=\"x &amp; y\">\
    <select name=\"kind\" aria-label=\"Kind\"><option value=\"s\">strict</option><option value=\"l\" selected>loose</option></select>\
    <span id=\"q\">Traced?</span><b id=\"y\">Yes</b><b id=\"n\">No</b>\
    <input type=\"radio\" name=\"traced\" value=\"yes\" aria-labelledby=\"q y\">\
    <input type=\"radio\" name=\"traced\" value=\"no\" aria-labelledby=\"q n\" checked>\
    <fieldset disabled><input name=\"off\" value=\"1\"><button type=\"submit\">Delete</button></fieldset>\
    <textarea name=\"why\" aria-label=\"Why\">\n&lt;b>\nI say</textarea>\
    <button type=\"submit\">Save</button><button type=\"submit\" name=\"intent\" value=\"up\">Up</button></form></body></html>";

fn page() -> Page {
    Page::read("/", PAGE)
}

#[test]
fn a_form_is_sent_as_it_stands_with_what_was_filled_in() {
    let sent =
        |form: &super::Form| form.pairs().iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>();
    let form = page().form("Save");
    assert_eq!(sent(&form), ["id=7", "name=x & y", "kind=l", "traced=no", "why=<b>\r\nI say"]);
    let form = page().form("Up").fill("Name", "z").fill("Kind", "strict").answer("Traced?", "Yes");
    assert_eq!(sent(&form), ["id=7", "name=z", "kind=s", "traced=yes", "why=<b>\r\nI say", "intent=up"]);
}

#[test]
fn hidden_and_switched_off_parts_are_neither_read_nor_offered() {
    assert!(page().says("A page") && !page().says("Secret"));
    assert_eq!(page().buttons(), ["Save", "Up"]);
}

#[test]
#[should_panic(expected = "one field is called “Owner”")]
fn a_field_that_is_not_there_cannot_be_filled() {
    page().form("Save").fill("Owner", "Ann");
}

#[test]
#[should_panic(expected = "Kind does not offer often")]
fn a_choice_that_is_not_there_cannot_be_made() {
    page().form("Save").fill("Kind", "often");
}

#[test]
#[should_panic(expected = "cannot be answered by “Perhaps”")]
fn an_answer_that_is_not_there_cannot_be_given() {
    page().form("Save").answer("Traced?", "Perhaps");
}

#[test]
#[should_panic(expected = "one button is called “Delete”")]
fn a_button_that_is_switched_off_cannot_be_pressed() {
    page().form("Delete");
}

#[test]
#[should_panic(expected = "closes what was opened last")]
fn markup_that_is_not_closed_is_no_page() {
    Page::read("/", "<html><body><p>Open</body></html>");
}
