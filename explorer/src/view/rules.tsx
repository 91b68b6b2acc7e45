/** Rules, states and events: searched, and shown where they are. */
import { useState } from "preact/hooks";
import { Panel, Rules, usePage } from "./parts";

const MOST = 30;

export function Search({ chosen, choose, show }: { chosen: string; choose(id: string): void; show(lifecycle: string): void }) {
  const { world, pick } = usePage();
  const [words, setWords] = useState("");
  const sought = words.toLowerCase().split(/\s+/).filter(Boolean);
  const has = (...texts: string[]) => sought.every((word) => texts.join(" ").toLowerCase().includes(word));
  const { rules, lifecycles } = world.page.specification;
  const found = sought.length ? rules.filter(({ id, says }) => has(id, says)) : rules.filter(({ id }) => id === chosen);
  const states = sought.length
    ? lifecycles.flatMap((each) => each.states.filter((state) => has(each.name, state.name, state.label)).map((state) => ({ each, state })))
    : [];
  const events = sought.length ? world.page.specification.events.filter((event) => has(event, world.page.sentences[event]!)) : [];
  const rows = [...world.tables.rows.values()].filter((row) => row.rules.includes(chosen));
  return (
    <Panel id="rules" title="Rules, states and events">
      <label>
        Search
        <input type="search" value={words} placeholder="gateway, LIM-6, escalated" onInput={(event) => setWords(event.currentTarget.value)} />
      </label>
      <ul class="found">
        {found.slice(0, MOST).map(({ id, says, document }) => (
          <li key={id}>
            <button type="button" class="chip" aria-pressed={id === chosen} onClick={() => choose(id === chosen ? "" : id)}>
              {id}
            </button>{" "}
            {says} <small class="quiet">{document}</small>
          </li>
        ))}
        {states.slice(0, MOST).map(({ each, state }) => (
          <li key={`${each.name}.${state.name}`}>
            <button type="button" onClick={() => show(each.name)}>
              {each.name.replaceAll("_", " ")}: {state.name}
            </button>{" "}
            {state.label}
          </li>
        ))}
        {events.slice(0, MOST).map((event) => (
          <li key={event}>
            <button type="button" onClick={() => pick([...world.tables.rows.values()].filter((row) => row.event === event).map(({ id }) => id))}>
              {event}
            </button>{" "}
            {world.page.sentences[event]!.replaceAll("{who}", "somebody").replaceAll("{peer}", "the other")}
          </li>
        ))}
      </ul>
      {found.length + states.length + events.length > MOST && <p class="quiet">More are found; say more of what you look for.</p>}
      {sought.length > 0 && found.length + states.length + events.length === 0 && <p>Nothing has these words.</p>}
      {chosen && (
        <details>
          <summary>
            {rows.length} {rows.length === 1 ? "row keeps" : "rows keep"} {chosen}
          </summary>
          <ul class="found">
            {rows.map((row) => (
              <li key={row.id}>
                <button type="button" onClick={() => (show(row.id.split(".")[0]!), pick([row.id]))}>
                  {row.id}
                </button>{" "}
                <Rules ids={row.rules} />
              </li>
            ))}
          </ul>
        </details>
      )}
    </Panel>
  );
}
