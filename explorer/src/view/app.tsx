/** The page: what is where, and what it remembers. */
import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import { read, written, type Here } from "../address";
import type { Facts, Way } from "../engine";
import { line, type Moment, type Step, type World } from "../history";
import { Compare } from "./compare";
import { Page, Panel } from "./parts";
import { People, Route } from "./people";
import { Pictures } from "./picture";
import { keyed, Picked, Possible, Screens, Why } from "./play";
import { Search } from "./rules";
import { Log, Share } from "./share";
import { History, Time } from "./time";

export function App({ world, start }: { world: World; start: string }) {
  const [{ here, wrong }, setHere] = useState(() => begun(world, location.hash.slice(1) || start));
  const [shown, show] = useState(() => first(here.moment));
  const [why, setWhy] = useState<Way | null>(null);
  const [rows, pick] = useState<readonly string[]>([]);
  const [chosen, choose] = useState("");
  const [kept, keep] = useState<Facts | null>(null);
  const { moment, edition } = here;
  // Keys and clicks may come faster than the page is drawn.
  const now = useRef(here);

  const set = useCallback((next: Here) => {
    now.current = next;
    setHere({ here: next, wrong: "" });
    setWhy(null);
    pick([]);
    show((now) => moved(next.moment) ?? now);
  }, []);
  const go = useCallback((next: Moment) => set({ ...now.current, moment: next }), [set]);
  const take = useCallback((step: Step) => go(world.next(now.current.moment, step)), [go, world]);
  const begin = useCallback((people: Facts) => go(world.begin(people)), [go, world]);

  useEffect(() => {
    const address = `#${written(world, here)}`;
    if (address !== location.hash) history.replaceState(null, "", address);
    document.title = `${String(moment.people["originator.mode"])} to ${String(moment.people["recipient.mode"])}: conversations between Teams and SfB`;
  }, [here]);
  useEffect(() => {
    const again = () => {
      const next = begun(world, location.hash);
      now.current = next.here;
      setHere(next);
      show(first(next.here.moment));
    };
    addEventListener("hashchange", again);
    return () => removeEventListener("hashchange", again);
  }, [world]);
  useEffect(() => {
    const key = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      if (event.ctrlKey || event.metaKey || event.altKey || target.closest("input, select, textarea, [role=tab]")) return;
      const { moment } = now.current;
      const n = "1234567890".indexOf(event.key);
      const way = keyed(moment)[n];
      if (n >= 0 && way) take(way);
      else if (event.key === "ArrowLeft" && moment.before) go(moment.before);
      else if (event.key === "ArrowRight" && moment.after.length) go(moment.after.at(-1)!);
      else return;
      event.preventDefault();
    };
    addEventListener("keydown", key);
    return () => removeEventListener("keydown", key);
  }, [take, go]);

  const doing = useMemo(
    () => ({
      ...{ world, moment, go, take },
      pick: (some: readonly string[]) => {
        pick(some);
        setWhy(null);
      },
      rule: (id: string) => {
        choose(id);
        document.getElementById("rules")?.scrollIntoView({ block: "nearest" });
      },
    }),
    [world, moment, go, take],
  );
  const reading = why && moment.program.fire(moment.places, why.event, why.by);
  return (
    <Page.Provider value={doing}>
      <header class="head">
        <h1>One conversation between Teams and Skype for Business</h1>
        <nav aria-label="Stories">
          {world.page.stories.map(({ title }, n) => (
            <button type="button" key={title} onClick={() => set(story(world, n))}>
              {title}
            </button>
          ))}
        </nav>
      </header>
      {wrong && (
        <p class="wrong" role="alert">
          The address cannot be read: {wrong}
        </p>
      )}
      <main>
        <div class="side">
          <People
            edition={edition}
            begin={begin}
            change={(given) => take({ change: given })}
            edit={(name) => set(renamed(world, here, name))}
          />
          <Compare kept={kept} keep={keep} />
          <Search chosen={chosen} choose={choose} show={show} />
          <Log />
        </div>
        <div class="middle">
          <Route />
          <Screens />
          {reading && !reading.accepted && (
            <Panel
              id="why"
              title="Why not"
              aside={
                <button type="button" onClick={() => setWhy(null)}>
                  Close
                </button>
              }
            >
              <Why way={why} refusal={reading} places={moment.places} />
            </Panel>
          )}
          {rows.length > 0 && <Picked rows={rows} close={() => pick([])} />}
          <Possible picked={why} pick={setWhy} />
          <div class="two">
            <Time />
            <History />
          </div>
          <Share />
        </div>
        <div class="wide">
          <Pictures shown={shown} show={show} rules={chosen} />
        </div>
      </main>
      <footer class="quiet">
        interop-fsm {world.page.version}, specification {world.page.specification.fingerprint}. Nothing is sent anywhere.
      </footer>
    </Page.Provider>
  );
}

/** Where the address says that one is; at the first story where it says nothing, or nothing that can be read. */
function begun(world: World, address: string): { readonly here: Here; readonly wrong: string } {
  if (!address) return { here: story(world, 0), wrong: "" };
  try {
    return { here: read(world, address), wrong: "" };
  } catch (error) {
    return { here: story(world, 0), wrong: (error as Error).message };
  }
}

/** A story, played to its end, and looked at where it is refused, or at its beginning. */
function story(world: World, n: number): Here {
  const { people, scenes } = world.page.stories[n]!;
  let moment = world.begin(people);
  for (const { event, by, changes } of scenes)
    moment = world.next(moment, event === "change" ? { change: changes } : { event, by: by as Way["by"] });
  const all = line(moment);
  const refused = all.find(({ happened }) => happened.some(({ result }) => !result.accepted));
  return { edition: world.page.editions[0]!, moment: refused ?? all[0]! };
}

/** The same two in another edition, from the beginning. */
function renamed(world: World, here: Here, name: string): Here {
  return { ...here, edition: world.edition(name) ?? here.edition };
}

/** The lifecycle to show: the one that moved last, or the chat. */
function moved(moment: Moment): string | undefined {
  const before = moment.before?.places;
  const names = Object.keys(moment.places).filter((name) => before && moment.places[name] !== before[name]);
  return names.find((name) => name === "meeting") ?? names.find((name) => name !== "terminated_call") ?? names[0];
}

function first(moment: Moment): string {
  return moved(moment) ?? "chat";
}
