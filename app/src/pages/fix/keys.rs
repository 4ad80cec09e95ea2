//! The keyboard of a spreadsheet.

use leptos::ev;
use leptos::prelude::*;

use super::editing::Editing;
use super::selection;
use super::sheet::Spot;

const PAGE: usize = 12;

/// Where a key leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Up(usize),
    Down(usize),
    Left,
    Right,
    LineStart,
    LineEnd,
    First,
    Last,
}

/// `lines`: the rows of the sheet that are in the grid, in their order.
pub fn pressed(editing: Editing, lines: &[usize], event: &ev::KeyboardEvent) {
    let key = event.key();
    let control = event.ctrl_key() || event.meta_key();
    let is_typing = editing.typed.read_untracked().is_some();
    let handled = if is_typing {
        typing(editing, lines, event, &key)
    } else if control {
        controlled(editing, lines, event, &key)
    } else {
        moving(editing, lines, event, &key)
    };
    if handled {
        event.prevent_default();
    }
}

fn typing(editing: Editing, lines: &[usize], event: &ev::KeyboardEvent, key: &str) -> bool {
    match key {
        "Enter" => {
            commit(editing);
            go(editing, lines, vertical(event), false);
        }
        "Tab" => {
            commit(editing);
            go(editing, lines, horizontal(event), false);
        }
        "Escape" => editing.typed.set(None),
        _ => return false,
    }
    true
}

fn controlled(editing: Editing, lines: &[usize], event: &ev::KeyboardEvent, key: &str) -> bool {
    match key {
        "z" | "Z" if event.shift_key() => editing.redo(),
        "z" => editing.undo(),
        "y" => editing.redo(),
        "Home" => go(editing, lines, Way::First, event.shift_key()),
        "End" => go(editing, lines, Way::Last, event.shift_key()),
        "a" => {
            if let (Some(first), Some(last)) = (lines.first(), lines.last()) {
                let width = editing.sheet.read_untracked().width();
                editing.anchor.set(Spot {
                    row: *first,
                    column: 0,
                });
                editing.active.set(Spot {
                    row: *last,
                    column: width.saturating_sub(1),
                });
            }
        }
        _ => return false,
    }
    true
}

fn moving(editing: Editing, lines: &[usize], event: &ev::KeyboardEvent, key: &str) -> bool {
    let extend = event.shift_key();
    match key {
        "ArrowUp" => go(editing, lines, Way::Up(1), extend),
        "ArrowDown" => go(editing, lines, Way::Down(1), extend),
        "ArrowLeft" => go(editing, lines, Way::Left, extend),
        "ArrowRight" => go(editing, lines, Way::Right, extend),
        "PageUp" => go(editing, lines, Way::Up(PAGE), extend),
        "PageDown" => go(editing, lines, Way::Down(PAGE), extend),
        "Home" => go(editing, lines, Way::LineStart, extend),
        "End" => go(editing, lines, Way::LineEnd, extend),
        // At its edge the grid lets the keyboard go on to the rest of the page.
        "Tab" => {
            let way = horizontal(event);
            if target(editing, lines, way) == editing.active.get_untracked() {
                return false;
            }
            go(editing, lines, way, false);
        }
        "Enter" | "F2" => begin(editing, None),
        "F8" => next_problem(editing),
        "Delete" | "Backspace" => {
            let spots = selected(editing);
            editing.write(spots.into_iter().map(|spot| (spot, String::new())));
        }
        text if text.chars().count() == 1 && !event.alt_key() => {
            begin(editing, Some(text.to_owned()));
        }
        _ => return false,
    }
    true
}

pub fn next_problem(editing: Editing) {
    let from = editing.active.get_untracked();
    let (next, all_fit) = editing.sheet.with_untracked(|sheet| {
        let all_fit = sheet.fitting() == sheet.rows().len();
        (sheet.next_problem(from), all_fit)
    });
    let none = match next {
        Some(spot) => {
            editing.go_to(spot);
            // The button that asked for it has the keyboard otherwise.
            if let Some(frame) = editing.frame.get_untracked() {
                let _ = frame.focus();
            }
            return;
        }
        None if all_fit => "No record is rejected any more.",
        None => "No record that is shown is rejected: choose another part above.",
    };
    editing.said.set(none.to_owned());
}

