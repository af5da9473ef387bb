//! Parts that more than one page shows.

mod dock;
mod error_summary;
mod history;
mod results;
mod save_status;
mod sending;
mod site_header;
mod sketch;
mod step_list;

pub(crate) use dock::Dock;
pub(crate) use error_summary::{ErrorSummary, FieldError};
pub(crate) use history::History;
pub(crate) use results::Results;
pub(crate) use save_status::{ConflictNotice, SaveStatus};
pub(crate) use sending::Sending;
pub(crate) use site_header::{Logo, SiteHeader};
pub(crate) use sketch::{SketchNote, SketchView};
pub(crate) use step_list::StepList;
