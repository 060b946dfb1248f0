//! Where the boxes and the curves of the lineage graph stand.
//!
//! A node's column is one more than the last of its parents', so every arrow points to the right. An edge that skips
//! columns gets a small lane in each column it passes, so that it is led around the boxes instead of under them. The
//! crate `rust-sugiyama` then orders every column so that few edges cross. Where exactly a box stands in its column is
//! settled here: as near to its neighbours as the order and the boxes' sizes allow, by least squares. (The crate's own
//! coordinates let boxes of different sizes overlap.)

use std::collections::BTreeMap;

use rust_sugiyama::configure::{Config, CrossingMinimization, RankingType};

pub const BOX_HEIGHT: f64 = 34.0;
const GAP: f64 = 14.0;
const COLUMN_GAP: f64 = 64.0;
const LANE_HEIGHT: f64 = 4.0;
const LANE_GAP: f64 = 6.0;
const MARGIN: f64 = 24.0;

// Above this the swap of neighbours costs seconds; the order by barycentres alone is good enough to read.
const VERTICES_TO_POLISH: usize = 1_500;
// Above this the edges run straight: the lanes would outnumber the boxes by far.
const VERTICES_WITH_LANES: usize = 12_000;
// Above this the crate is not asked: columns are ordered by their parents' means in one pass.
const VERTICES_TO_ORDER: usize = 20_000;
// Each sweep pulls every column towards its parents, then towards its children; more change nothing one could see.
const SWEEPS: usize = 6;

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Point {
    pub x: f64,
    pub y: f64,
}

/// One node's box: its left edge, its middle line, and the column it stands in.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Place {
    pub left: f64,
    pub middle: f64,
    pub width: f64,
    pub column: usize,
}

/// An edge with the points it runs through, from the parent's right side to the child's left side.
#[derive(Clone, Debug, PartialEq)]
pub struct Route {
    pub from: usize,
    pub to: usize,
    pub points: Vec<Point>,
}

#[derive(Clone, Debug, Default)]
pub struct Layout {
    pub places: Vec<Place>,
    pub routes: Vec<Route>,
    pub width: f64,
    pub height: f64,
}

/// Lays out boxes of the given widths. An edge is `(parent, child)`; one that closes a circle is drawn straight.
///
/// ```
/// # use gristmill::transform::artifacts::docs::lineage::lay_out;
/// let layout = lay_out(&[80.0, 80.0, 80.0], &[(0, 1), (1, 2), (0, 2)]);
/// assert_eq!(layout.places.iter().map(|place| place.column).collect::<Vec<_>>(), [0, 1, 2]);
/// ```
pub fn lay_out(widths: &[f64], edges: &[(usize, usize)]) -> Layout {
    let columns = columns(widths.len(), edges);
    let forward: Vec<bool> = edges.iter().map(|&(from, to)| columns[from] < columns[to]).collect();
    let mut joined = vec![false; widths.len()];
    for (&(from, to), _) in edges.iter().zip(&forward).filter(|(_, forward)| **forward) {
        joined[from] = true;
        joined[to] = true;
    }

    let vertices = with_lanes(&columns, edges, &forward);
    let mut middles = arrange(&vertices, &joined);
    let mut height =
        middles.iter().zip(0..).filter(|(_, v)| vertices.is_drawn(*v, &joined)).map(|(y, _)| *y).fold(0.0, f64::max);

    // Nodes that hang together with nothing stand below, side by side.
    let mut places: Vec<Place> =
        columns.iter().zip(widths).map(|(&column, &width)| Place { left: 0.0, middle: 0.0, width, column }).collect();
    let count = columns.iter().max().map_or(0, |last| last + 1);
    let lonely: Vec<usize> = (0..widths.len()).filter(|node| !joined[*node]).collect();
    let across = if lonely.len() == widths.len() { (lonely.len() as f64).sqrt().ceil() as usize } else { count.max(3) };
    let top = if lonely.len() == widths.len() { BOX_HEIGHT / 2.0 } else { height + BOX_HEIGHT + 2.0 * GAP };
    for (index, &node) in lonely.iter().enumerate() {
        places[node].column = index % across.max(1);
        middles[node] = top + (index / across.max(1)) as f64 * (BOX_HEIGHT + GAP);
        height = height.max(middles[node]);
    }

    let count = places.iter().map(|place| place.column + 1).max().unwrap_or(0);
    let mut column_width = vec![0.0_f64; count];
    for place in &places {
        column_width[place.column] = column_width[place.column].max(place.width);
    }
    let mut lefts = vec![MARGIN; count];
    for column in 1..count {
        lefts[column] = lefts[column - 1] + column_width[column - 1] + COLUMN_GAP;
    }
    for (node, place) in places.iter_mut().enumerate() {
        place.left = lefts[place.column];
        place.middle = MARGIN + middles[node];
    }

    let routes = edges
        .iter()
        .enumerate()
        .map(|(edge, &(from, to))| {
            let mut points = vec![Point { x: places[from].left + places[from].width, y: places[from].middle }];
            for &lane in &vertices.lanes[edge] {
                let (x, y) = (lefts[vertices.column[lane]], MARGIN + middles[lane]);
                points.push(Point { x, y });
                points.push(Point { x: x + column_width[vertices.column[lane]], y });
            }
            points.push(Point { x: places[to].left, y: places[to].middle });
            Route { from, to, points }
        })
        .collect();

    Layout {
        width: lefts.last().map_or(0.0, |left| left + column_width[count - 1]) + MARGIN,
        height: height + BOX_HEIGHT / 2.0 + 2.0 * MARGIN,
        places,
        routes,
    }
}

