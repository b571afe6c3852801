/** Prints the one fenced block of a page that is in a language and contains a text: `page-block.mjs PAGE LANGUAGE TEXT`. */
import { readFileSync } from 'node:fs';

const [page = '', language = '', part = ''] = process.argv.slice(2);
const blocks = [...readFileSync(page, 'utf8').matchAll(/^```(\w+)\n([^]*?)^```$/gm)]
  .filter(([, found, text]) => found === language && text.includes(part))
  .map(([, , text]) => text);
if (blocks.length !== 1)
  throw new Error(`${page}: expected one block of ${language} with ${part}, found ${blocks.length}`);
process.stdout.write(blocks[0]);
