// Puts the page together: node build.mjs PAGE.json OUT.html
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

const [data, out] = process.argv.slice(2);
const bundled = async (entry) =>
  (
    await build({
      entryPoints: [new URL(entry, import.meta.url).pathname],
      bundle: true,
      minify: true,
      write: false,
      target: "es2022",
      charset: "ascii",
      jsx: "automatic",
      jsxImportSource: "preact",
    })
  ).outputFiles[0].text.trim();

const page = readFileSync(data, "utf8");
const drawn = /<style>(.*?)<\/style>/s.exec(JSON.parse(page).pictures[0].svg)[1];
const parts = {
  STYLE: `${await bundled("src/page.css")}${drawn}`,
  SCRIPT: (await bundled("src/main.tsx")).replaceAll("</script", "<\\/script"),
  PAGE: page.trim().replaceAll("<", "\\u003c"),
};
const hash = (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
parts.POLICY = [
  "default-src 'none'",
  `script-src ${hash(parts.SCRIPT)}`,
  `style-src ${hash(parts.STYLE)}`,
  "img-src data: blob:",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");
const template = readFileSync(new URL("index.html", import.meta.url), "utf8");
writeFileSync(out, template.replace(/POLICY|STYLE|PAGE|SCRIPT/g, (name) => parts[name]));
