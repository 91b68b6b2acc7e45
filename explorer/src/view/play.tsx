/** What can happen now, what has just happened to whom, and why something cannot. */
import type { Party, Row } from "../data";
import { PAIR, PARTIES, type Accepted, type Checked, type Refusal, type Way } from "../engine";
import type { Happened, Moment, World } from "../history";
import { KINDS } from "../log";
import { LIFECYCLE, Mark, ON, Panel, place, Rules, sentence, usePage, who } from "./parts";
import { ofRows } from "./picture";

const KEYS = "1234567890";

/** The events that keys 1 to 9 and 0 fire. */
export function keyed(moment: Moment): Way[] {
  return moment.program.available(moment.places).slice(0, KEYS.length);
}

export function Possible({ picked, pick }: { picked: Way | null; pick(way: Way): void }) {
  const { world, moment, take } = usePage();
  const possible = moment.program.available(moment.places);
  const keys = keyed(moment);
  const is = (one: Way, other: Way) => one.event === other.event && one.by === other.by;
  return (
    <Panel id="possible" title="What can happen now" aside={<span class="quiet">keys 1 to 9 play it, ← and → go through time</span>}>
      <div class="three">
        {PARTIES.map((party) => {
          const theirs = possible.filter(({ by }) => by === party);
          const not = world.page.specification.events.filter(
            (event) => world.page.sentences[event]!.includes("{who}") === (party !== "service") && !theirs.some((way) => way.event === event),
          );
          return (
            <div key={party}>
              <h3 title={who(moment.people, party)}>{who(moment.people, party)}</h3>
              <ul class="ways">
                {theirs.map((way) => {
                  const n = keys.findIndex((each) => is(each, way));
                  return (
                    <li key={way.event}>
                      <button type="button" class="way" data-event={way.event} data-by={way.by} aria-keyshortcuts={n < 0 ? undefined : KEYS[n]} onClick={() => take(way)}>
                        {n >= 0 && <kbd aria-hidden="true">{KEYS[n]}</kbd>}
                        {sentence(world, moment.people, way)}
                      </button>
                    </li>
                  );
                })}
              </ul>
              {!theirs.length && <p class="quiet">nothing</p>}
              <details>
                <summary>{not.length} that cannot, and why</summary>
                <ul class="ways">
                  {not.map((event) => {
                    const way = { event, by: party };
                    return (
                      <li key={event}>
                        <button type="button" class="way not" data-event={event} data-by={party} aria-pressed={!!picked && is(picked, way)} onClick={() => pick(way)}>
                          {sentence(world, moment.people, way)}
                        </button>
                      </li>
                    );
                  })}
                </ul>
              </details>
            </div>
          );
        })}
      </div>
    </Panel>
  );
}

/** Both users' screens, and what the services do. */
export function Screens() {
  const { world, moment, go } = usePage();
  const route = world.tables.route(moment.people);
  const next = moment.after.at(-1);
  const aside = next && (
    <button type="button" class="main" onClick={() => go(next)}>
      Next: {told(world, next)} →
    </button>
  );
  return (
    <Panel id="screens" title={moment.step ? told(world, moment) : "Nothing has happened yet"} aside={aside}>
      <div aria-live="polite">
        {moment.happened.map((each, n) => (
          <What key={n} happened={each} places={(moment.before ?? moment).places} route={route.on} />
        ))}
        {moment.step && "wait" in moment.step && !moment.happened.length && <p class="quiet">No timer expires.</p>}
      </div>
      {!moment.step && (
        <p class="quiet">
          Play an event: below, on the picture, or by its key.{next ? " Or go on with the story." : ""}
        </p>
      )}
    </Panel>
  );
}

/** A step in a sentence. */
export function told(world: World, moment: Moment): string {
  const { step, before } = moment;
  if (!step) return "The beginning";
  if ("wait" in step) return `${step.wait} s go by`;
  if ("change" in step)
    return `A change: ${Object.entries(step.change)
      .map(([name, value]) => `${owner(name, before!.people)} ${String(value)}`)
      .join(", ")}`;
  return sentence(world, before!.people, step);
}

