//! How much somebody may send.

use axum::{
    body::Body,
    extract::Request,
    http::{StatusCode, header::CONTENT_LENGTH},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http_body_util::Limited;

use super::well_formed::IMPORTS;

/// A pipeline of 200 steps has a tenth of this.
const LARGEST: usize = 2_000_000;
/// What is brought along may be larger.
const LARGEST_IMPORT: usize = 10_000_000;

/// Refuses what says that it is too large, and cuts off what turns out to be. Server functions that read a stream know no
/// other limit.
pub(super) async fn limit(request: Request, next: Next) -> Response {
    let largest = if IMPORTS.contains(&request.uri().path()) { LARGEST_IMPORT } else { LARGEST };
    let length = request.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if length.is_some_and(|length| length > largest) {
        let text = format!(
            "This is larger than {} MB, which is as much as can be sent here. Nothing was changed.\n",
            largest / 1_000_000
        );
        return (StatusCode::PAYLOAD_TOO_LARGE, text).into_response();
    }
    next.run(request.map(|body| Body::new(Limited::new(body, largest)))).await
}