/// One more than the last parent's; nodes on a circle (which no manifest should hold) keep what they have.
fn columns(count: usize, edges: &[(usize, usize)]) -> Vec<usize> {
    let mut children = vec![Vec::new(); count];
    let mut waiting = vec![0_usize; count];
    for &(from, to) in edges {
        children[from].push(to);
        waiting[to] += 1;
    }
    let mut columns = vec![0; count];
    let mut ready: Vec<usize> = (0..count).filter(|node| waiting[*node] == 0).collect();
    while let Some(node) = ready.pop() {
        for &child in &children[node] {
            columns[child] = columns[child].max(columns[node] + 1);
            waiting[child] -= 1;
            if waiting[child] == 0 {
                ready.push(child);
            }
        }
    }
    columns
}

/// The graph the crate sees: the boxes, and a lane vertex for each column that an edge passes.
struct Vertices {
    boxes: usize,
    column: Vec<usize>,
    /// Lane vertices of each edge, from left to right.
    lanes: Vec<Vec<usize>>,
    steps: Vec<(usize, usize)>,
}

impl Vertices {
    fn height(&self, vertex: usize) -> f64 {
        if vertex < self.boxes { BOX_HEIGHT } else { LANE_HEIGHT }
    }

    /// From middle to middle of two that stand one below the other.
    fn distance(&self, upper: usize, lower: usize) -> f64 {
        let gap = if upper < self.boxes && lower < self.boxes { GAP } else { LANE_GAP };
        f64::midpoint(self.height(upper), self.height(lower)) + gap
    }

    fn is_drawn(&self, vertex: usize, joined: &[bool]) -> bool {
        vertex >= self.boxes || joined[vertex]
    }
}

fn with_lanes(columns: &[usize], edges: &[(usize, usize)], forward: &[bool]) -> Vertices {
    let passed: usize = edges.iter().map(|&(from, to)| columns[to].saturating_sub(columns[from] + 1)).sum();
    let with_lanes = columns.len() + passed <= VERTICES_WITH_LANES;
    let mut vertices = Vertices {
        boxes: columns.len(),
        column: columns.to_vec(),
        lanes: vec![Vec::new(); edges.len()],
        steps: Vec::new(),
    };
    for (edge, &(from, to)) in edges.iter().enumerate().filter(|(edge, _)| forward[*edge]) {
        let mut last = from;
        if with_lanes {
            for column in columns[from] + 1..columns[to] {
                let lane = vertices.column.len();
                vertices.column.push(column);
                vertices.lanes[edge].push(lane);
                vertices.steps.push((last, lane));
                last = lane;
            }
        }
        vertices.steps.push((last, to));
    }
    vertices
}

