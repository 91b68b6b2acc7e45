// Parses Mermaid files with Mermaid's own parser: node parse.mjs DIRECTORY_OF_NODE_MODULES FILE...
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [home, ...files] = process.argv.slice(2);
const require = createRequire(join(home, "package.json"));
const { JSDOM } = require("jsdom");
globalThis.window = new JSDOM("").window;
globalThis.document = globalThis.window.document;
const { default: mermaid } = await import(pathToFileURL(join(home, "node_modules/mermaid/dist/mermaid.core.mjs")));
let failed = 0;
for (const file of files) {
  try {
    console.log((await mermaid.parse(readFileSync(file, "utf8"))).diagramType);
  } catch (error) {
    console.error(`${file}: ${error}`);
    failed = 1;
  }
}
process.exit(failed);
