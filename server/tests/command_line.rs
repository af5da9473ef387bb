//! The command line: what it prints, where, and how it ends.

use std::{
    io::Write,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
};

fn example(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("../app/model/examples/{name}.json"))
}

fn forkline(arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_forkline"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    // A program that refuses its arguments may be gone before it reads.
    let _ = child.stdin.take().expect("standard input is piped").write_all(input.as_bytes());
    child.wait_with_output().expect("the program ends")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("output is UTF-8")
}

fn succeeds(arguments: &[&str], input: &str) -> String {
    let output = forkline(arguments, input);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    text(&output.stdout)
}

#[test]
fn simulate_prints_the_rule_of_thumb_beside_the_figures() {
    let file = example("three-services");
    let printed = succeeds(&["simulate", file.to_str().unwrap()], "");
    for expected in ["Sequential", "Parallel", "2,400 ms", "800 ms", "seed 1"] {
        assert!(printed.contains(expected), "{expected} is missing in\n{printed}");
    }
}

#[test]
fn simulate_as_json_is_the_report_of_the_topologies_asked_for() {
    let file = example("checkout");
    let arguments = [
        "simulate",
        file.to_str().unwrap(),
        "--json",
        "--topology",
        "sequential,staged",
        "--seed",
        "7",
        "--replications",
        "5",
    ];
    let printed = succeeds(&arguments, "");
    let report: engine::Report = serde_json::from_str(&printed).expect("the report is read back");
    let kinds: Vec<&str> = report.topologies.iter().map(|topology| topology.kind.slug()).collect();
    assert_eq!((kinds.as_slice(), report.seed, report.replications), (["sequential", "staged"].as_slice(), 7, 5));
    assert_eq!(printed, succeeds(&arguments, ""), "the same command gives the same bytes");
}

#[test]
fn a_document_may_come_from_standard_input() {
    let document = std::fs::read_to_string(example("credit-application")).unwrap();
    let printed = succeeds(&["decide", "-"], &document);
    assert!(printed.contains("Rule") || printed.contains("budget"), "{printed}");
}

#[test]
fn decide_prints_a_verdict_as_text_as_json_and_as_a_record() {
    let file = example("webhook-fan-out");
    let file = file.to_str().unwrap();
    let words = succeeds(&["decide", file], "");
    assert!(words.contains("(idempotency-gap)"), "{words}");
    let verdict: decide::Verdict = serde_json::from_str(&succeeds(&["decide", file, "--json"], "")).unwrap();
    assert!(words.starts_with(&verdict.sentence));
    let record = succeeds(&["decide", file, "--markdown"], "");
    assert!(record.starts_with("---\nstatus: proposed\n"), "{record}");
    assert!(record.contains(&verdict.findings[0].evidence));
}

#[test]
fn schema_prints_a_json_schema() {
    let schema: serde_json::Value = serde_json::from_str(&succeeds(&["schema"], "")).unwrap();
    assert_eq!(schema["type"], "object");
    assert!(schema["properties"]["steps"].is_object());
    let of_reports: serde_json::Value = serde_json::from_str(&succeeds(&["schema", "--report"], "")).unwrap();
    let report = &of_reports["$defs"]["Report"]["properties"];
    for field in ["engine", "document_digest", "seed", "cut_short", "topologies", "traces"] {
        assert!(report[field].is_object(), "{field} is missing in {report}");
    }
}

#[test]
fn a_document_that_is_wrong_is_refused_with_its_places() {
    let output = forkline(
        &["simulate", "-"],
        r#"{"name": "x", "steps": [{"id": "a", "latency": {"p50_ms": 9, "p99_ms": 3}, "pools": ["none"]}]}"#,
    );
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(text(&output.stdout), "");
    let complaint = text(&output.stderr);
    for expected in ["standard input", "steps[0].latency.p99_ms", "steps[0].pools[0]", "there is no pool `none`"] {
        assert!(complaint.contains(expected), "{expected} is missing in\n{complaint}");
    }
}

#[test]
fn failures_and_misunderstandings_end_differently() {
    for (arguments, code, words) in [
        (&["simulate", "no-such-file.json"][..], 1, "cannot read no-such-file.json"),
        (
            &["simulate", "-", "--topology", "circular"],
            2,
            "choose sequential, parallel, staged, first-leg, custom or all",
        ),
        (&["simulate"], 2, "FILE"),
        (&["orchestrate"], 2, "orchestrate"),
    ] {
        let output = forkline(arguments, "");
        assert_eq!(output.status.code(), Some(code), "{arguments:?}");
        assert!(text(&output.stderr).contains(words), "{}", text(&output.stderr));
    }
    let few = example("three-services");
    let output = forkline(&["simulate", few.to_str().unwrap(), "--replications", "2"], "");
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("give 5 to 1000"), "{}", text(&output.stderr));
}

