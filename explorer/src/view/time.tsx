/** Time: timers that run, a slider, and a history to go back in and branch from. */
import { useState } from "preact/hooks";
import { latest, line, LONGEST_WAIT, type Moment } from "../history";
import { Mark, Panel, time, usePage } from "./parts";
import { told } from "./play";

const SHOWN = 60;

export function Time() {
  const { moment, take } = usePage();
  const [seconds, setSeconds] = useState(30);
  const timers = [...moment.timers].sort((one, other) => one[1] - other[1]);
  return (
    <Panel id="time" title="Time" aside={<span class="quiet">{time(moment.clock)} since the beginning</span>}>
      {timers.length ? (
        <ul class="timers">
          {timers.map(([event, at]) => (
            <li key={event}>
              <button type="button" onClick={() => take({ wait: at - moment.clock })}>
                until {event}
              </button>{" "}
              in {at - moment.clock} s
            </li>
          ))}
        </ul>
      ) : (
        <p class="quiet">No timer runs.</p>
      )}
      <div class="row">
        <label class="grow">
          <span class="hidden">Seconds to let go by</span>
          <input type="range" min={1} max={900} value={seconds} onInput={(event) => setSeconds(Number(event.currentTarget.value))} />
        </label>
        <button type="button" onClick={() => take({ wait: Math.min(seconds, LONGEST_WAIT) })}>
          {seconds} s later
        </button>
      </div>
    </Panel>
  );
}

export function History() {
  const { world, moment, go } = usePage();
  const all = line(latest(moment));
  const first = Math.max(0, Math.min(moment.number - SHOWN / 2, all.length - SHOWN));
  const some = all.slice(first, first + SHOWN);
  const siblings = moment.before?.after.filter((each) => each !== moment) ?? [];
  return (
    <Panel
      id="history"
      title="History"
      aside={
        <span class="row">
          <button type="button" disabled={!moment.before} onClick={() => go(moment.before!)} aria-keyshortcuts="ArrowLeft">
            ← back
          </button>
          <button type="button" disabled={!moment.after.length} onClick={() => go(moment.after.at(-1)!)} aria-keyshortcuts="ArrowRight">
            forward →
          </button>
          <button type="button" disabled={!moment.before} onClick={() => go(all[0]!)}>
            to the beginning
          </button>
        </span>
      }
    >
      {first > 0 && <p class="quiet">{first} before these</p>}
      <ol class="history" start={first}>
        {some.map((each) => (
          <li key={each.number} aria-current={each === moment ? "step" : undefined}>
            <button type="button" onClick={() => go(each)}>
              <Outcome moment={each} />
              {told(world, each)}
              <small>{time(each.clock)}</small>
              {each.after.length > 1 && <small> {each.after.length} ways on</small>}
            </button>
          </li>
        ))}
      </ol>
      {all.length > first + SHOWN && <p class="quiet">{all.length - first - SHOWN} after these</p>}
      {siblings.length > 0 && (
        <div>
          <h3>Or else, from there</h3>
          <ul class="ways">
            {siblings.map((each, n) => (
              <li key={n}>
                <button type="button" onClick={() => go(each)}>
                  {told(world, each)}
                </button>
              </li>
            ))}
          </ul>
        </div>
      )}
    </Panel>
  );
}

function Outcome({ moment }: { moment: Moment }) {
  const results = moment.happened.map(({ result }) => result.accepted);
  return results.length ? <Mark yes={results.every(Boolean)} /> : <span class="mark" aria-hidden="true">·</span>;
}
