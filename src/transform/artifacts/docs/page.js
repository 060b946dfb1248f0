
// One thing at a time in the middle of the page, chosen by the address: #!/model/model.shop.orders as in dbt's own page.
const KINDS = [["source", "Sources"], ["seed", "Seeds"], ["snapshot", "Snapshots"], ["model", "Models"], ["analysis", "Analyses"], ["metric", "Metrics"],
  ["semantic_model", "Semantic models"], ["saved_query", "Saved queries"], ["exposure", "Exposures"], ["macro", "Macros"]];
const main = document.getElementById("main");
const contents = document.getElementById("contents");
const menu = document.getElementById("menu");

function link(place) {
  const node = data.nodes[place];
  return element("a", { href: address(node), class: "node-link" }, element("span", { class: "dot " + node.kind, "aria-hidden": "true" }), node.label);
}

function folder(node) {
  if (node.kind === "source") return [node.label.split(".")[0]];
  const parts = node.path.split("/").slice(node.kind === "model" ? 1 : 0, -1);
  const own = node.package === data.project ? [] : [node.package];
  return node.kind === "model" ? [...own, ...parts] : own;
}

// A tree of folders; a folder's nodes come after its folders.
function treeOf(places) {
  const root = { folders: new Map(), places: [] };
  for (const place of places) {
    let at = root;
    for (const part of folder(data.nodes[place])) {
      if (!at.folders.has(part)) at.folders.set(part, { folders: new Map(), places: [] });
      at = at.folders.get(part);
    }
    at.places.push(place);
  }
  return root;
}

function list(tree, open) {
  const folders = [...tree.folders].sort(([a], [b]) => a.localeCompare(b));
  const places = tree.places.sort((a, b) => data.nodes[a].label.localeCompare(data.nodes[b].label));
  return element("ul", {},
    folders.map(([name, inner]) => element("li", {}, element("details", { open }, element("summary", {}, name), list(inner, open)))),
    places.map((place) => element("li", {}, element("a", { href: address(data.nodes[place]) },
      data.nodes[place].kind === "source" ? data.nodes[place].name : data.nodes[place].label))));
}

function buildContents() {
  const open = data.nodes.length <= 120;
  contents.append(element("ul", { class: "fixed" },
    element("li", {}, element("a", { href: "#!/overview" }, "Overview")),
    element("li", {}, element("a", { href: "#!/lineage" }, "Lineage")),
    data.tests.length > 0 && element("li", {}, element("a", { href: "#!/tests" }, "Tests"))));
  for (const [kind, title] of KINDS) {
    const places = data.nodes.flatMap((node, place) => (node.kind === kind ? [place] : []));
    if (!places.length) continue;
    contents.append(element("details", { class: "section", open: kind === "model" || (open && kind !== "macro") },
      element("summary", {}, title, " ", element("span", { class: "count" }, String(places.length))), list(treeOf(places), open)));
  }
}

function tally() {
  const counts = { pass: 0, fail: 0, warn: 0, error: 0, skipped: 0, unknown: 0 };
  for (const test of data.tests) counts[test.status in counts ? test.status : "unknown"] += 1;
  return counts;
}

