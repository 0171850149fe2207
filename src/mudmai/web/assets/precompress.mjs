// Writes NAME.gz and NAME.br beside every text file of the build, so that the server never compresses while it answers.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const build = fileURLToPath(new URL("../static/build/", import.meta.url));
const compressible = new Set([".js", ".css", ".json", ".svg", ".map", ".txt", ".html"]);
const smallest = 512; // bytes; below this the saving is less than the header it costs

let before = 0;
let after = 0;
for (const entry of readdirSync(build, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !compressible.has(extname(entry.name))) continue;
  const path = join(entry.parentPath, entry.name);
  const plain = readFileSync(path);
  if (plain.length < smallest) continue;
  const brotli = brotliCompressSync(plain, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_SIZE_HINT]: plain.length,
    },
  });
  writeFileSync(`${path}.gz`, gzipSync(plain, { level: 9 }));
  writeFileSync(`${path}.br`, brotli);
  before += plain.length;
  after += brotli.length;
}
console.log(`precompressed ${before} bytes to ${after} (brotli)`);
