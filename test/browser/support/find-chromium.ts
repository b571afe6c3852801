import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const names = ['chromium', 'chromium-browser', 'google-chrome'];

/** Where it is on systems that have it elsewhere than on the PATH. */
const places = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** The program that the tests drive: the one that `CHROMIUM` names, else one on the PATH or at a usual place. */
export function findChromium(env: Readonly<Record<string, string | undefined>> = process.env): string {
  const { CHROMIUM: named = '', PATH: path = '' } = env;
  if (named !== '') {
    if (existsSync(named)) return named;
    throw new Error(`CHROMIUM: expected the path of a browser, found ${named}, which is not there`);
  }
  const onPath = names.flatMap((name) => path.split(delimiter).map((folder) => join(folder, name)));
  const found = [...onPath, ...places].find((place) => existsSync(place));
  if (found !== undefined) return found;
  throw new Error(
    `test:browser needs Chromium, and neither ${names.join(' nor ')} is on the PATH. ` +
      'Install it (apt-get install chromium) or name one with CHROMIUM=/path/to/chromium.',
  );
}