/// Takes what is typed into the active cell.
pub fn commit(editing: Editing) {
    if let Some(text) = editing.typed.get_untracked() {
        editing.typed.set(None);
        editing.write([(editing.active.get_untracked(), text)]);
    }
}

/// The cells between the corners, of the records that are shown.
pub fn selected(editing: Editing) -> Vec<Spot> {
    selection::spots(
        &editing.sheet.read_untracked(),
        editing.anchor.get_untracked(),
        editing.active.get_untracked(),
    )
}

/// `first`: typed in place of the text; `None` goes on with what is there.
fn begin(editing: Editing, first: Option<String>) {
    let active = editing.active.get_untracked();
    let sheet = editing.sheet.read_untracked();
    if !sheet.is_open(active.row) {
        return;
    }
    let text = first.unwrap_or_else(|| sheet.cell(active).to_owned());
    drop(sheet);
    // A cell that was scrolled away comes back into sight.
    editing.go_to(active);
    editing.typed.set(Some(text));
}

fn go(editing: Editing, lines: &[usize], way: Way, extend: bool) {
    let spot = target(editing, lines, way);
    if extend {
        editing.active.set(spot);
    } else {
        editing.go_to(spot);
    }
}

fn target(editing: Editing, lines: &[usize], way: Way) -> Spot {
    let width = editing.sheet.read_untracked().width();
    place(editing.active.get_untracked(), lines, width, way)
}

fn place(active: Spot, lines: &[usize], width: usize, way: Way) -> Spot {
    let Some(last) = lines.len().checked_sub(1) else {
        return active;
    };
    // A record that the filter hides counts as the one before it.
    let line = lines
        .binary_search(&active.row)
        .unwrap_or_else(|after| after.saturating_sub(1));
    let last_column = width.saturating_sub(1);
    let (line, column) = match way {
        Way::Up(count) => (line.saturating_sub(count), active.column),
        Way::Down(count) => ((line + count).min(last), active.column),
        Way::Left if active.column > 0 => (line, active.column - 1),
        Way::Left if line > 0 => (line - 1, last_column),
        Way::Right if active.column < last_column => (line, active.column + 1),
        Way::Right if line < last => (line + 1, 0),
        Way::Left | Way::Right => (line, active.column),
        Way::LineStart => (line, 0),
        Way::LineEnd => (line, last_column),
        Way::First => (0, 0),
        Way::Last => (last, last_column),
    };
    Spot {
        row: lines[line],
        column,
    }
}

fn vertical(event: &ev::KeyboardEvent) -> Way {
    if event.shift_key() {
        Way::Up(1)
    } else {
        Way::Down(1)
    }
}

fn horizontal(event: &ev::KeyboardEvent) -> Way {
    if event.shift_key() {
        Way::Left
    } else {
        Way::Right
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_lead_through_the_rows_that_are_shown() {
        let lines = [2, 5, 9];
        let at = |row, column| Spot { row, column };
        for (from, way, to) in [
            (at(2, 0), Way::Down(1), at(5, 0)),
            (at(9, 1), Way::Down(1), at(9, 1)),
            (at(9, 1), Way::Up(12), at(2, 1)),
            (at(2, 1), Way::Right, at(5, 0)),
            (at(5, 0), Way::Left, at(2, 1)),
            (at(2, 0), Way::Left, at(2, 0)),
            (at(9, 1), Way::Right, at(9, 1)),
            (at(5, 0), Way::LineEnd, at(5, 1)),
            (at(5, 1), Way::First, at(2, 0)),
            (at(2, 0), Way::Last, at(9, 1)),
            (at(7, 0), Way::Down(1), at(9, 0)),
        ] {
            assert_eq!(place(from, &lines, 2, way), to, "{from:?} {way:?}");
        }
        assert_eq!(place(at(3, 1), &[], 2, Way::Down(1)), at(3, 1));
    }
}
