
// The lineage view: Rust drew the whole project; this moves the window over it, closes it up around one node, and tells
// about the box that is clicked.
const whole = document.getElementById("lineage-all");
const canvas = document.getElementById("canvas");
const BOX = 34, ROW = 48, LANE = 20, COLUMN_GAP = 64;
const boxes = new Map([...whole.querySelectorAll(".box")].map((box) => [Number(box.dataset.node), box]));

// Everything upstream (`side` is "parents") or downstream of a node, at most `reach` steps away.
function reached(place, side, reach) {
  const seen = new Map([[place, 0]]);
  const queue = [place];
  for (const at of queue) {
    if (seen.get(at) >= reach) continue;
    for (const next of data.nodes[at][side] || []) {
      if (seen.has(next) || !boxes.has(next)) continue;
      seen.set(next, seen.get(at) + 1);
      queue.push(next);
    }
  }
  return seen;
}

function related(place, reach) {
  return new Set([...reached(place, "parents", reach).keys(), ...reached(place, "children", reach).keys()]);
}

// A drawing of some nodes: the whole drawing's columns and order, closed up. An edge that passes a column gets a lane
// there, so that it runs beside the boxes and not under them.
function excerptOf(places, focus) {
  const keys = [...new Set(places.map((place) => Number(boxes.get(place).dataset.column)))].sort((a, b) => a - b);
  const top = (place) => boxes.get(place).transform.baseVal.getItem(0).matrix.f;
  const stops = new Map(places.map((place) => [place, { place, column: keys.indexOf(Number(boxes.get(place).dataset.column)),
    width: Number(boxes.get(place).dataset.width), order: top(place), height: ROW, from: [] }]));
  const columns = keys.map(() => []);
  for (const stop of stops.values()) columns[stop.column].push(stop);
  const runs = [];
  for (const child of stops.values()) {
    for (const parent of (data.nodes[child.place].parents || []).map((place) => stops.get(place)).filter(Boolean)) {
      const run = [parent];
      for (let column = parent.column + 1; column < child.column; column += 1) {
        const lane = { place: null, column, width: 0, order: child.order, height: LANE, from: [run.at(-1)] };
        columns[column].push(lane);
        run.push(lane);
      }
      child.from.push(run.at(-1));
      runs.push([...run, child]);
    }
  }

  let left = 16;
  for (const column of columns) {
    for (const stop of column) stop.wish = stop.from.length ? stop.from.reduce((sum, one) => sum + one.y, 0) / stop.from.length : stop.order;
    column.sort((a, b) => a.wish - b.wish || a.order - b.order);
    const pulled = column.filter((stop) => stop.from.length);
    const centre = pulled.length ? pulled.reduce((sum, stop) => sum + stop.wish, 0) / pulled.length : 0;
    const wide = Math.max(...column.map((stop) => stop.width));
    let down = centre - column.reduce((sum, stop) => sum + stop.height, 0) / 2;
    for (const stop of column) {
      Object.assign(stop, { x: left, y: down + stop.height / 2, right: left + (stop.width || wide) });
      down += stop.height;
    }
    left += wide + COLUMN_GAP;
  }
  const all = columns.flat();
  const up = Math.min(...all.map((stop) => stop.y - stop.height / 2)) - 8;
  const size = [left - COLUMN_GAP + 16, Math.max(...all.map((stop) => stop.y + stop.height / 2)) - up + 8];

  const edges = svgElement("g", { class: "edges", "aria-hidden": "true" }, runs.map((run) =>
    svgElement("path", { d: curve(run, up), "data-from": run[0].place, "data-to": run.at(-1).place })));
  const drawn = svgElement("g", { class: "boxes" }, [...stops.values()].map((stop) => {
    const box = boxes.get(stop.place).cloneNode(true);
    box.classList.remove("far", "chosen");
    box.classList.toggle("focus", stop.place === focus);
    box.setAttribute("transform", `translate(${stop.x} ${stop.y - up - BOX / 2})`);
    return box;
  }));
  return svgElement("svg", { class: "graph", role: "group", "aria-label": "Lineage of " + data.nodes[focus].label,
    viewBox: `0 0 ${size[0]} ${size[1]}`, "data-width": size[0], "data-height": size[1] }, [edges, drawn]);
}

