/** Two pairings side by side: the same events played by both, and what differs at every place. */
import { PARTIES, type Facts } from "../engine";
import { line, type Moment, type World } from "../history";
import { Panel, place, Rules, sentence, usePage } from "./parts";

export function Compare({ kept, keep }: { kept: Facts | null; keep(people: Facts | null): void }) {
  const { world, moment } = usePage();
  return (
    <Panel
      id="compare"
      title="Side by side"
      aside={
        kept ? (
          <button type="button" onClick={() => keep(null)}>
            Close
          </button>
        ) : (
          <button type="button" onClick={() => keep(line(moment)[0]!.people)}>
            Keep these two to compare with
          </button>
        )
      }
    >
      {kept ? <Differences world={world} kept={kept} /> : <p class="quiet">Keep these two, then choose others: what differs shows here.</p>}
    </Panel>
  );
}

function Differences({ world, kept }: { world: World; kept: Facts }) {
  const { moment } = usePage();
  const then = replayed(world, kept, moment);
  const odd = Object.keys(kept).filter((name) => kept[name] !== line(moment)[0]!.people[name]);
  const rows = world.page.specification.events.flatMap((event) =>
    PARTIES.flatMap((by) => {
      const [one, other] = [then, moment].map((each) => each.program.fire(each.places, event, by));
      const differs = one!.accepted !== other!.accepted || (!one!.accepted && !other!.accepted && one!.rule !== other!.rule);
      return differs ? [{ event, by, one: one!, other: other! }] : [];
    }),
  );
  const places = Object.keys(moment.places).filter((name) => then.places[name]!.state !== moment.places[name]!.state);
  if (!odd.length) return <p class="quiet">They are the same two. Choose others above.</p>;
  return (
    <>
      <p>
        Kept: {odd.map((name) => `${name} ${String(kept[name])}`).join(", ")}. Now: {odd.map((name) => `${name} ${String(line(moment)[0]!.people[name])}`).join(", ")}.
      </p>
      <p>
        Route: kept <b>{world.tables.route(kept).kind}</b>, now <b>{world.tables.route(moment.people).kind}</b>.{" "}
        {places.map((name) => `${name.replaceAll("_", " ")}: ${place(then.places[name]!, kept)}, now ${place(moment.places[name]!, moment.people)}. `)}
      </p>
      {rows.length ? (
        <table>
          <caption class="hidden">What differs here</caption>
          <thead>
            <tr>
              <th scope="col">Event</th>
              <th scope="col">Kept</th>
              <th scope="col">Now</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ event, by, one, other }) => (
              <tr key={event + by}>
                <th scope="row">{sentence(world, moment.people, { event, by })}</th>
                {[one, other].map((each, n) => (
                  <td key={n}>{each.accepted ? "✓ possible" : <>✗ {each.rule ? <Rules ids={[each.rule]} /> : "not applicable"}</>}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      ) : (
        <p>At this place nothing differs for them.</p>
      )}
    </>
  );
}

/** The same steps, by other people. */
function replayed(world: World, people: Facts, moment: Moment): Moment {
  let now = world.begin(people);
  for (const { step } of line(moment).slice(1)) if (step) now = world.next(now, step);
  return now;
}
