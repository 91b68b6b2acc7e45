/** The lifecycles, drawn: where it stands lit, what is possible bright, and a click plays it. */
import { useEffect, useMemo, useRef } from "preact/hooks";
import { PARTIES, type Way } from "../engine";
import type { Moment, World } from "../history";
import { LIFECYCLE, place, sentence, usePage } from "./parts";

/** The ways that each row is taken by, at a moment. */
export function waysByRow(moment: Moment): ReadonlyMap<string, readonly Way[]> {
  const found = new Map<string, Way[]>();
  for (const way of moment.program.available(moment.places)) {
    const row = moment.program.deciding(moment.places, way.event, way.by);
    if (row) found.set(row.id, [...(found.get(row.id) ?? []), way]);
  }
  return found;
}

/** The pictures as they came, parsed once; they are ours, and markup, where all else on the page is text. */
function parsed(svg: string): SVGSVGElement {
  const found = new DOMParser().parseFromString(svg.replace(/<style>.*?<\/style>/s, ""), "image/svg+xml").documentElement;
  for (const each of found.querySelectorAll("a")) each.removeAttribute("href");
  return found as unknown as SVGSVGElement;
}

export function Pictures({ shown, show, rules }: { shown: string; show(name: string): void; rules: string }) {
  const { world, moment } = usePage();
  const tabs = world.page.pictures;
  const key = (event: KeyboardEvent) => {
    const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (!by) return;
    event.preventDefault();
    const to = tabs[(tabs.findIndex(({ name }) => name === shown) + by + tabs.length) % tabs.length]!;
    show(to.name);
    document.getElementById(`tab-${to.name}`)?.focus();
  };
  return (
    <section class="panel" aria-label="The lifecycles, drawn">
      <div role="tablist" aria-label="Lifecycles" class="tabs" onKeyDown={key}>
        {tabs.map(({ name, title }) => (
          <button
            type="button"
            role="tab"
            id={`tab-${name}`}
            key={name}
            aria-selected={name === shown}
            aria-controls="picture"
            tabIndex={name === shown ? 0 : -1}
            onClick={() => show(name)}
          >
            {title}
            <small>{place(moment.places[name]!, moment.people)}</small>
          </button>
        ))}
      </div>
      <div role="tabpanel" id="picture" aria-labelledby={`tab-${shown}`} class="picture" tabIndex={0}>
        <Drawn key={shown} name={shown} rules={rules} />
      </div>
      <p class="quiet legend">
        <span class="swatch lit" /> here now <span class="swatch bright" /> possible now: click it <span class="swatch grey" /> not
        possible now: click it to see why <span class="swatch ruled" /> rows of the rule chosen below
      </p>
    </section>
  );
}

function Drawn({ name, rules }: { name: string; rules: string }) {
  const { world, moment, take, pick } = usePage();
  const box = useRef<HTMLDivElement>(null);
  const svg = useMemo(() => parsed(world.page.pictures.find((each) => each.name === name)!.svg), [name]);
  useEffect(() => {
    box.current!.replaceChildren(document.importNode(svg, true));
  }, [svg]);
  useEffect(() => {
    const drawn = box.current!;
    const ways = waysByRow(moment);
    const state = moment.places[name]!.state;
    for (const each of drawn.querySelectorAll<SVGGElement>("g[id^=state-]"))
      each.classList.toggle("lit", each.id === `state-${state}`);
    for (const each of drawn.querySelectorAll<SVGGElement>("g[data-rows]")) {
      const rows = each.dataset["rows"]!.split(" ");
      const live = rows.flatMap((row) => ways.get(row) ?? []);
      each.classList.toggle("bright", live.length > 0);
      each.classList.toggle("grey", live.length === 0);
      each.classList.toggle("ruled", rows.some((row) => world.tables.rows.get(row)?.rules.includes(rules)));
      each.setAttribute("role", "button");
      each.setAttribute("tabindex", live.length ? "0" : "-1");
      each.setAttribute(
        "aria-label",
        live.length ? live.map((way) => sentence(world, moment.people, way)).join(", or ") : `${rows[0]!.split(".")[2]}, not possible now`,
      );
    }
    const lit = drawn.querySelector(".lit");
    const frame = drawn.parentElement!;
    if (lit) {
      const [at, of] = [lit.getBoundingClientRect(), frame.getBoundingClientRect()];
      frame.scrollTop += at.top - of.top - of.height / 3;
      frame.scrollLeft += at.left - of.left - of.width / 3;
    }
  }, [moment, name, rules, svg]);
  const chosen = (event: Event) => {
    const group = (event.target as Element).closest<SVGGElement>("g[data-rows]");
    if (!group) return;
    event.preventDefault();
    const rows = group.dataset["rows"]!.split(" ");
    const ways = waysByRow(moment);
    const live = rows.flatMap((row) => ways.get(row) ?? []);
    if (live.length === 1) take(live[0]!);
    else pick(rows);
  };
  return (
    <div
      ref={box}
      aria-label={`${LIFECYCLE(name)}, in state ${moment.places[name]!.state}`}
      role="group"
      onClick={chosen}
      onKeyDown={(event) => {
        if (event.key === "Enter" || event.key === " ") chosen(event);
      }}
    />
  );
}

/** The events of rows, and who may fire them: what a click on an arrow of several is about. */
export function ofRows(world: World, rows: readonly string[]): Way[] {
  const events = [...new Set(rows.map((row) => world.tables.rows.get(row)!).filter((row) => !row.signal).map((row) => row.event))];
  return events.flatMap((event) => PARTIES.map((by) => ({ event, by })));
}
