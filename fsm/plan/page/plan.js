"use strict";
// Everything here is looked up in what the planner worked out; no rule is decided on this page.
const data = JSON.parse(document.getElementById("plan").textContent);
const { questions, kinds, cases, table, states, people, report } = data;
const find = (id) => document.getElementById(id);
const number = (value) => (value === null ? "-" : Math.round(value).toLocaleString("en"));

function make(tag, props, ...inside) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props || {})) {
    if (name === "class") node.className = value;
    else if (name in node) node[name] = value;
    else node.setAttribute(name, value);
  }
  node.append(...inside.filter((each) => each !== null && each !== undefined));
  return node;
}

function put(id, ...inside) {
  find(id).replaceChildren(...inside.filter((each) => each !== null));
}

function rows(head, body) {
  const numeric = head.map((_, n) => body.length > 0 && body.every((row) => /^[-\d.,%]+$/.test(String(row[n]))));
  const line = (cells, tag) =>
    make("tr", {}, ...cells.map((cell, n) => make(cell === "" ? "td" : tag, { class: numeric[n] ? "number" : /^[A-Z]+-\d+$/.test(String(cell)) ? "rule" : "", ...(tag === "th" && cell !== "" ? { scope: "col" } : {}) }, cell)));
  const titles = head.some((each) => each !== "") ? make("thead", {}, line(head, "th")) : null;
  return make("div", { class: "wide", tabindex: "0" }, make("table", {}, ...(titles ? [titles] : []), make("tbody", {}, ...body.map((row) => line(row, "td")))));
}

// People: [address, columns..., kind at the start, state, kind, ...]; what they are after each wave follows from that.
const width = 1 + data.columns.length;
function kindAt(who, state) {
  let kind = who[width];
  for (let n = width + 1; n < who.length; n += 2) if (who[n] <= state) kind = who[n + 1];
  return kind;
}
const caseOf = (first, second) => table[first * kinds.length + second];
const rank = (question, value) => question.values.indexOf(value);
function changes(was, now) {
  if (was < 0 || was === now) return [];
  return questions
    .map((question) => ({ question, old: cases[was][question.name], next: cases[now][question.name] }))
    .filter(({ question, old, next }) => question.ranked && old.value !== next.value)
    .map(({ question, old, next }) => ({
      question, old, next, way: rank(question, next.value) < rank(question, old.value) ? "lost" : "gained",
    }));
}

const label = (kind) => kinds[kind].facts.mode + (kinds[kind].organisation ? ` of ${kinds[kind].organisation}` : "");
const names = ["at the start", ...report.waves.map((each) => `after ${each.name}`)];
// The wave that is looked at, from 1; 0 is all of them, from start to end.
let state = 0;
const whole = "from start to end";
const before = () => (state ? state - 1 : 0);
const after = () => (state ? state : states - 1);

function timeline() {
  const most = Math.max(1, ...report.waves.map((each) => each.moved));
  const worst = Math.max(1, ...report.waves.map((each) => each.since));
  const bar = (value, of, text, less) =>
    make("span", { class: less ? "bar less" : "bar" }, make("i", { style: `width:${(60 * value) / of}%`, "aria-hidden": "true" }), text);
  put("timeline", make("div", { class: "bars" }, ...report.waves.map((each, n) =>
    make("button", { type: "button", "aria-pressed": String(state === n + 1), onclick: () => show(state === n + 1 ? 0 : n + 1) },
      make("span", {}, each.name),
      make("span", {},
        bar(each.moved, most, `${number(each.moved)} move`),
        bar(each.since, worst, `${number(each.since)} ${report.contacts === null ? "pairs" : "minutes a week"} lost since the start`, true))))));
}

function matrix() {
  const groups = data.groups[state];
  const cell = (n, m) => {
    const met = groups.between[`${n},${m}`];
    if (!met) return make("td", {}, "–");
    const before = met.was === met.now ? "" : `, was ${met.was}`;
    return make("td", { class: met.lost.length ? "lost" : met.gained.length ? "gained" : "" },
      `${met.now}${before}`,
      met.lost.length ? make("div", { class: "lost" }, make("b", {}, "− "), met.lost.join(", ")) : null,
      met.gained.length ? make("div", { class: "gained" }, make("b", {}, "+ "), met.gained.join(", ")) : null,
      make("small", {}, `${number(met.pairs)} pairs${met.alike ? "" : ", most of them"} · ${met.rules.join(" ")}`));
  };
  const head = make("tr", {}, make("td", {}, make("small", {}, "begins ↓ with →")), ...groups.names.map((each) => make("th", { scope: "col" }, each)));
  const body = groups.names.map((each, n) => make("tr", {}, make("th", { scope: "row" }, each), ...groups.names.map((_, m) => cell(n, m))));
  put("matrix", make("p", { class: "quiet" }, `What changes ${state ? `with ${report.waves[state - 1].name}` : whole}.`),
    make("div", { class: "wide", tabindex: "0" }, make("table", { class: "grid" }, head, ...body)));
}

