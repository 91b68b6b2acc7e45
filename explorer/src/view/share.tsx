/** Taking it along: the address, a log, a test, a picture; and a log that is dropped here. */
import { useState } from "preact/hooks";
import { story, test, title } from "../copy";
import { follow, lines, type Followed } from "../log";
import { Panel, usePage } from "./parts";

/** The picture shown, as a file of its own. */
function picture(): string {
  const drawn = document.querySelector("#picture svg")!.cloneNode(true) as SVGSVGElement;
  const style = document.createElementNS("http://www.w3.org/2000/svg", "style");
  style.textContent = document.querySelector("style")!.textContent;
  drawn.prepend(style);
  drawn.setAttribute("class", "picture");
  return new XMLSerializer().serializeToString(drawn);
}

function save(name: string, text: string, type: string): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}

export function Share() {
  const { moment } = usePage();
  const [said, setSaid] = useState("");
  const [text, setText] = useState("");
  const copy = async (what: string, value: string) => {
    setText(value);
    try {
      await navigator.clipboard.writeText(value);
      setSaid(`${what}: copied.`);
    } catch {
      setSaid(`${what}: this browser does not let it be copied; take it from below.`);
    }
  };
  const name = title(moment.people);
  return (
    <Panel id="share" title="Take it along">
      <div class="row">
        <button type="button" onClick={() => copy("The link", location.href)}>
          Copy the link
        </button>
        <button type="button" onClick={() => copy("A log for fsm run", story(moment))}>
          As a story for <code>fsm run</code>
        </button>
        <button type="button" onClick={() => copy("A test", test(moment))}>
          As a test in Python
        </button>
        <button type="button" onClick={() => (save(`${name}.svg`, picture(), "image/svg+xml"), setSaid(`Saved as ${name}.svg.`), setText(""))}>
          As a picture
        </button>
      </div>
      <p role="status">{said}</p>
      {text && (
        <label>
          <span class="hidden">What was copied</span>
          <textarea readOnly rows={Math.min(12, text.split("\n").length)} value={text} />
        </label>
      )}
    </Panel>
  );
}

const MOST = 200;

export function Log() {
  const { world, go } = usePage();
  const [found, setFound] = useState<Awaited<ReturnType<typeof follow>> | null>(null);
  const [done, setDone] = useState<readonly [number, number] | null>(null);
  const take = async (file: File | undefined) => {
    if (!file) return;
    const all = lines(await file.text());
    const pause = () => new Promise<void>((after) => setTimeout(after));
    setFound(await follow(world, all, (n) => setDone([n, all.length]), pause));
    setDone(null);
  };
  return (
    <Panel id="log" title="Follow a log">
      <label
        class="drop"
        onDragOver={(event) => event.preventDefault()}
        onDrop={(event) => {
          event.preventDefault();
          void take(event.dataTransfer?.files[0]);
        }}
      >
        Drop a log here, JSON Lines or CSV, or choose one:{" "}
        <input type="file" accept=".jsonl,.json,.csv,.txt" onChange={(event) => void take(event.currentTarget.files?.[0])} />
      </label>
      <p class="quiet">
        Nothing leaves this page. Traces and records of other kinds: <code>fsm events FILE</code> writes them as JSON Lines.
      </p>
      {done && (
        <label>
          {done[0]} of {done[1]} lines <progress value={done[0]} max={done[1]} />
        </label>
      )}
      {found && (
        <div>
          <p role="status">
            {found.conversations.length} conversations, {found.conversations.filter((each) => each.departure).length} depart
            {found.bad.length > 0 && `, ${found.bad.length} lines cannot be read; the first: line ${found.bad[0]!.number}: ${String(found.bad[0]!.row)}`}
          </p>
          <ul class="found">
            {found.conversations.slice(0, MOST).map((each) => (
              <Conversation key={each.name} talk={each} go={() => each.moments.length && go(each.moments.at(-1)!)} />
            ))}
          </ul>
          {found.conversations.length > MOST && <p class="quiet">The first {MOST} of them.</p>}
        </div>
      )}
    </Panel>
  );
}

function Conversation({ talk, go }: { talk: Followed; go(): void }) {
  const says = talk.departure
    ? `departs at line ${talk.departure.line}: ${talk.departure.says}`
    : (talk.unread ?? `follows, ${talk.moments.length - 1} steps`);
  return (
    <li>
      <button type="button" onClick={go} disabled={!talk.moments.length}>
        {talk.name || "the conversation"}
      </button>{" "}
      <span class={talk.departure ? "mark no" : talk.unread ? "mark" : "mark yes"} aria-hidden="true">
        {talk.departure ? "✗" : talk.unread ? "?" : "✓"}
      </span>{" "}
      {says}
    </li>
  );
}
