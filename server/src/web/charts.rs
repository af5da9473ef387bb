//! Charts as files: what a page of the workbench draws, and the table beneath it.

use app::context::{AppContext, Client};
use axum::{
    Extension,
    extract::{Path, Query, State},
    http::{StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use engine::{Settings, experiment::Question};
use ports::{
    Caller, Demand, PipelineId, SimulateError, Simulator, StoreError, TooMuch,
    access::{CanRead, Refused, Visitor, to_pipeline},
};
use report::page::{ChartFile, chart_file, experiment_file, study};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    exports::{file, refused},
    request_id::RequestId,
    turns::{caller, come_back},
};

/// What the address asks for beside its path.
#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    /// The experiment that the chart is of; none: the comparison.
    experiment: Option<String>,
}

/// Why there is no such file.
enum Missing {
    /// There is no such pipeline, version, experiment or chart.
    NotFound,
    Refused(Refused),
    Simulation(SimulateError),
    TooMuch(TooMuch),
}

/// A chart of a version as `<name>.svg`, or the table beneath it as `<name>.csv`: of the report that is kept, or else of
/// one that is made for this and not kept.
pub(super) async fn chart(
    State(app): State<AppContext>,
    request_id: RequestId,
    Extension(visitor): Extension<Visitor>,
    Extension(client): Extension<Client>,
    Path((id, version, chart)): Path<(String, u64, String)>,
    Query(Asked { experiment }): Query<Asked>,
) -> Response {
    let asked = chart.split_once('.').filter(|(_, extension)| matches!(*extension, "svg" | "csv"));
    let (Ok(id), Some((name, extension))) = (Uuid::try_parse(&id), asked) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let caller = caller(&visitor, client);
    let drawn = async {
        let read = to_pipeline(app.store.as_ref(), &visitor, PipelineId(id)).await?;
        match experiment {
            None => of_comparison(&app, caller, &read, version, name).await,
            Some(experiment) => of_experiment(&app, caller, &read, version, &experiment, name).await,
        }
    };
    match drawn.await {
        Ok(chart) => as_file(chart, extension),
        Err(Missing::NotFound) => StatusCode::NOT_FOUND.into_response(),
        Err(Missing::TooMuch(too_much)) => come_back(too_much),
        Err(Missing::Refused(refusal)) => refused(&refusal, &request_id),
        Err(Missing::Simulation(SimulateError::Failed(cause))) => {
            tracing::error!(request_id = request_id.0, %cause, "no chart");
            request_id.failure_page()
        }
        Err(Missing::Simulation(reason)) => {
            let text = format!("There is no such chart: it cannot be simulated: {reason}.");
            (StatusCode::UNPROCESSABLE_ENTITY, [(CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response()
        }
    }
}

/// A chart as a download; none of other extensions.
pub(super) fn as_file(chart: ChartFile, extension: &str) -> Response {
    match extension {
        "svg" => file(&format!("{}.svg", chart.stem), "image/svg+xml", chart.svg),
        "csv" => file(&format!("{}.csv", chart.stem), "text/csv; charset=utf-8; header=present", chart.csv),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn of_comparison(
    app: &AppContext,
    caller: Caller,
    read: &CanRead,
    version: u64,
    name: &str,
) -> Result<ChartFile, Missing> {
    let document = document(app, read, version).await?;
    let report = match app.store.get_run(read, version).await? {
        Some(run) => run.report,
        None => simulator(app, caller)?.simulate(caller, document.clone(), Settings::default()).await?,
    };
    chart_file(&document, &report, version, name).ok_or(Missing::NotFound)
}

async fn of_experiment(
    app: &AppContext,
    caller: Caller,
    read: &CanRead,
    version: u64,
    experiment: &str,
    name: &str,
) -> Result<ChartFile, Missing> {
    let question = Question::from_slug(experiment).ok_or(Missing::NotFound)?;
    let document = document(app, read, version).await?;
    let of = document.clone();
    let findings = simulator(app, caller)?.experiment(caller, Box::new(move || study(question, of))).await?;
    experiment_file(&document, &findings, version, name).ok_or(Missing::NotFound)
}

/// Who simulates, for a caller who may ask for another simulation.
fn simulator(app: &AppContext, caller: Caller) -> Result<&dyn Simulator, Missing> {
    app.limits.take(caller, Demand::Simulation).map_err(Missing::TooMuch)?;
    Ok(app.simulator.as_ref())
}

async fn document(app: &AppContext, read: &CanRead, version: u64) -> Result<model::Document, Missing> {
    Ok(app.store.get_revision(read, version).await?.document)
}

impl From<Refused> for Missing {
    fn from(refusal: Refused) -> Self {
        Missing::Refused(refusal)
    }
}

impl From<StoreError> for Missing {
    fn from(error: StoreError) -> Self {
        Missing::Refused(error.into())
    }
}

impl From<SimulateError> for Missing {
    fn from(error: SimulateError) -> Self {
        Missing::Simulation(error)
    }
}