function owner(name: string, people: Moment["people"]): string {
  const [party, fact] = name.split(".") as [string, string | undefined];
  return fact ? `${who(people, party)}'s ${fact.replaceAll("_", " ")} becomes` : `${name.replaceAll("_", " ")} becomes`;
}

function What({ happened, places, route }: { happened: Happened; places: Moment["places"]; route: Readonly<Record<string, string>> }) {
  const { world, moment } = usePage();
  const { event, by, result } = happened;
  const auto = !moment.step || !("event" in moment.step);
  return (
    <div class="what">
      {auto && event !== "change" && (
        <p>
          <Mark yes={result.accepted} />
          {sentence(world, moment.people, { event, by })}
        </p>
      )}
      {result.accepted ? <Seen result={result} places={places} route={route} /> : <Why way={{ event, by }} refusal={result} places={places} />}
    </div>
  );
}

function Seen({ result, places, route }: { result: Accepted; places: Moment["places"]; route: Readonly<Record<string, string>> }) {
  const { world, moment } = usePage();
  const says = (effect: string) => world.tables.effects.get(effect)!.says;
  const services = result.effects.filter(({ to }) => !PAIR.includes(to as never));
  const moved = Object.entries(result.places).filter(([name, at]) => at !== places[name] && place(at, moment.people) !== place(places[name]!, moment.people));
  return (
    <>
      <div class="screens">
        {PAIR.map((party) => {
          const seen = result.effects.filter(({ to }) => to === party);
          return (
            <div class="screen" key={party}>
              <h3>
                {who(moment.people, party)} <small>{ON[route[party]!]}</small>
              </h3>
              {seen.length ? (
                <ul>
                  {seen.map(({ effect }, n) => (
                    <li key={n}>{says(effect)}</li>
                  ))}
                </ul>
              ) : (
                <p class="quiet">sees nothing new</p>
              )}
            </div>
          );
        })}
      </div>
      <dl>
        {services.length > 0 && (
          <>
            <dt>services</dt>
            <dd>{services.map(({ effect, to }) => `the ${to.replaceAll("-", " ")} ${says(effect)}`).join("; ")}</dd>
          </>
        )}
        {moved.length > 0 && (
          <>
            <dt>states</dt>
            <dd>{moved.map(([name, at]) => `${LIFECYCLE(name)} ${places[name]!.state} → ${place(at, moment.people)}`).join("; ")}</dd>
          </>
        )}
        {(result.start.length > 0 || result.cancel.length > 0) && (
          <>
            <dt>timers</dt>
            <dd>
              {[
                ...result.start.map(({ event, seconds }) => `${event} in ${seconds} s`),
                ...result.cancel.map((event) => `${event} cancelled`),
              ].join("; ")}
            </dd>
          </>
        )}
        {result.rules.length > 0 && (
          <>
            <dt>rules</dt>
            <dd>
              <Rules ids={result.rules} />
            </dd>
          </>
        )}
      </dl>
    </>
  );
}

/** Why an event is refused, and every way out, each to be clicked. */
export function Why({ way, refusal, places }: { way: Way; refusal: Refusal; places: Moment["places"] }) {
  const { world, moment, take } = usePage();
  const cures = [...new Set(refusal.reasons.filter(({ rule }) => rule === refusal.rule).map(({ remedy }) => remedy).filter(Boolean))];
  return (
    <div class="why">
      <p>
        <Mark yes={false} />
        <b>{way.event}</b> by {who(moment.people, way.by)} is {KINDS[refusal.kind]}: {refusal.message} <Rules ids={refusal.rules} />
      </p>
      {refusal.rule && <p class="quiet">{world.tables.rules.get(refusal.rule)!.says}</p>}
      {(refusal.ways.length > 0 || cures.length > 0) && (
        <div>
          <h3>What helps</h3>
          <ul class="ways">
            {refusal.ways.map((each) => (
              <li key={each.event + each.by}>
                <button type="button" class="way" onClick={() => take(each)}>
                  {sentence(world, moment.people, each)}
                </button>
              </li>
            ))}
            {cures.map((each) => (
              <li key={each}>or {each}</li>
            ))}
          </ul>
        </div>
      )}
      <Tried way={way} places={places} />
    </div>
  );
}

