
// Light highlighting: one pass over the text, enough to find one's way in a query.
const KEYWORDS = new Set(("select from where group by order having limit offset join left right full inner outer cross lateral on using as and or not in is null "
  + "case when then else end with recursive union all except intersect distinct create table view insert into values update delete set over partition window qualify "
  + "between like ilike exists cast try_cast asc desc nulls first last true false interval filter rows range preceding following current row unnest pivot unpivot "
  + "exclude replace asof positional semi anti natural any some rollup cube grouping sets fetch if begin commit").split(" "));
const TOKEN = /(--[^\n]*|\/\*[\s\S]*?\*\/|\{#[\s\S]*?#\})|(\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\})|('(?:[^']|'')*')|("(?:[^"]|"")*")|\b(\d+(?:\.\d+)?)\b|([A-Za-z_][A-Za-z_0-9]*)/g;

function highlighted(sql) {
  const out = document.createDocumentFragment();
  const put = (text, kind) => out.append(kind ? element("span", { class: kind }, text) : text);
  let last = 0;
  for (const found of sql.matchAll(TOKEN)) {
    const [text, comment, jinja, string, , number, word] = found;
    const kind = comment ? "comment" : jinja ? "jinja" : string ? "string" : number ? "number" : word && KEYWORDS.has(word.toLowerCase()) ? "keyword" : "";
    if (!kind) continue;
    put(sql.slice(last, found.index));
    put(text, kind);
    last = found.index + text.length;
  }
  put(sql.slice(last));
  return out;
}

// The clipboard's interface is not there for every file:// page; the old command is.
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = element("textarea", { class: "unseen", "aria-hidden": "true" });
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}

// `texts` is a list of [title, sql]; the first that is shown is the first given.
function codeBlock(texts) {
  const code = element("code");
  const said = element("span", { class: "unseen", role: "status" });
  let current = 0;
  const button = element("button", { type: "button", class: "copy", onclick: async () => {
    const done = await copy(texts[current][1]);
    button.textContent = done ? "Copied" : "Not copied";
    said.textContent = button.textContent;
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  } }, "Copy");
  const tabs = texts.map(([title], index) => element("button", { type: "button", "aria-pressed": "false", onclick: () => show(index) }, title));
  function show(index) {
    current = index;
    tabs.forEach((tab, at) => tab.setAttribute("aria-pressed", String(at === index)));
    code.replaceChildren(highlighted(texts[index][1]));
  }
  show(0);
  return element("div", { class: "code" },
    element("div", { class: "code-bar" }, element("div", { class: "switch", role: "group", "aria-label": "Which code" }, tabs), button, said),
    element("pre", { tabindex: "0" }, code));
}
