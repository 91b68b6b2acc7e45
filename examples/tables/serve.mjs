// node serve.mjs SPECIFICATION.json: runs conversations, one after the other, by JSON Lines from standard input.

import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { Conversation, Specification } from "./conversation.mjs";

if (!process.argv[2]) {
  console.error("no specification; give a file that fsm export json wrote");
  process.exit(2);
}
const specification = new Specification(JSON.parse(readFileSync(process.argv[2], "utf8")));
let conversation = null;

function answer({ pairing, change, event, by }) {
  if (pairing) {
    conversation = new Conversation(specification, pairing);
    return { begun: specification.document.fingerprint };
  }
  if (!conversation) throw new Error("no conversation has begun; give a line with a pairing first");
  return change ? conversation.change(change) : conversation.fire(event, by);
}

for await (const line of createInterface({ input: process.stdin })) {
  try {
    console.log(JSON.stringify(answer(JSON.parse(line))));
  } catch (error) {
    console.log(JSON.stringify({ error: error.message }));
  }
}