/// The middle line of every vertex.
fn arrange(vertices: &Vertices, joined: &[bool]) -> Vec<f64> {
    let count = vertices.column.len();
    let ranks = if count > VERTICES_TO_ORDER { order_by_parents(vertices) } else { order(vertices, joined) };
    let mut columns: Vec<Vec<usize>> = vec![Vec::new(); vertices.column.iter().max().map_or(0, |last| last + 1)];
    for vertex in (0..count).filter(|vertex| vertices.is_drawn(*vertex, joined)) {
        columns[vertices.column[vertex]].push(vertex);
    }
    let (mut parents, mut children) = (vec![Vec::new(); count], vec![Vec::new(); count]);
    for &(from, to) in &vertices.steps {
        parents[to].push(from);
        children[from].push(to);
    }

    let mut middles = vec![0.0; count];
    for column in &mut columns {
        column.sort_by(|a, b| ranks[*a].partial_cmp(&ranks[*b]).expect("a rank is a number").then(a.cmp(b)));
        settle(column, &mut middles, vertices, |_| 0.0);
    }
    for _ in 0..SWEEPS {
        for column in &columns {
            pull(column, &mut middles, vertices, &parents);
        }
        for column in columns.iter().rev() {
            pull(column, &mut middles, vertices, &children);
        }
    }
    let drawn = || columns.iter().flatten().copied();
    let top = drawn().map(|vertex| middles[vertex] - vertices.height(vertex) / 2.0).fold(f64::INFINITY, f64::min);
    for vertex in drawn() {
        middles[vertex] -= top;
    }
    middles
}

fn pull(column: &[usize], middles: &mut [f64], vertices: &Vertices, neighbours: &[Vec<usize>]) {
    let now = middles.to_vec();
    settle(column, middles, vertices, |vertex| {
        let near = &neighbours[vertex];
        if near.is_empty() {
            now[vertex]
        } else {
            near.iter().map(|other| now[*other]).sum::<f64>() / near.len() as f64
        }
    });
}

/// Gives each vertex of an ordered column the place nearest to its wish: neighbours that want the same room share it as
/// one block around the mean of their wishes.
fn settle(column: &[usize], middles: &mut [f64], vertices: &Vertices, wish: impl Fn(usize) -> f64) {
    // A block is how many vertices it holds and the sum of their wishes, both as if all offsets were taken off.
    let mut blocks: Vec<(usize, f64)> = Vec::new();
    let mut offsets = Vec::with_capacity(column.len());
    let mut offset = 0.0;
    for (row, &vertex) in column.iter().enumerate() {
        if row > 0 {
            offset += vertices.distance(column[row - 1], vertex);
        }
        offsets.push(offset);
        let mut block = (1, wish(vertex) - offset);
        while let Some(&(count, sum)) =
            blocks.last().filter(|(count, sum)| sum / *count as f64 > block.1 / block.0 as f64)
        {
            blocks.pop();
            block = (block.0 + count, block.1 + sum);
        }
        blocks.push(block);
    }
    let settled = blocks.into_iter().flat_map(|(count, sum)| std::iter::repeat_n(sum / count as f64, count));
    for ((&vertex, offset), start) in column.iter().zip(offsets).zip(settled) {
        middles[vertex] = start + offset;
    }
}