function stage() {
  const each = state ? report.waves[state - 1] : report.whole;
  const told = (way) => each.changes.filter((change) => change.way === way).slice(0, 12);
  const list = (way) => rows(["", "was", "is then", "rule", "because", "pairs", "people", "minutes"],
    told(way).map((change) => [change.question, change.was, change.now, change.rule, change.because, number(change.count.pairs), number(change.count.people), number(change.count.minutes)]));
  put("stage",
    make("h3", {}, "Lost"), told("lost").length ? list("lost") : make("p", {}, "Nothing."),
    make("h3", {}, "Gained"), told("gained").length ? list("gained") : make("p", {}, "Nothing."),
    make("h3", {}, "To fix first"),
    each.fixes.length ? rows(["rule", "people", "what is so", "what to do", "pairs", "new"],
      each.fixes.map((fix) => [fix.rule, number(fix.count.people), fix.because, fix.remedy, number(fix.count.pairs), number(fix.new)])) : make("p", {}, "Nothing."),
    make("h3", {}, "Conversations that are open then"),
    endings(each));
  put("departments", ...Object.entries(each.by).map(([column, tallies]) =>
    rows([column, "people", "move", "lose something", "gain something", "minutes lost"],
      tallies.map((t) => [t.value || "(none)", number(t.people), number(t.moved), number(t.losing), number(t.gaining), number(t.minutes)]))));
  const cut = each.unreachable;
  put("cut", make("p", {}, cut.length ? `Reached by nobody: ${cut.slice(0, 30).join(", ")}${cut.length > 30 ? ` and ${number(cut.length - 30)} more` : ""}.` : "Everybody can be reached by somebody."));
  put("letters", ...each.letters.slice(0, 12).map((letter) =>
    make("details", {}, make("summary", {}, `To ${number(letter.people)}: ${letter.was === letter.now ? `in ${letter.now}` : `from ${letter.was} to ${letter.now}`}`),
      make("p", { class: "quiet" }, letter.addresses.join(", ") + (letter.people > letter.addresses.length ? " …" : "")),
      make("pre", {}, letter.text))));
}

function endings(each) {
  const found = each.endings.filter((one) => one.turn.was !== one.turn.now);
  if (!found.length) return make("p", {}, "None is touched.");
  return make("details", {}, make("summary", {}, `${found.length} ways in which one may go on`),
    rows(["", "stands", "comes to", "rules", "pairs"], found.slice(0, 60).map((one) =>
      [one.turn.lifecycle, data.labels[`${one.turn.lifecycle}.${one.turn.was}`], data.labels[`${one.turn.lifecycle}.${one.turn.now}`], one.turn.rules.join(" "), number(one.count.pairs)])));
}

function search(text, most) {
  const wanted = text.trim().toLowerCase();
  if (!wanted) return [];
  return people.filter((who) => String(who[0]).toLowerCase().includes(wanted)).slice(0, most);
}

function person() {
  const found = search(find("who").value, 8);
  const exact = found.find((who) => who[0].toLowerCase() === find("who").value.trim().toLowerCase()) || (found.length === 1 ? found[0] : null);
  if (!exact) {
    put("person", ...found.map((who) => make("button", { type: "button", onclick: () => { find("who").value = who[0]; person(); } }, who[0])),
      find("who").value && !found.length ? make("p", {}, "Nobody is called so.") : null);
    return;
  }
  const parts = [make("h3", {}, exact[0]), make("p", { class: "quiet" }, data.columns.map((column, n) => `${column}: ${exact[n + 1] || "-"}`).join(", "))];
  for (let n = 1; n < states; n++) {
    const told = withOthers(exact, n);
    const moved = kindAt(exact, n - 1) !== kindAt(exact, n);
    if (!told.length && !moved) continue;
    parts.push(make("h3", {}, report.waves[n - 1].name, moved ? `: moves from ${label(kindAt(exact, n - 1))} to ${label(kindAt(exact, n))}` : ""));
    parts.push(make("ul", {}, ...told.map(([text, way]) => make("li", { class: way }, make("b", {}, way === "lost" ? "− " : "+ "), text))));
  }
  put("person", ...(parts.length > 2 ? parts : [...parts, make("p", {}, "Nothing changes for them.")]));
}

