// node lookup.mjs SPECIFICATION.json: runs the completed table of two users, in which nothing is left to decide.

import { readFileSync } from "node:fs";
import { shown } from "./conversation.mjs";
import { serve } from "./lines.mjs";

let table;
try {
  [table] = process.argv[2] ? JSON.parse(readFileSync(process.argv[2], "utf8")).tables : [];
} catch (error) {
  console.error(error.message);
}
if (!table) {
  console.error("no table of two users; give a file that fsm export json --between A B wrote");
  process.exit(2);
}
const symbols = new Map(table.symbols.map(([event, by], n) => [`${event} ${by}`, n]));
let place = 0;

function answer({ event, by }) {
  const symbol = typeof event === "string" && typeof by === "string" ? symbols.get(`${event} ${by}`) : undefined;
  if (symbol === undefined) throw new Error(`${shown(event)} by ${shown(by)}: not known`);
  const outcome = table.outcomes[table.outcome[place][symbol]];
  place = table.to[place][symbol];
  return { ...outcome, ...table.places[place] };
}

await serve((line) => answer(line ?? {}));