#[test]
fn help_names_every_command_and_gives_examples() {
    let help = succeeds(&["--help"], "");
    for command in ["serve", "simulate", "decide", "schema"] {
        assert!(help.contains(command), "{help}");
    }
    assert!(succeeds(&["simulate", "--help"], "").contains("Examples:"));
}

/// Starts a server; it is ready when it says where it is.
fn serve(data: &Path, log: Stdio) -> Child {
    let mut server = Command::new(env!("CARGO_BIN_EXE_forkline"))
        .args(["serve", "--data", data.to_str().expect("a path is text"), "--listen", "127.0.0.1:0"])
        .stdout(Stdio::piped())
        .stderr(log)
        .spawn()
        .expect("the program starts");
    let mut line = String::new();
    let mut out = std::io::BufReader::new(server.stdout.take().expect("standard output is piped"));
    std::io::BufRead::read_line(&mut out, &mut line).expect("the server says where it is");
    assert!(line.starts_with("Forkline serves on http://127.0.0.1:"), "{line}");
    // It may go on to write there.
    server.stdout = Some(out.into_inner());
    server
}

#[test]
fn a_second_server_on_the_same_data_is_refused() {
    let data = tempfile::tempdir().unwrap();
    let mut first = serve(data.path(), Stdio::null());
    let second = forkline(&["serve", "--data", data.path().to_str().unwrap(), "--listen", "127.0.0.1:0"], "");
    first.kill().expect("the first server is ended");
    first.wait().expect("the first server is gone");
    assert_eq!(second.status.code(), Some(1));
    assert!(text(&second.stderr).contains("another"), "{}", text(&second.stderr));
}

