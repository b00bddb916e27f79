//! Check-in over HTTP.

use axum::extract::{DefaultBodyLimit, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use shared_model::sync::codec::{self, FrameError, MAX_MESSAGE, MEDIA_TYPE};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Error, frames};
use crate::app::AppState;
use crate::devices::Calling;
use crate::gateway::extract::Bytes;
use crate::problem::{Kind, Problem};

/// The room's routes.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(exchange_frames))
        .layer(DefaultBodyLimit::max(MAX_MESSAGE))
}

/// Exchanges frames: what the device has to say about one event, and what it lacks.
///
/// The body and the answer are runs of frames, described in `docs/formats/frames.md`. The first is a
/// hello. Refusals of single frames are frames in the answer; the request itself fails only when the
/// caller is unknown or the body is no frames.
#[utoipa::path(post, path = "/device/v1/frames", tag = "devices",
    request_body(content = Vec<u8>, content_type = "application/vnd.bilten.frames"),
    responses((status = 200, description = "Frames", body = Vec<u8>, content_type = "application/vnd.bilten.frames")))]
async fn exchange_frames(
    State(app): State<AppState>,
    Calling(device): Calling,
    Bytes(body): Bytes,
) -> Result<Response, Problem> {
    let frames = codec::decode_all(&body)?;
    let answers = frames::answer(&app, &device, frames).await?;
    let bytes = codec::encode_all(&answers).map_err(Problem::internal)?;
    Ok(([(header::CONTENT_TYPE, MEDIA_TYPE)], bytes).into_response())
}

impl From<FrameError> for Problem {
    fn from(error: FrameError) -> Self {
        let kind = match error {
            FrameError::TooLarge | FrameError::TooMany => Kind::TooLarge,
            FrameError::Truncated
            | FrameError::Flags(_)
            | FrameError::Compression
            | FrameError::Malformed => Kind::Malformed,
        };
        Self::new(kind).detail(error.to_string())
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let words = error.to_string();
        match error {
            Error::NoEvent | Error::NoPart(_) => Self::new(Kind::NotFound),
            Error::Book(faults) => Self::new(Kind::Invalid)
                .detail(words)
                .with("faults", faults),
            Error::Pin => Self::invalid("pin", words),
            Error::Full(_) => Self::new(Kind::Conflict).detail(words),
            Error::TimeZone(_) | Error::Damaged(..) | Error::Key(_) => Self::internal(error),
            Error::Device(error) => error.into(),
            Error::Store(error) => error.into(),
        }
    }
}