function curve(run, up) {
  let path = `M${run[0].right} ${run[0].y - up}`;
  for (let at = 1; at < run.length; at += 1) {
    const [x0, y0, x1, y1] = [run[at - 1].right, run[at - 1].y - up, run[at].x, run[at].y - up];
    // A narrow box leaves room to its right; the curve bends close to the next column.
    const bend = Math.max(x1 - COLUMN_GAP, x0);
    path += `H${bend}C${(bend + x1) / 2} ${y0} ${(bend + x1) / 2} ${y1} ${x1} ${y1}`;
    if (run[at].place === null) path += `H${run[at].right}`;
  }
  return path;
}

// A window over the drawing that is shown: where its middle is, and how many drawing units a pixel holds.
const view = { svg: whole, x: 0, y: 0, unit: 1 };

function look() {
  const { clientWidth, clientHeight } = canvas;
  const [width, height] = [clientWidth * view.unit, clientHeight * view.unit];
  view.svg.setAttribute("viewBox", `${view.x - width / 2} ${view.y - height / 2} ${width} ${height}`);
}

// Shows everything; or, when that would be too small to read, what is around a node or the beginning.
const READABLE = 1.7;

function fit(unitMax = Infinity, place = null) {
  const [width, height] = [Number(view.svg.dataset.width), Number(view.svg.dataset.height)];
  const { clientWidth, clientHeight } = canvas;
  const unit = Math.max(width / Math.max(clientWidth, 1), height / Math.max(clientHeight, 1), 0.75);
  view.unit = Math.min(unit, unitMax);
  [view.x, view.y] = [width / 2, height / 2];
  if (unit > unitMax) {
    const box = place === null ? null : view.svg.querySelector(`.box[data-node="${place}"]`);
    const { e, f } = box ? box.transform.baseVal.getItem(0).matrix : { e: 0, f: height / 2 };
    [view.x, view.y] = box ? [e + Number(box.dataset.width) / 2, f + BOX / 2] : [(clientWidth * unitMax) / 2, f];
  }
  look();
}

// Zooms so that the point under (left, top), in pixels of the canvas, stays where it is.
function zoom(factor, left = canvas.clientWidth / 2, top = canvas.clientHeight / 2) {
  const next = Math.min(Math.max(view.unit * factor, 0.25), 200);
  view.x += (left - canvas.clientWidth / 2) * (view.unit - next);
  view.y += (top - canvas.clientHeight / 2) * (view.unit - next);
  view.unit = next;
  look();
}

function move(left, top) {
  view.x += left * view.unit;
  view.y += top * view.unit;
  look();
}

function startMoving() {
  const held = new Map();
  let dragged = false;
  canvas.addEventListener("wheel", (event) => {
    event.preventDefault();
    const frame = canvas.getBoundingClientRect();
    zoom(Math.exp(Math.sign(event.deltaY) * Math.min(Math.abs(event.deltaY), 100) * 0.002), event.clientX - frame.left, event.clientY - frame.top);
  }, { passive: false });
  canvas.addEventListener("pointerdown", (event) => {
    held.set(event.pointerId, event);
    if (held.size === 1) dragged = false;
  });
  canvas.addEventListener("pointermove", (event) => {
    const before = held.get(event.pointerId);
    if (!before) return;
    const others = [...held.values()].filter((other) => other.pointerId !== event.pointerId);
    if (others.length) {
      const far = (a, b) => Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY) || 1;
      const frame = canvas.getBoundingClientRect();
      zoom(far(before, others[0]) / far(event, others[0]), (event.clientX + others[0].clientX) / 2 - frame.left, (event.clientY + others[0].clientY) / 2 - frame.top);
      dragged = true;
    } else {
      if (!dragged && Math.hypot(event.clientX - before.clientX, event.clientY - before.clientY) < 4) return;
      dragged = true;
      move(before.clientX - event.clientX, before.clientY - event.clientY);
    }
    held.set(event.pointerId, event);
  });
  for (const end of ["pointerup", "pointercancel"]) window.addEventListener(end, (event) => held.delete(event.pointerId));
  canvas.addEventListener("dragstart", (event) => event.preventDefault());
  canvas.addEventListener("click", (event) => {
    const box = event.target.closest(".box");
    if (dragged) event.preventDefault();
    else if (box) {
      event.preventDefault();
      choose(Number(box.dataset.node));
    } else choose(null);
  });
  canvas.addEventListener("dblclick", (event) => {
    const box = event.target.closest(".box");
    if (box) location.hash = box.getAttribute("href");
  });
  canvas.addEventListener("focusin", (event) => {
    const box = event.target.closest(".box");
    if (!box || !box.matches(":focus-visible")) return;
    const { e, f } = box.transform.baseVal.getItem(0).matrix;
    [view.x, view.y] = [e + Number(box.dataset.width) / 2, f + BOX / 2];
    look();
  });
  const keys = { "+": () => zoom(0.8), "=": () => zoom(0.8), "-": () => zoom(1.25), 0: () => fit(), ArrowLeft: () => move(-60, 0),
    ArrowRight: () => move(60, 0), ArrowUp: () => move(0, -60), ArrowDown: () => move(0, 60), Escape: () => choose(null) };
  canvas.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });
  document.getElementById("zoom-in").addEventListener("click", () => zoom(0.8));
  document.getElementById("zoom-out").addEventListener("click", () => zoom(1.25));
  document.getElementById("zoom-fit").addEventListener("click", () => fit());
  new ResizeObserver(() => { if (canvas.clientWidth) look(); }).observe(canvas);
}