function overviewPage() {
  const counts = tally();
  const failed = counts.fail + counts.error;
  const run = data.tests.length - counts.unknown;
  const described = data.nodes.filter((node) => node.kind !== "macro" && node.description).length;
  const all = data.nodes.filter((node) => node.kind !== "macro").length;
  const troubled = data.tests.flatMap((test, place) => (["fail", "error", "warn"].includes(test.status) ? [place] : []));
  return [
    element("p", { class: "kind" }, "Data catalogue"),
    element("h1", {}, data.project),
    element("p", { class: "quiet" }, [when(data.generated_at) && "Generated " + when(data.generated_at), data.adapter, all ? described + " of " + all + " described" : ""].filter(Boolean).join(" · ")),
    element("ul", { class: "counts" }, KINDS.map(([kind, title]) => {
      const count = data.nodes.filter((node) => node.kind === kind).length;
      return count > 0 && element("li", {}, element("strong", {}, String(count)), " ", (count === 1 ? title.replace(/ies$/, "y").replace(/ses$/, "sis").replace(/s$/, "") : title).toLowerCase());
    })),
    data.tests.length > 0 && element("section", { class: "tests-card" },
      element("h2", {}, element("a", { href: "#!/tests" }, "Tests")),
      run === 0 ? element("p", {}, data.tests.length + " tests, none of them run in the last results.")
        : [element("p", { class: failed ? "verdict fail" : "verdict pass" }, element("strong", {}, counts.pass + " of " + run + " passed"),
            failed ? ", " + failed + " failed" : "", counts.warn ? ", " + counts.warn + " warned" : "", counts.skipped ? ", " + counts.skipped + " skipped" : "",
            counts.unknown ? ", " + counts.unknown + " not run" : "", when(data.run_at) && element("span", { class: "quiet" }, " · " + when(data.run_at))),
          bar(counts)],
      troubled.length > 0 && element("ul", { class: "troubled" }, troubled.slice(0, 12).map((place) => element("li", {}, chip(place), " ",
        element("span", { class: "quiet" }, about(data.tests[place])))))),
    data.overview ? rendered(data.overview, "prose") : null,
    ...KINDS.filter(([kind]) => kind !== "macro").map(([kind, title]) => {
      const places = data.nodes.flatMap((node, place) => (node.kind === kind ? [place] : []));
      return places.length > 0 && element("section", {}, element("h2", {}, title), element("ul", { class: "index" }, places.map((place) =>
        element("li", {}, link(place), " ", element("span", { class: "quiet" }, firstSentence(data.nodes[place].description))))));
    }),
  ];
}

function bar(counts) {
  let left = 0;
  const parts = ["pass", "warn", "fail", "error", "skipped", "unknown"].map((status) => {
    const width = (100 * counts[status]) / data.tests.length;
    left += width;
    return svgElement("rect", { class: status, x: left - width, width, height: 1 });
  });
  return svgElement("svg", { class: "bar", viewBox: "0 0 100 1", preserveAspectRatio: "none", "aria-hidden": "true" }, parts);
}

function about(test) {
  const on = test.nodes.map((place) => data.nodes[place].label).join(", ");
  return on ? "on " + on + (test.column ? "." + test.column : "") : "";
}

function testsPage() {
  const rank = (test) => ["error", "fail", "warn", "skipped", "", "pass"].indexOf(test.status || "");
  const order = data.tests.map((_, place) => place).sort((a, b) => rank(data.tests[a]) - rank(data.tests[b]) || a - b);
  return [
    element("h1", {}, "Tests"),
    element("p", { class: "quiet" }, when(data.run_at) && "Last results: " + when(data.run_at) + (data.run_command ? ", by " + data.run_command : "")),
    element("table", { class: "columns" },
      element("thead", {}, element("tr", {}, ["Test", "On", "Result"].map((title) => element("th", { scope: "col" }, title)))),
      element("tbody", {}, order.map((place) => {
        const test = data.tests[place];
        return element("tr", {}, element("td", {}, chip(place)),
          element("td", {}, test.nodes.map((at, index) => [index ? ", " : "", element("a", { href: address(data.nodes[at], test.column) }, data.nodes[at].label + (test.column ? "." + test.column : ""))])),
          element("td", {}, WORDS[test.status] || "not run"));
      }))),
  ];
}

