//! Watched folders.

use operations::watched::{FolderPreview, Present};

use crate::wire::folders::{FolderFileView, FolderPreviewView, PresentFilesView};

pub fn folder_preview(preview: FolderPreview) -> FolderPreviewView {
    FolderPreviewView {
        place: preview.place,
        pattern: preview.pattern,
        files: preview
            .files
            .into_iter()
            .map(|(file, verdict)| FolderFileView {
                bytes: file.size_bytes,
                modified_at: file.modified_at.0,
                verdict,
            })
            .collect(),
        more: preview.more,
        near: preview.near,
    }
}

pub fn present_files(present: Present) -> PresentFilesView {
    PresentFilesView {
        count: present.count,
        imported_by: present.imported_by,
    }
}