/// The crate's order: parts that do not hang together one after the other, the largest first.
fn order(vertices: &Vertices, joined: &[bool]) -> Vec<(usize, f64)> {
    let count = vertices.column.len();
    let sized: Vec<(u32, (f64, f64))> = (0..count)
        .filter(|vertex| vertices.is_drawn(*vertex, joined))
        .map(|vertex| (vertex as u32, (BOX_HEIGHT, 1.0)))
        .collect();
    let steps: Vec<(u32, u32)> = vertices.steps.iter().map(|&(from, to)| (from as u32, to as u32)).collect();
    let config = Config {
        vertex_spacing: GAP,
        dummy_vertices: false,
        ranking_type: RankingType::Up,
        c_minimization: CrossingMinimization::Barycenter,
        transpose: count <= VERTICES_TO_POLISH,
        ..Config::default()
    };
    let mut parts = rust_sugiyama::from_vertices_and_edges(&sized, &steps, &config);
    parts.sort_by_key(|(part, ..)| (std::cmp::Reverse(part.len()), part.iter().map(|(vertex, _)| *vertex).min()));
    let mut ranks = vec![(0, 0.0); count];
    for (index, (part, ..)) in parts.into_iter().enumerate() {
        for (vertex, (across, _)) in part {
            ranks[vertex] = (index, across);
        }
    }
    ranks
}

/// Each column in the order of its parents' mean: one pass, for graphs that are too large for the crate.
fn order_by_parents(vertices: &Vertices) -> Vec<(usize, f64)> {
    let mut parents: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for &(from, to) in &vertices.steps {
        parents.entry(to).or_default().push(from);
    }
    let mut in_columns: Vec<usize> = (0..vertices.column.len()).collect();
    in_columns.sort_by_key(|vertex| vertices.column[*vertex]);
    let mut ranks = vec![(0, 0.0); vertices.column.len()];
    for vertex in in_columns {
        ranks[vertex].1 = match parents.get(&vertex) {
            Some(above) => above.iter().map(|parent| ranks[*parent].1).sum::<f64>() / above.len() as f64,
            None => vertex as f64,
        };
    }
    ranks
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn no_boxes_overlap(layout: &Layout) {
        for (index, a) in layout.places.iter().enumerate() {
            assert!(a.middle - BOX_HEIGHT / 2.0 >= 0.0 && a.middle + BOX_HEIGHT / 2.0 <= layout.height, "{a:?}");
            for b in &layout.places[index + 1..] {
                assert!(a.column != b.column || (a.middle - b.middle).abs() >= BOX_HEIGHT - 0.01, "{a:?} covers {b:?}");
            }
        }
    }

    #[test]
    fn a_long_edge_runs_around_the_box_between() {
        let layout = lay_out(&[100.0; 3], &[(0, 1), (1, 2), (0, 2)]);
        let long = &layout.routes[2].points;
        assert_eq!(long.len(), 4);
        assert!((long[1].y - layout.places[1].middle).abs() > BOX_HEIGHT / 2.0, "{long:?}");
    }

    #[test]
    fn a_circle_and_a_self_reference_do_no_harm() {
        let layout = lay_out(&[100.0; 3], &[(0, 1), (1, 0), (2, 2)]);
        assert_eq!(layout.routes.len(), 3);
    }

    #[test]
    fn a_thousand_models_take_little_time() {
        let edges: Vec<(usize, usize)> = (1..2_000).flat_map(|node| [(node * 7 / 8, node), (node / 3, node)]).collect();
        let started = std::time::Instant::now();
        let layout = lay_out(&[120.0; 2_000], &edges);
        assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
        assert_eq!(layout.routes.len(), edges.len());
    }

    #[test]
    fn very_large_graphs_are_ordered_in_one_pass() {
        let edges: Vec<(usize, usize)> = (1..25_000).map(|node| (node / 2, node)).filter(|(a, b)| a != b).collect();
        assert_eq!(lay_out(&vec![120.0; 25_000], &edges).places.len(), 25_000);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn boxes_never_overlap_and_arrows_point_to_the_right(
            count in 1_usize..40,
            pairs in prop::collection::vec((0_usize..40, 0_usize..40), 0..80),
        ) {
            let edges: std::collections::BTreeSet<(usize, usize)> =
                pairs.into_iter().map(|(a, b)| (a % count, b % count)).filter(|(a, b)| a < b).collect();
            let layout = lay_out(&vec![100.0; count], &edges.into_iter().collect::<Vec<_>>());
            no_boxes_overlap(&layout);
            for route in &layout.routes {
                prop_assert!(route.points.windows(2).all(|pair| pair[0].x <= pair[1].x));
            }
        }
    }
}
