//! Charts, decision records, and what pages show of results: pure functions to text.
//!
//! **Invariant:** this crate knows no clock, no store, no user interface and no simulation; today's date is an
//! argument. The same input gives the same text, except that in a browser plotters measures words by the
//! browser's fonts.
//!
//! [`chart`] draws SVG and lays out the tables that carry the same numbers; [`record`] writes decision records as
//! Markdown, JSON, HTML and CSV; [`page`] writes the parts of pages that show results; [`import::import`] reads what
//! others bring.

pub mod chart;
pub mod csv;
pub mod import;
pub mod page;
mod plain;
pub mod record;