function withOthers(who, n) {
  const counted = new Map();
  for (const [[was, now], count] of data.fates[n - 1]) {
    const mine = [kindAt(who, n - 1), kindAt(who, n)];
    const self = mine[0] === was && mine[1] === now ? 1 : 0;
    if (count <= self) continue;
    const sides = new Map();
    for (const [side, change] of [
      ...changes(caseOf(mine[0], was), caseOf(mine[1], now)).map((each) => [1, each]),
      ...changes(caseOf(was, mine[0]), caseOf(now, mine[1])).map((each) => [2, each]),
    ]) {
      const rule = change.way === "lost" ? change.next.rule : change.old.rule;
      const key = `${change.way}|${change.question.name}: ${change.next.value}, was ${change.old.value} (${rule})`;
      sides.set(key, (sides.get(key) || 0) | side);
    }
    const other = kinds[was].facts.mode === kinds[now].facts.mode ? label(now) : `${label(was)} to ${label(now)}`;
    for (const way of ["lost", "gained"]) {
      const told = [...sides].filter(([key]) => key.startsWith(way)).map(([key, side]) => key.slice(way.length + 1) + ["", " where they begin", " where the other begins", ""][side]);
      if (!told.length) continue;
      const key = `${way}|${other}|${told.join("; ")}`;
      counted.set(key, (counted.get(key) || 0) + count - self);
    }
  }
  return [...counted].map(([key, count]) => {
    const [way, other, text] = key.split("|");
    return [`with ${number(count)} in ${other}: ${text}`, way];
  }).sort((a, b) => (a[1] === b[1] ? 0 : a[1] === "lost" ? -1 : 1));
}

function fragment(kind, address) {
  return `${data.kinds[kind].address},address=${address}`;
}
function pair() {
  const said = ["first", "second"].map((id) => find(id).value.trim().toLowerCase().replace(/^sip:/, ""));
  const two = said.map((address) => people.find((who) => who[0].toLowerCase() === address));
  if (!two[0] || !two[1] || two[0] === two[1]) {
    const unknown = said.find((address, n) => address && !two[n]);
    put("pair", make("p", { class: "quiet" }, unknown ? `Nobody here is called ${unknown}.` : two[0] && two[0] === two[1] ? "Name two people." : "Name two by their addresses."));
    return;
  }
  const [a, b] = two;
  const [was, now] = [before(), after()].map((at) => [kindAt(a, at), kindAt(b, at)]);
  const [old, next] = [cases[caseOf(...was)], cases[caseOf(...now)]];
  const story = questions.find((q) => q.ranked && old[q.name].value !== next[q.name].value && q.play.length) || questions.find((q) => q.play.length);
  const facts = [["originator", was[0], now[0]], ["recipient", was[1], now[1]]].flatMap(([party, x, y]) =>
    Object.entries(kinds[y].facts).filter(([name, value]) => kinds[x].facts[name] !== value).map(([name, value]) => `${party}.${name}=${value}`));
  const play = story.play.map((event) => `${event}:originator`);
  const steps = facts.length ? [...play, `change:${facts.join(",")}`, "open_chat:originator", ...play.filter((each) => !each.startsWith("open_chat"))] : play;
  const link = `explorer.html#from=${encodeURI(fragment(was[0], a[0]))}&to=${encodeURI(fragment(was[1], b[0]))}${data.around}&play=${encodeURI(steps.join(";"))}`;
  put("pair",
    rows(["", names[before()], "by", names[after()], "by"], questions.map((q) => [q.says, old[q.name].value, old[q.name].rule, next[q.name].value, next[q.name].rule])),
    ...[...new Set(questions.map((q) => next[q.name].because).filter(Boolean))].map((text) => make("p", {}, text)),
    make("p", {}, make("a", { href: link }, "Play it in the explorer"), make("small", {}, " (explorer.html, beside this page)")));
}

function show(to) {
  state = to;
  find("at").value = String(to);
  timeline();
  matrix();
  stage();
  pair();
}

find("at").append(make("option", { value: "0" }, whole), ...report.waves.map((each, n) => make("option", { value: String(n + 1) }, each.name)));
find("at").addEventListener("change", () => show(Number(find("at").value)));
find("who").addEventListener("input", person);
for (const id of ["first", "second"]) find(id).addEventListener("input", pair);
put("known", ...people.slice(0, 2000).map((who) => make("option", { value: who[0] })));
put("summary", rows(["", ""], [
  ["people", number(report.people) + (report.partners ? `, and ${number(report.partners)} of partners` : "")],
  ["waves", String(report.waves.length)],
  ["contacts", report.contacts === null ? "nobody said who talks to whom" : number(report.contacts)],
  ["on the way", `${number(report.degradation)} ${report.contacts === null ? "pairs and weeks" : "minutes"} in which something is lost against the start`],
]));
put("problems", ...(report.problems.length ? [make("details", {}, make("summary", {}, `${report.problems.length} rows are not planned`), make("ul", {}, ...report.problems.slice(0, 100).map((each) => make("li", {}, each))))] : []));
show(state);
person();
