//! Parts that more than one page shows.

mod dock;
mod error_summary;
#[cfg(feature = "ssr")]
mod field;
mod history;
#[cfg(feature = "ssr")]
mod link_to_hand_on;
mod redrawn;
mod results;
#[cfg(feature = "ssr")]
mod returned;
mod save_status;
mod sending;
mod site_header;
mod sketch;
mod step_list;

pub(crate) use dock::Dock;
pub(crate) use error_summary::{ErrorSummary, FieldError};
#[cfg(feature = "ssr")]
pub(crate) use field::{Field, NewPassword};
pub(crate) use history::History;
#[cfg(feature = "ssr")]
pub(crate) use link_to_hand_on::LinkToHandOn;
pub(crate) use redrawn::{Redrawn, latest};
pub(crate) use results::Results;
#[cfg(feature = "ssr")]
pub(crate) use returned::Returned;
pub(crate) use save_status::{ConflictNotice, SaveStatus};
pub(crate) use sending::Sending;
#[cfg(feature = "ssr")]
pub(crate) use site_header::SiteHeader;
pub(crate) use site_header::{Logo, Yourself};
pub(crate) use sketch::{SketchNote, SketchView};
pub(crate) use step_list::StepList;
