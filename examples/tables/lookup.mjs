// node lookup.mjs SPECIFICATION.json: runs the completed table of two users, in which nothing is left to decide.

import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

const [table] = process.argv[2] ? JSON.parse(readFileSync(process.argv[2], "utf8")).tables : [];
if (!table) {
  console.error("no table of two users; give a file that fsm export json --between A B wrote");
  process.exit(2);
}
const symbols = new Map(table.symbols.map(([event, by], n) => [`${event} ${by}`, n]));
let place = 0;

for await (const line of createInterface({ input: process.stdin })) {
  const { event, by } = JSON.parse(line);
  const symbol = symbols.get(`${event} ${by}`);
  if (symbol === undefined) {
    console.log(JSON.stringify({ error: `${event} by ${by}: not known` }));
    continue;
  }
  const outcome = table.outcomes[table.outcome[place][symbol]];
  place = table.to[place][symbol];
  console.log(JSON.stringify({ ...outcome, ...table.places[place] }));
}
