// node serve.mjs SPECIFICATION.json: runs conversations, one after the other, by JSON Lines from standard input.

import { readFileSync } from "node:fs";
import { Conversation, Specification } from "./conversation.mjs";
import { serve } from "./lines.mjs";

let specification;
try {
  if (!process.argv[2]) throw new Error("no specification");
  specification = new Specification(JSON.parse(readFileSync(process.argv[2], "utf8")));
} catch (error) {
  console.error(`${error.message}; give a file that fsm export json wrote`);
  process.exit(2);
}
let conversation = null;

function answer(line) {
  if (!line || typeof line !== "object" || Array.isArray(line)) throw new Error("the line: is no object");
  const { pairing, change, event, by } = line;
  if (pairing !== undefined) {
    conversation = new Conversation(specification, pairing);
    return { begun: specification.document.fingerprint };
  }
  if (!conversation) throw new Error("no conversation has begun; give a line with a pairing first");
  return change !== undefined ? conversation.change(change) : conversation.fire(event, by);
}

await serve(answer);