#[cfg(target_os = "linux")]
#[test]
fn a_server_that_is_asked_to_stop_leaves_one_file_and_says_so_in_its_log() {
    let data = tempfile::tempdir().unwrap();
    let server = serve(data.path(), Stdio::piped());
    let number = i32::try_from(server.id()).expect("a number of a process");
    let process = rustix::process::Pid::from_raw(number).expect("it runs");
    rustix::process::kill_process(process, rustix::process::Signal::TERM).expect("it is asked to stop");
    let stopped = server.wait_with_output().expect("it ends");
    let log = text(&stopped.stderr);
    assert_eq!(stopped.status.code(), Some(0), "{log}");
    let mut files: Vec<_> = std::fs::read_dir(data.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    files.sort();
    assert_eq!(files, ["forkline.db", "forkline.lock"]);
    for line in ["a new instance begins here", "started version=", "stopped"] {
        assert!(log.contains(line), "{line}: {log}");
    }
    assert!(log.contains("schema=") && !log.contains('\u{1b}'), "a log in a file has no colours: {log}");
    // The copy of that one file is everything.
    let copy = tempfile::tempdir().unwrap();
    std::fs::copy(data.path().join("forkline.db"), copy.path().join("forkline.db")).unwrap();
    let mut server = serve(copy.path(), Stdio::null());
    server.kill().expect("it is ended");
    server.wait().expect("it is gone");
}

#[test]
fn a_backup_is_restored_by_the_command_that_it_names() {
    let (data, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut server = serve(data.path(), Stdio::null());
    let copy = elsewhere.path().join("copy.db");
    let restored = elsewhere.path().join("restored");
    let (data, copy, restored) = (data.path().to_str().unwrap(), copy.to_str().unwrap(), restored.to_str().unwrap());
    let said = succeeds(&["backup", "--data", data, copy], "");
    assert!(said.contains(&format!("forkline restore {copy} --data DIRECTORY")), "{said}");
    let in_use = forkline(&["restore", copy, "--data", data, "--replace"], "");
    server.kill().expect("it is ended");
    server.wait().expect("it is gone");
    assert_eq!(in_use.status.code(), Some(1));
    assert!(text(&in_use.stderr).contains("another forkline process"), "{}", text(&in_use.stderr));
    let said = succeeds(&["restore", copy, "--data", restored], "");
    assert!(said.contains(&format!("forkline serve --data {restored}")), "{said}");
    let twice = forkline(&["restore", copy, "--data", restored], "");
    assert_eq!(twice.status.code(), Some(1));
    assert!(text(&twice.stderr).contains("--replace"), "{}", text(&twice.stderr));
    assert!(succeeds(&["restore", copy, "--data", restored, "--replace"], "").contains("What was there before is"));
}

#[test]
fn simulate_prints_csv_and_replays_a_request() {
    let file = example("checkout");
    let file = file.to_str().unwrap();
    let csv = succeeds(&["simulate", file, "--csv", "--replications", "5"], "");
    assert!(csv.starts_with("\"Latency of all requests\"\r\n\"Topology\",\"p50\""), "{csv:.200}");
    let replayed = succeeds(&["simulate", file, "--trace", "7", "--replications", "5"], "");
    assert!(replayed.contains("Attempts of one request, sequential"), "{replayed:.400}");
    assert!(replayed.contains("Authorise payment"), "{replayed:.400}");
    let output = forkline(&["simulate", file, "--trace", "99999999"], "");
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("there is no request 99999999"), "{}", text(&output.stderr));
}

#[test]
fn tail_prints_the_truth_beside_the_rule_of_thumb() {
    let file = example("three-services");
    let printed = succeeds(&["tail", file.to_str().unwrap()], "");
    for expected in ["2,400 ms", "1,578 ms", "800 ms", "1,007 ms"] {
        assert!(printed.contains(expected), "{expected} is missing in\n{printed}");
    }
    let json = succeeds(&["tail", file.to_str().unwrap(), "--json"], "");
    let rows: Vec<engine::tail::TopologyTail> = serde_json::from_str(&json).expect("the rows are read back");
    assert!(rows.iter().all(|row| row.tail.independent.exact), "{rows:?}");
    let output = forkline(&["tail", "-"], r#"{"format": "forkline/1", "name": "Empty"}"#);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("no steps yet"), "{}", text(&output.stderr));
}

#[test]
fn sensitivity_names_each_value_at_which_the_verdict_flips() {
    let document = r#"{"format": "forkline/1", "name": "Two", "workload": {"duration_s": 12}, "state_owner": "us", "consistency": "eventual",
        "budget": {"target_ms": 250},
        "steps": [{"id": "a", "latency": {"constant_ms": 100}}, {"id": "b", "latency": {"constant_ms": 100}}]}"#;
    let arguments = ["simulate", "-", "--experiment", "sensitivity", "--replications", "5", "--json"];
    let report: engine::experiment::SensitivityReport =
        serde_json::from_str(&succeeds(&arguments, document)).expect("the report is read back");
    assert_eq!(report.verdict, "sequential");
    let budget = &report.inputs[0];
    // Side by side takes 100 ms, one after the other 200: below the one no plan meets it, above the other there is no need.
    let [low, high] = budget.flips.as_slice() else { panic!("{budget:?}") };
    assert!(low.below < 100.0 && 100.0 <= low.above && low.verdict_above == "first-leg", "{low:?}");
    // Nobody notices the tenth of today's target that is the tolerance.
    assert!(high.below < 175.0 && 175.0 <= high.above && high.verdict_above == "sequential", "{high:?}");
    let table = succeeds(&arguments[..6], document);
    assert!(table.contains("Sensitivity: the verdict is sequential today"), "{table:.200}");
}

#[test]
fn what_if_puts_a_change_beside_what_is() {
    let before = example("three-services");
    let mut document = model::Document::parse(&std::fs::read_to_string(&before).unwrap()).expect("an example is right");
    document.workload.duration_s = 10.0;
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, document: &model::Document| {
        let file = folder.path().join(name);
        std::fs::write(&file, document.to_json()).expect("it is written");
        file.to_str().expect("the path is text").to_owned()
    };
    let before = write("before.json", &document);
    document.steps[0].error_rate = model::Quantity::Known(0.2);
    let after = write("after.json", &document);
    let arguments = ["what-if", &before, &after, "--replications", "5"];
    let table = succeeds(&arguments, "");
    assert!(table.contains("Before and after: ") && table.contains(" points ("), "{table:.600}");
    let json = succeeds(&["what-if", &before, &after, "--replications", "5", "--json"], "");
    let found: engine::experiment::WhatIf = serde_json::from_str(&json).expect("it is read back");
    assert!(found.differences.iter().all(|difference| difference.failed.low > 0.1), "{:?}", found.differences);
    let nothing = succeeds(&["what-if", &before, &before, "--replications", "5", "--csv"], "");
    assert!(!nothing.contains(" points (") && nothing.contains("\"none\""), "{nothing:.600}");
}