function testPage(test, place) {
  return [
    element("p", { class: "kind" }, "test"),
    element("h1", {}, test.label),
    element("p", { class: "quiet breakable" }, test.name),
    element("p", {}, chip(place), " ", test.severity && "A failure is a warning only. ", test.message),
    test.nodes.length > 0 && element("section", {}, element("h2", {}, "About"), element("ul", { class: "links" }, test.nodes.map((at) => element("li", {}, link(at), test.column ? [" column ", element("a", { href: address(data.nodes[at], test.column) }, test.column)] : "")))),
    element("p", { class: "quiet" }, test.path),
    test.sql && element("section", {}, element("h2", {}, "Code"), codeBlock([["SQL", test.sql]])),
  ];
}

function nodePage(node, place) {
  const columns = node.columns || [];
  const onColumns = new Set(columns.flatMap((column) => column.tests || []));
  const others = (node.tests || []).filter((test) => !onColumns.has(test));
  const facts = [...(node.facts || []), ["Package", node.package === data.project ? "" : node.package], ["File", node.path]].filter(([, value]) => value);
  if (node.outcome) facts.push(["Last run", node.outcome.status + (node.outcome.status === "skipped" ? "" : " in " + node.outcome.seconds.toFixed(2) + " s")]);
  const texts = [["Source", node.raw], ["Compiled", node.compiled]].filter(([, sql]) => sql);
  const near = boxes.has(place) ? miniature(place) : null;
  const side = (title, places) => element("div", {}, element("h3", {}, title), (places || []).length
    ? element("ul", { class: "links" }, places.map((at) => element("li", {}, link(at)))) : element("p", { class: "quiet" }, "nothing"));
  return [
    element("p", { class: "kind" }, element("span", { class: "dot " + node.kind, "aria-hidden": "true" }), " ", node.kind.replace("_", " "), node.ephemeral ? ", ephemeral" : ""),
    element("h1", {}, node.label),
    node.description ? rendered(node.description, "prose") : element("p", { class: "quiet" }, "Not described yet."),
    (node.tags || []).length > 0 && element("ul", { class: "tags", "aria-label": "Tags" }, node.tags.map((tag) => element("li", {}, tag))),
    node.outcome && node.outcome.message && node.outcome.status === "error" && element("pre", { class: "message" }, node.outcome.message),
    element("dl", { class: "facts" }, facts.map(([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, value))),
      node.url && element("div", {}, element("dt", {}, "Address"), element("dd", {}, element("a", { href: node.url, rel: "noreferrer" }, node.url)))),
    columns.length > 0 && element("section", {}, element("h2", {}, node.kind === "macro" ? "Arguments" : "Columns"), columnTable(node, columns)),
    others.length > 0 && element("section", {}, element("h2", {}, "Tests"), element("div", { class: "chips" }, others.map(chip))),
    (near || node.parents || node.children) && element("section", {},
      element("h2", {}, near ? "Lineage " : "Used", near && element("a", { class: "aside", href: "#!/lineage/" + encodeURIComponent(node.id) }, "open")), near,
      element("div", { class: "sides" }, side("Depends on", node.parents), side("Referenced by", node.children))),
    texts.length > 0 && element("section", {}, element("h2", {}, "Code"), codeBlock(texts)),
  ];
}

// The neighbourhood, as far as it stays small enough to read inside a page.
function miniature(place) {
  const reach = [99, 2, 1].find((steps) => related(place, steps).size <= 16) ?? 0;
  const places = related(place, reach);
  if (places.size < 2) return null;
  const svg = excerptOf([...places], place);
  svg.setAttribute("width", svg.dataset.width);
  svg.setAttribute("height", svg.dataset.height);
  svg.style.minWidth = Math.min(Number(svg.dataset.width), 760) + "px";
  return element("div", { class: "miniature", tabindex: "0", role: "group", "aria-label": "Lineage near " + data.nodes[place].label,
    onclick: (event) => {
      const box = event.target.closest(".box");
      if (!box) return;
      event.preventDefault();
      location.hash = address(data.nodes[Number(box.dataset.node)]);
    } }, svg);
}

