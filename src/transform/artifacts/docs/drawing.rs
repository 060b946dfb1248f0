//! The lineage graph as SVG: boxes with names, and smooth curves between them.

use std::fmt::Write;

use super::catalogue::{Catalogue, is_in_lineage};
use super::lineage::{self, BOX_HEIGHT, Layout, Route};

const CHARACTER_WIDTH: f64 = 7.0;
const BOX_PADDING: f64 = 44.0;
const NAME_CHARACTERS_MAX: usize = 34;

/// The whole project's graph. Each box is a link to its node, so that it can be reached and read without a script.
pub fn svg(catalogue: &Catalogue) -> String {
    let shown: Vec<usize> =
        (0..catalogue.nodes.len()).filter(|place| is_in_lineage(&catalogue.nodes[*place].kind)).collect();
    let index: std::collections::HashMap<usize, usize> =
        shown.iter().enumerate().map(|(index, place)| (*place, index)).collect();
    let widths: Vec<f64> = shown.iter().map(|place| width(&catalogue.nodes[*place].label)).collect();
    let edges: Vec<(usize, usize)> = shown
        .iter()
        .flat_map(|child| catalogue.nodes[*child].parents.iter().map(move |parent| (parent, child)))
        .filter_map(|(parent, child)| Some((*index.get(parent)?, *index.get(child)?)))
        .collect();
    let layout = lineage::lay_out(&widths, &edges);
    draw(catalogue, &shown, &layout)
}

fn draw(catalogue: &Catalogue, shown: &[usize], layout: &Layout) -> String {
    let mut out = String::with_capacity(layout.places.len() * 400 + layout.routes.len() * 200);
    write!(
        out,
        r#"<svg id="lineage-all" class="graph" role="group" aria-label="Lineage of the whole project" viewBox="0 0 {:.0} {:.0}" data-width="{:.0}" data-height="{:.0}"><g class="edges" aria-hidden="true">"#,
        layout.width, layout.height, layout.width, layout.height
    )
    .expect("a string takes every text");
    for route in &layout.routes {
        write!(out, r#"<path data-from="{}" data-to="{}" d="{}"/>"#, shown[route.from], shown[route.to], curve(route))
            .expect("a string takes every text");
    }
    out.push_str(r#"</g><g class="boxes">"#);
    for (place, box_) in shown.iter().zip(&layout.places) {
        let node = &catalogue.nodes[*place];
        let failing = node.tests.iter().any(|test| matches!(catalogue.tests[*test].status.as_str(), "fail" | "error"))
            || node.outcome.as_ref().is_some_and(|outcome| matches!(outcome.status.as_str(), "error" | "fail"));
        write!(
            out,
            concat!(
                r##"<a class="box {kind}{ephemeral}{failing}" data-node="{place}" data-column="{column}" data-width="{width:.0}" href="#!/lineage/{id}" aria-label="{label}, {kind}" transform="translate({left:.0} {top:.1})">"##,
                r#"<rect width="{width:.0}" height="{height:.0}" rx="6"/><rect class="mark" width="4" height="{height:.0}" rx="2"/><text x="16" y="21">{name}</text>"#,
            ),
            kind = escape(&node.kind),
            ephemeral = if node.ephemeral { " ephemeral" } else { "" },
            failing = if failing { " failing" } else { "" },
            place = place,
            column = box_.column,
            id = escape(&node.id),
            label = escape(&node.label),
            left = box_.left,
            top = box_.middle - BOX_HEIGHT / 2.0,
            width = box_.width,
            height = BOX_HEIGHT,
            name = escape(&shortened(&node.label)),
        )
        .expect("a string takes every text");
        if failing {
            write!(out, r#"<circle class="alarm" cx="{:.0}" cy="17" r="4"/>"#, box_.width - 12.0)
                .expect("a string takes every text");
        }
        out.push_str("</a>");
    }
    out.push_str("</g></svg>");
    out
}

fn width(label: &str) -> f64 {
    (label.chars().count().min(NAME_CHARACTERS_MAX) as f64 * CHARACTER_WIDTH + BOX_PADDING).max(96.0)
}

/// A long name keeps its end, which tells it from its neighbours.
fn shortened(label: &str) -> String {
    let count = label.chars().count();
    if count <= NAME_CHARACTERS_MAX {
        return label.to_owned();
    }
    let head = NAME_CHARACTERS_MAX / 3;
    let tail = NAME_CHARACTERS_MAX - head - 1;
    label.chars().take(head).chain(['…']).chain(label.chars().skip(count - tail)).collect()
}

/// A cubic through the points that leaves and meets each of them level.
fn curve(route: &Route) -> String {
    let mut points = route.points.iter();
    let mut out = String::new();
    let Some(first) = points.next() else { return out };
    write!(out, "M{:.0} {:.1}", first.x, first.y).expect("a string takes every text");
    let mut last = first;
    for point in points {
        if (point.y - last.y).abs() < 0.05 {
            write!(out, "H{:.0}", point.x).expect("a string takes every text");
        } else {
            let middle = f64::midpoint(last.x, point.x);
            write!(out, "C{middle:.0} {:.1} {middle:.0} {:.1} {:.0} {:.1}", last.y, point.y, point.x, point.y)
                .expect("a string takes every text");
        }
        last = point;
    }
    out
}

/// Text for HTML, between tags or in a quoted attribute.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}
