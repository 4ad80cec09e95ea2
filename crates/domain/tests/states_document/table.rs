//! Markdown tables and state diagrams.

use std::collections::BTreeMap;
use std::fmt::Write as _;

/// A table with these heads and rows of cells.
pub fn markdown(heads: &[&str], rows: &[Vec<String>]) -> String {
    let mut text = format!(
        "| {} |\n|{}\n",
        heads.join(" | "),
        " --- |".repeat(heads.len())
    );
    for row in rows {
        let cells: Vec<String> = row.iter().map(|cell| cell.replace('|', "\\|")).collect();
        let _ = writeln!(text, "| {} |", cells.join(" | "));
    }
    text
}

/// Arrows between states, with what leads along each; states are numbered in their order.
#[derive(Default)]
pub struct Diagram {
    arrows: BTreeMap<(usize, usize), Vec<&'static str>>,
}

impl Diagram {
    pub fn arrow(&mut self, from: usize, to: usize, event: &'static str) {
        let events = self.arrows.entry((from, to)).or_default();
        if from != to && !events.contains(&event) {
            events.push(event);
        }
    }

    pub fn mermaid(&self, labels: &[&str], is_final: impl Fn(usize) -> bool) -> String {
        let name = |state: usize| labels[state].replace(' ', "");
        let mut text = String::from("```mermaid\nstateDiagram-v2\n");
        for (state, label) in labels.iter().enumerate() {
            let _ = writeln!(text, "    {}: {label}", name(state));
        }
        let _ = writeln!(text, "    [*] --> {}", name(0));
        for ((from, to), events) in &self.arrows {
            if from != to {
                let _ = writeln!(
                    text,
                    "    {} --> {}: {}",
                    name(*from),
                    name(*to),
                    events.join("<br>")
                );
            }
        }
        for state in (0..labels.len()).filter(|state| is_final(*state)) {
            let _ = writeln!(text, "    {} --> [*]", name(state));
        }
        text.push_str("```\n");
        text
    }
}
