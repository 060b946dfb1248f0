// Elements made from parts. Text always goes in as text; only Markdown that Rust rendered goes in as HTML.
const data = JSON.parse(document.getElementById("data").textContent);
const SVG = "http://www.w3.org/2000/svg";

// element("a", {href: "#"}, "text", other): false and null children are left out.
function element(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value === true ? "" : String(value));
  }
  made.append(...children.flat(Infinity).filter((child) => child !== false && child !== null && child !== undefined));
  return made;
}

function svgElement(tag, attributes, children = []) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

function rendered(html, className) {
  const made = element("div", { class: className });
  made.innerHTML = html;
  return made;
}

// The text of rendered Markdown; a template is inert, so nothing in it is ever loaded.
function plain(html) {
  if (!html) return "";
  const inert = document.createElement("template");
  // Cells and paragraphs that follow one another stay apart.
  inert.innerHTML = html.replaceAll("</", " </");
  return inert.content.textContent.trim().replace(/\s+/g, " ");
}

function firstSentence(html) {
  if (!html) return "";
  const inert = document.createElement("template");
  inert.innerHTML = html;
  const block = inert.content.querySelector("p") || inert.content;
  const text = block.textContent.trim().replace(/\s+/g, " ");
  const end = text.search(/[.!?]\s/);
  return end > 0 && end < 200 ? text.slice(0, end + 1) : text.length > 200 ? text.slice(0, 199) + "…" : text;
}

const byId = new Map(data.nodes.map((node, place) => [node.id, place]));

function address(node, column) {
  return "#!/" + node.kind + "/" + encodeURIComponent(node.id) + (column ? "?column=" + encodeURIComponent(column) : "");
}

const WORDS = { pass: "passed", fail: "failed", warn: "warned", error: "error", skipped: "skipped" };
const SIGNS = { pass: "✓", fail: "✕", warn: "!", error: "✕", skipped: "–" };

// A test as a small link: its sign and colour say how it went, its words say so too.
function chip(place) {
  const test = data.tests[place];
  const went = WORDS[test.status] || "not run";
  const count = test.failures && test.status !== "pass" ? " (" + test.failures + ")" : "";
  return element("a", { class: "chip " + (test.status || "unknown"), href: "#!/test/" + encodeURIComponent(test.id), title: test.name + ": " + went + count },
    element("span", { "aria-hidden": "true" }, SIGNS[test.status] || "○"), " ", test.label, count,
    element("span", { class: "unseen" }, " " + went));
}

function when(stamp) {
  const date = new Date(stamp);
  if (!stamp || Number.isNaN(date.getTime())) return "";
  return date.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
}
