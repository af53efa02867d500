//! The windows that Wicket's is compared with. They do as little as a Tauri program can, and read nothing of Wicket.

use std::borrow::Cow;
use std::fs;
use std::path::{Component, Path, PathBuf};

use tauri::http::{Response, StatusCode, header};
use tauri::{Context, Manager, WebviewUrl, WebviewWindowBuilder};

use crate::{Outcome, SIZE, because};

const DONE: &str = "DONE ";

/// Opens a window on an empty page of its own, embedded as Wicket's pages are, and runs until it is closed.
pub(crate) fn empty(storage: PathBuf) -> Outcome<()> {
    tauri::Builder::default()
        .setup(move |tauri| {
            WebviewWindowBuilder::new(tauri, "empty", WebviewUrl::default())
                .title("Empty")
                .inner_size(f64::from(SIZE.0), f64::from(SIZE.1))
                .data_directory(storage)
                .build()?;
            Ok(())
        })
        .run(context())
        .map_err(because("The empty window could not be opened"))
}

/// Shows the measuring page of a folder until its title says `DONE`, and prints what follows that word.
pub(crate) fn page(folder: PathBuf) -> Outcome<()> {
    let storage = tempfile::tempdir().map_err(because("No folder for the window"))?;
    let storage_path = storage.path().to_owned();
    let address = "bench://localhost/bench.html".parse().map_err(because("The page's address"))?;
    tauri::Builder::default()
        .register_uri_scheme_protocol("bench", move |_, request| serve(&folder, request.uri().path()))
        .setup(move |tauri| {
            WebviewWindowBuilder::new(tauri, "page", WebviewUrl::CustomProtocol(address))
                .title("Seat map")
                .inner_size(f64::from(SIZE.0), f64::from(SIZE.1))
                .data_directory(storage_path)
                .on_document_title_changed(|window, title| {
                    if let Some(found) = title.strip_prefix(DONE) {
                        println!("{found}");
                        window.app_handle().exit(0);
                    }
                })
                .build()?;
            Ok(())
        })
        .run(context())
        .map_err(because("The window of the measuring page could not be opened"))
}

fn context() -> Context {
    tauri::generate_context!("examples/bench_window/empty/tauri.conf.json")
}

/// Answers with a file of the folder; nothing outside of it can be named.
fn serve(folder: &Path, path: &str) -> Response<Cow<'static, [u8]>> {
    let name = Path::new(path.trim_start_matches('/'));
    let inside = name.components().all(|part| matches!(part, Component::Normal(_)));
    let content = if inside { fs::read(folder.join(name)).ok() } else { None };
    let (status, body) = match content {
        Some(bytes) => (StatusCode::OK, bytes),
        None => (StatusCode::NOT_FOUND, Vec::new()),
    };
    let mut answer = Response::new(Cow::Owned(body));
    *answer.status_mut() = status;
    answer.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static(kind(name)));
    answer
}

fn kind(name: &Path) -> &'static str {
    match name.extension().and_then(|ending| ending.to_str()) {
        Some("html") => "text/html",
        Some("js") => "text/javascript",
        Some("css") => "text/css",
        Some("json") => "application/json",
        _ => "application/octet-stream",
    }
}
