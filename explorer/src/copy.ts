/** A conversation as others take it: a log for `fsm run`, a test in Python, a picture. */
import type { Facts, Value } from "./engine";
import { latest, line, type Moment } from "./history";
import { PAIR } from "./engine";

/** A log in JSON Lines, for `fsm run` and `fsm replay`. */
export function story(moment: Moment): string {
  const moments = line(latest(moment));
  const rows: Record<string, unknown>[] = [];
  for (const each of moments.slice(1)) {
    if (each.step && "change" in each.step) rows.push({ time: each.clock, event: "change", ...each.step.change });
    for (const { event, by, clock, result } of each.happened)
      if (event !== "change")
        rows.push({
          ...{ time: clock, event, by },
          ...(result.accepted ? {} : { accepted: false, ...(result.rule ? { rule: result.rule } : {}) }),
        });
  }
  if (rows[0]) rows[0] = { ...rows[0], ...moments[0]!.people };
  return rows.map((each) => JSON.stringify(each)).join("\n") + "\n";
}

const python = (value: Value) => (typeof value === "boolean" ? (value ? "True" : "False") : JSON.stringify(value));

/** A test in Python that says what this conversation comes to. */
export function test(moment: Moment): string {
  const moments = line(latest(moment));
  const { people } = moments[0]!;
  const body = moments.slice(1).flatMap((each) => [
    ...(each.step && "change" in each.step ? [`    talk.change(changed(talk.pairing, ${dict(each.step.change)}))`] : []),
    ...each.happened
      .filter(({ event }) => event !== "change")
      .flatMap(({ event, by, result }) =>
        result.accepted
          ? [`    talk.fire("${event}", "${by}")`]
          : [
              "    with pytest.raises(Refused) as caught:",
              `        talk.fire("${event}", "${by}")`,
              `    assert caught.value.refusal.rule == ${result.rule ? `"${result.rule}"` : "None"}`.replace("== None", "is None"),
            ],
      ),
  ]);
  const places = Object.entries(moments.at(-1)!.places).map(([name, at]) => `"${name}": "${at.state}"`);
  const changes = body.some((each) => each.includes("talk.change("));
  const refuses = body.some((each) => each.includes("Refused"));
  return [
    ...(refuses ? ["import pytest", ""] : []),
    `from fsm import Conversation${refuses ? ", Refused" : ""}`,
    `from fsm.spec.facts import ${changes ? "changed, " : ""}from_facts`,
    "",
    "",
    "def test_conversation() -> None:",
    "    talk = Conversation(",
    "        from_facts(",
    `            ${dict(people, "            ")}`,
    "        )",
    "    )",
    ...body,
    "    assert {name: at.state for name, at in talk.places.items()} == {",
    ...places.map((each) => `        ${each},`),
    "    }",
    "",
  ].join("\n");
}

function dict(facts: Facts, indent = ""): string {
  const items = Object.entries(facts).map(([name, value]) => `"${name}": ${python(value)}`);
  return indent ? `{\n${items.map((each) => `${indent}    ${each},\n`).join("")}${indent}}` : `{${items.join(", ")}}`;
}

/** What an embedding page or a file name may call it. */
export function title(people: Facts): string {
  return PAIR.map((party) => String(people[`${party}.mode`])).join("-to-");
}