function columnTable(node, columns) {
  const tested = columns.some((column) => (column.tests || []).length);
  const titles = ["Name", "Type", "Description", ...(tested ? ["Tests"] : [])];
  return element("table", { class: "columns" },
    element("thead", {}, element("tr", {}, titles.map((title) => element("th", { scope: "col" }, title)))),
    element("tbody", {}, columns.map((column) => element("tr", { "data-column": column.name },
      element("th", { scope: "row" }, element("a", { href: address(node, column.name) }, column.name)),
      element("td", { class: "type" }, column.type || ""),
      element("td", {}, column.description ? rendered(column.description, "prose small") : "",
        (column.tags || []).length > 0 && element("ul", { class: "tags" }, column.tags.map((tag) => element("li", {}, tag)))),
      tested && element("td", {}, element("div", { class: "chips" }, (column.tests || []).map(chip)))))));
}

function show() {
  // An address of another form is a place on the page: the skip link, or a link in a description.
  if (location.hash && !location.hash.startsWith("#!")) return;
  const [path, query] = location.hash.replace(/^#!\//, "").split("?");
  const [kind, ...rest] = path.split("/").map((part) => { try { return decodeURIComponent(part); } catch { return part; } });
  const id = rest.join("/");
  const place = byId.get(id);
  const test = data.tests.findIndex((one) => one.id === id);
  const lineage = kind === "lineage";
  document.body.classList.toggle("in-lineage", lineage);
  document.getElementById("lineage").hidden = !lineage;
  main.hidden = lineage;
  closeMenu();
  let title = "";
  if (lineage) {
    showLineage(place !== undefined && boxes.has(place) ? place : null);
    title = "Lineage";
  } else if (kind === "" || kind === "overview") main.replaceChildren(...overviewPage().flat().filter(Boolean));
  else if (kind === "tests") {
    main.replaceChildren(...testsPage().filter(Boolean));
    title = "Tests";
  } else if (place !== undefined) {
    main.replaceChildren(...nodePage(data.nodes[place], place).filter(Boolean));
    title = data.nodes[place].label;
  } else if (test >= 0) {
    main.replaceChildren(...testPage(data.tests[test], test).filter(Boolean));
    title = data.tests[test].label;
  } else main.replaceChildren(element("h1", {}, "Not in this catalogue"), element("p", {}, "There is no ", element("code", {}, id || path), " here. ", element("a", { href: "#!/overview" }, "Overview")));
  document.title = (title ? title + " · " : "") + data.project + " · data catalogue";
  markCurrent();
  const column = new URLSearchParams(query || "").get("column");
  const row = column && [...main.querySelectorAll("tr[data-column]")].find((one) => one.dataset.column === column);
  if (row) {
    row.classList.add("sought");
    row.scrollIntoView({ block: "center" });
  } else window.scrollTo(0, 0);
}

function markCurrent() {
  const here = location.hash.split("?")[0] || "#!/overview";
  for (const one of contents.querySelectorAll("[aria-current]")) one.removeAttribute("aria-current");
  const current = [...contents.querySelectorAll("a")].find((one) => one.getAttribute("href") === here);
  if (!current) return;
  current.setAttribute("aria-current", "page");
  for (let at = current.parentElement; at && at !== contents; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
  if (contents.scrollHeight > contents.clientHeight) current.scrollIntoView({ block: "nearest" });
}

function closeMenu() {
  document.body.classList.remove("menu-open");
  menu.setAttribute("aria-expanded", "false");
}

menu.addEventListener("click", () => {
  const open = document.body.classList.toggle("menu-open");
  menu.setAttribute("aria-expanded", String(open));
});
main.addEventListener("pointerdown", closeMenu);
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  main.focus();
});
document.getElementById("depth").addEventListener("change", show);
buildContents();
startSearch((href) => { if (location.hash === href) show(); else location.hash = href; });
startMoving();
window.addEventListener("hashchange", show);
show();