/** The rows that an event might take, with their guards as they hold. */
function Tried({ way, places }: { way: Way; places: Moment["places"] }) {
  const { moment } = usePage();
  const rows = moment.program.tried(places, way.event, way.by);
  if (!rows.length) return null;
  return (
    <details open={rows.length < 4}>
      <summary>
        {rows.length} {rows.length === 1 ? "row" : "rows"} tried
      </summary>
      <ol class="tried">
        {rows.map(({ row, guards }) => (
          <li key={row.id}>
            <code>{row.id}</code> {row.refused ? <>refuses by {row.refused}</> : <>to {row.to ?? "where it stands"}</>}
            <Guards guards={guards} />
          </li>
        ))}
      </ol>
    </details>
  );
}

function Guards({ guards }: { guards: readonly Checked[] }) {
  const { world, moment } = usePage();
  return (
    <ul class="guards">
      {guards.map(({ guard, about, holds }, n) => {
        const known = world.tables.guards.get(guard)!;
        return (
          <li key={n}>
            <span class={holds ? "mark yes" : "mark no"} aria-hidden="true">
              {holds ? "✓" : "✗"}
            </span>
            <span class="hidden">{holds ? "holds: " : "fails: "}</span>
            {about ? `${who(moment.people, about)} ` : ""}
            {holds ? known.says : known.otherwise}
            {!holds && known.remedy ? <i> ({known.remedy})</i> : ""} <Rules ids={known.rules} />
          </li>
        );
      })}
    </ul>
  );
}

/** What a click on an arrow or a box of the picture was about. */
export function Picked({ rows, close }: { rows: readonly string[]; close(): void }) {
  const { world, moment, take } = usePage();
  const ways = ofRows(world, rows);
  const possible = ways.filter(({ event, by }) => moment.program.may(moment.places, event, by));
  const known = rows.map((each) => world.tables.rows.get(each)!);
  return (
    <Panel
      id="picked"
      title={`On the picture: ${[...new Set(known.map(({ event }) => event))].join(", ")}`}
      aside={
        <button type="button" onClick={close}>
          Close
        </button>
      }
    >
      {possible.length > 0 ? (
        <ul class="ways">
          {possible.map((way) => (
            <li key={way.event + way.by}>
              <button type="button" class="way" onClick={() => take(way)}>
                {sentence(world, moment.people, way)}
              </button>
            </li>
          ))}
        </ul>
      ) : (
        <p>Not possible now.</p>
      )}
      <ol class="tried">
        {known.map((row) => (
          <OneRow key={row.id} row={row} />
        ))}
      </ol>
    </Panel>
  );
}

function OneRow({ row }: { row: Row }) {
  const { world, moment } = usePage();
  const here = Object.entries(moment.places).some(([name, at]) => row.id.startsWith(`${name}.${at.state}.`));
  const by: Party = row.by === "service" ? "service" : "originator";
  const tried = here ? PARTIES.flatMap((party) => moment.program.tried(moment.places, row.event, party)).find((each) => each.row.id === row.id) : undefined;
  return (
    <li>
      <code>{row.id}</code>{" "}
      {row.signal ? `a signal: ${row.event}` : sentence(world, moment.people, { event: row.event, by })}, by {row.by}
      {row.refused ? <>, refused by {row.refused}</> : row.to ? <>, to {row.to}</> : ""} <Rules ids={row.rules} />
      {tried ? <Guards guards={tried.guards} /> : <p class="quiet">Another state than the one it is in, or somebody else's.</p>}
    </li>
  );
}
