// slow.mjs FILE: lists the tests of `cargo test` that took longer than five seconds, each with why it does, if that is known.
import { readFileSync } from "node:fs";

const LONG = 5;
const WHY = {
  a_fan_out_of_two_hundred_with_retries_upon_retries_ends: "a hostile document runs until its counted limit",
  a_load_sweep_marks_where_errors_emerge: "a sweep is a comparison for each load",
  an_open_page_hears_who_saved_and_who_else_is_here: "a stream tells once a second",
  each_example_comes_to_its_verdict: "examples are simulated in full, because their figures are part of the sentence",
  every_chart_has_words_and_marks_that_say_their_figures: "every chart of every example and experiment is drawn",
  every_field_changed_alone_changes_the_figures: "a comparison for each of some eighty changes",
  every_model_settles_every_request_once: "10,000 models in full, 500 else",
  everybody_gets_what_is_theirs_and_nothing_else: "4,000 requests, and another database after each that changed something",
  fifty_clients_lose_no_edit: "10,000 saves of one pipeline, each answered only once it is stored",
  no_text_in_any_field_breaks_a_form_or_a_page: "eleven texts in every field of every form, one of them of a megabyte",
  the_engine_agrees_with_theory: "70 cases, each run until its interval is narrow enough to prove something; 210 in full",
  what_is_about_people_changes_nothing: "a comparison for each of 27 fields",
  what_people_write_comes_out_inert: "200 texts in eight fields, each with a harmless twin",
  without_its_cause_a_rule_stops: "a comparison for each rule and each of its causes",
};

const plain = readFileSync(process.argv[2], "utf8").replace(/\x1b\[[0-9;]*m/g, "");
const tests = [...plain.matchAll(/^test (\S+).* \.\.\. ok <(\d+\.\d+)s>$/gm)].map(([, name, took]) => ({ name, took: Number(took) }));
const slow = tests.filter(({ took }) => took > LONG).sort((a, b) => b.took - a.took);
console.log(`\n  ${slow.length} of ${tests.length} tests took over ${LONG} s`);
for (const { name, took } of slow) console.log(`  ${took.toFixed(1).padStart(6)} s  ${name}: ${WHY[name.split("::").at(-1)] ?? "why is not known"}`);
