//! Charts as files: where a page's links lead to, and what is found there.
//!
//! The server answers such an address with what the page itself draws. In a browser with scripts the same file is made of
//! what stands on the page (`app::DOWNLOADS`): there it may show what no server has seen, or what somebody has chosen.

use decide::wording::list;
use model::Document;

use super::markup::escape;
use crate::{
    chart::{Table, head, in_a_file},
    record::dashed,
};

/// The files of a page's charts.
#[derive(Debug, Default)]
pub(super) struct Files {
    /// The pipeline's name.
    pub(super) pipeline: String,
    /// Its version.
    pub(super) version: u64,
    /// The experiment that the charts are of, by its name; empty: the comparison.
    pub(super) experiment: &'static str,
    /// Whether no version has these charts, only a page: then they can be had with scripts alone.
    pub(super) of_page_only: bool,
    /// Where its links lead to.
    pub(super) at: At,
    /// The name of the chart that is wanted as a file, if any, and what was found.
    pub(super) wanted: Option<Wanted>,
}

/// Where the links to a chart's files lead to.
#[derive(Debug, Default)]
pub(super) enum At {
    /// To the version's files, from the pages of its pipeline.
    #[default]
    Pipeline,
    /// To this folder. Their page has no scripts.
    Folder(String),
    /// Nowhere: there are none.
    Nowhere,
}

/// A chart that somebody wants as a file.
#[derive(Debug)]
pub(super) struct Wanted {
    pub(super) chart: String,
    pub(super) found: Option<ChartFile>,
}

/// A chart as a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChartFile {
    /// What it is called, without an extension: `checkout-percentiles-v3`. ASCII letters, digits and dashes only.
    pub stem: String,
    /// The chart, as an SVG that stands by itself.
    pub svg: String,
    /// The table beneath it, as comma-separated values (RFC 4180).
    pub csv: String,
}

impl Files {
    /// The files of the comparison of a version.
    pub(super) fn of(document: &Document, version: u64) -> Self {
        Files { pipeline: document.name.clone(), version, ..Files::default() }
    }

    /// The same, of which one chart is wanted.
    pub(super) fn wanting(self, chart: &str) -> Self {
        Files { wanted: Some(Wanted { chart: chart.to_owned(), found: None }), ..self }
    }

    /// What was wanted, once the page is written.
    pub(super) fn found(self) -> Option<ChartFile> {
        self.wanted?.found
    }

    /// The links to a chart's files.
    pub(super) fn links(&mut self, caption: &str, name: &str, wide: &str, table: &Table) -> String {
        let Files { pipeline, version, experiment, of_page_only, at, wanted } = self;
        let stem = format!("{}-{name}-v{version}", dashed(pipeline, "pipeline"));
        let csv = table.to_data_csv();
        let of = match (*of_page_only, *experiment) {
            (true, _) => format!("{pipeline}, version {version} with changes"),
            (false, "") => format!("{pipeline}, version {version}"),
            (false, experiment) => format!("{pipeline}, version {version}, experiment: {experiment}"),
        };
        let head = head(wide, caption, &of);
        if let Some(wanted) = wanted.as_mut().filter(|wanted| wanted.chart == name) {
            let (stem, csv) = (stem.clone(), csv.clone());
            wanted.found = Some(ChartFile { stem, svg: in_a_file(wide, &head), csv });
        }
        let folder = match at {
            At::Pipeline => format!("versions/{version}/charts"),
            At::Folder(folder) => escape(folder),
            At::Nowhere => return String::new(),
        };
        let query = if experiment.is_empty() { String::new() } else { format!("?experiment={experiment}") };
        // A parser of HTML makes one letter of the two that end a line, unless they are written as what they are.
        let (caption, csv) = (escape(caption), escape(&csv).replace("\r\n", "&#13;&#10;"));
        let link = |format: &str, more: &str| {
            let extension = format.to_lowercase();
            format!(
                "<a href=\"{folder}/{name}.{extension}{query}\" download=\"{stem}.{extension}\" \
                 data-chart=\"{name}\"{more}>{format}<span class=\"visually-hidden\">: {caption}</span></a>"
            )
        };
        let (head, csv) = (format!(" data-head=\"{}\"", escape(&head)), format!(" data-csv=\"{csv}\""));
        let (head, csv) = if matches!(at, At::Pipeline) { (head, csv) } else { Default::default() };
        let class = if *of_page_only { "files needs-script" } else { "files" };
        format!("<p class=\"{class}\">Download {}</p>", list(&[link("SVG", &head), link("CSV", &csv)]))
    }
}
