//! Watched folders.

use operations::watched::FolderPreview;

use crate::wire::folders::{FolderFileView, FolderPreviewView};

pub fn folder_preview(preview: FolderPreview) -> FolderPreviewView {
    FolderPreviewView {
        place: preview.place,
        pattern: preview.pattern,
        files: preview
            .files
            .into_iter()
            .map(|(file, verdict)| FolderFileView {
                name: file.name,
                bytes: file.size_bytes,
                modified_at: file.modified_at.0,
                verdict,
            })
            .collect(),
        more: preview.more,
    }
}