// Marks a box and what hangs together with it, and shows its columns beside the graph.
function choose(place) {
  const near = place === null ? null : related(place, Infinity);
  for (const box of view.svg.querySelectorAll(".box")) {
    const at = Number(box.dataset.node);
    box.classList.toggle("chosen", at === place);
    box.classList.toggle("far", near !== null && !near.has(at));
  }
  for (const path of view.svg.querySelectorAll("path")) {
    const inside = near !== null && near.has(Number(path.dataset.from)) && near.has(Number(path.dataset.to));
    path.classList.toggle("near", inside);
    path.classList.toggle("far", near !== null && !inside);
  }
  const panel = document.getElementById("panel");
  const widthBefore = canvas.clientWidth;
  panel.hidden = place === null;
  panel.replaceChildren(...(place === null ? [] : [aboutBox(place)]));
  // The panel takes its room from the right, so the left edge of the drawing stays, and the chosen box stays in sight.
  view.x += ((canvas.clientWidth - widthBefore) / 2) * view.unit;
  const box = place === null ? null : view.svg.querySelector(`.box[data-node="${place}"]`);
  if (box) {
    const right = box.transform.baseVal.getItem(0).matrix.e + Number(box.dataset.width) + 16;
    view.x = Math.max(view.x, right - (canvas.clientWidth / 2) * view.unit);
  }
  look();
}

function aboutBox(place) {
  const node = data.nodes[place];
  const columns = node.columns || [];
  return element("div", {},
    element("button", { type: "button", class: "plain close", "aria-label": "Close", onclick: () => choose(null) }, "✕"),
    element("p", { class: "kind" }, element("span", { class: "dot " + node.kind, "aria-hidden": "true" }), " ", node.kind),
    element("h2", {}, element("a", { href: address(node) }, node.label)),
    node.description && element("p", { class: "quiet" }, firstSentence(node.description)),
    element("p", { class: "actions" },
      element("a", { href: address(node) }, "Open page"),
      element("a", { href: "#!/lineage/" + encodeURIComponent(node.id) }, "Focus here")),
    element("h3", {}, columns.length ? columns.length + (columns.length === 1 ? " column" : " columns") : "No columns known"),
    element("ul", { class: "panel-columns" }, columns.map((column) => element("li", {},
      element("a", { href: address(node, column.name) }, column.name), " ", element("span", { class: "type" }, column.type || ""),
      (column.tests || []).length > 0 && element("div", { class: "chips" }, column.tests.map(chip))))));
}

function showLineage(place) {
  const reach = document.getElementById("reach");
  const scope = document.getElementById("scope");
  const depth = Number(document.getElementById("depth").value);
  reach.hidden = place === null;
  if (place === null) {
    view.svg = whole;
    scope.replaceChildren(boxes.size + " nodes, whole project");
  } else {
    view.svg = excerptOf([...related(place, depth)], place);
    scope.replaceChildren("What ", element("strong", {}, data.nodes[place].label), " comes from and feeds. ", element("a", { href: "#!/lineage" }, "Whole project"));
  }
  canvas.replaceChildren(view.svg);
  choose(place);
  fit(READABLE, place);
}
