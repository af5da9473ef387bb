//! Parts that more than one page shows.

mod badge;
mod chart;
mod data_table;
mod dock;
mod error_summary;
mod save_status;
mod site_header;
mod step_list;

pub(crate) use badge::TopologyBadge;
pub(crate) use chart::Chart;
pub(crate) use data_table::DataTable;
pub(crate) use dock::Dock;
pub(crate) use error_summary::{ErrorSummary, FieldError};
pub(crate) use save_status::{ConflictNotice, SaveStatus};
pub(crate) use site_header::{Logo, SiteHeader};
pub(crate) use step_list::StepList;
