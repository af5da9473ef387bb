// slow.mjs FILE: lists the tests of `cargo test` that took longer than five seconds, each with why it does, if that is known.
import { readFileSync } from "node:fs";

const LONG = 5;
const WHY = {
  a_fan_out_of_two_hundred_with_retries_upon_retries_ends: "a hostile document runs until its counted limit",
  a_load_sweep_marks_where_errors_emerge: "a sweep is a comparison for each load",
  an_open_page_hears_who_saved_and_who_else_is_here: "a stream tells once a second",
  decide_prints_a_verdict_as_text_as_json_and_as_a_record: "three verdicts, each with a simulation of every condition",
  each_example_comes_to_its_verdict: "examples are simulated in full, because their figures are part of the sentence",
  every_chart_has_words_and_marks_that_say_their_figures: "every chart of every example and experiment is drawn",
  every_field_changed_alone_changes_the_figures: "a comparison for each of some eighty changes",
  every_finding_of_the_examples_links_to_a_field: "every example is simulated in full",
  every_input_is_found_by_its_path_and_reads_what_it_shows: "every input of every example is typed again, and its document checked",
  every_link_of_a_page_has_a_file: "every chart of every experiment is drawn again as a file",
  every_model_settles_every_request_once: "10,000 models in full, 500 else",
  everybody_gets_what_is_theirs_and_nothing_else: "4,000 requests, and another database after each that changed something",
  fifty_clients_lose_no_edit: "10,000 saves of one pipeline, each answered only once it is stored",
  hostile_strings_come_out_inert: "hostile texts in every field of a document, on every page and in every export of it",
  no_text_in_any_field_breaks_a_form_or_a_page: "eleven texts in every field of every form, one of them of a megabyte",
  on_all_cores_the_bytes_are_those_of_one: "comparisons are made twice, on one core and on all",
  sensitivity_names_each_value_at_which_the_verdict_flips: "some hundred comparisons, until each flip is closed in on",
  sentences_are_whole_and_their_numbers_are_those_of_the_report: "a simulation of 500 documents, 10,000 in full",
  service_in_no_time_and_for_ever_end: "a hostile document runs until its counted limit",
  the_choice_follows_the_order_of_precedence: "a simulation of 500 documents, 10,000 in full",
  the_engine_agrees_with_theory: "70 cases, each run until its interval is narrow enough to prove something; 210 in full",
  the_nearest_flips_are_named: "a sensitivity analysis, with a comparison for each value that is tried",
  the_store_in_sqlite_keeps_its_promises: "every promise of the store, each on a database of its own",
  verdicts_keep_their_promises: "a simulation of 500 documents, 10,000 in full",
  what_is_about_people_changes_nothing: "a comparison for each of 27 fields",
  what_people_write_comes_out_inert: "200 texts in eight fields, each with a harmless twin",
  whoever_has_left_is_asked_nothing_more: "a record is issued, for which the pipeline and each condition are simulated",
  without_its_cause_a_rule_stops: "a comparison for each rule and each of its causes",
};

const plain = readFileSync(process.argv[2], "utf8").replace(/\x1b\[[0-9;]*m/g, "");
const tests = [...plain.matchAll(/^test (\S+).* \.\.\. ok <(\d+\.\d+)s>$/gm)].map(([, name, took]) => ({ name, took: Number(took) }));
const slow = tests.filter(({ took }) => took > LONG).sort((a, b) => b.took - a.took);
console.log(`\n  ${slow.length} of ${tests.length} tests took over ${LONG} s`);
for (const { name, took } of slow) console.log(`  ${took.toFixed(1).padStart(6)} s  ${name}: ${WHY[name.split("::").at(-1)] ?? "why is not known"}`);
