import { spawn } from 'node:child_process';

/** Asks the desktop to open an address. Where it has no way to, nothing happens: the address was printed. */
export function openBrowser(address: string, platform: string = process.platform): void {
  const [command, ...before] = openers[platform] ?? ['xdg-open'];
  if (command === undefined) return;
  const opener = spawn(command, [...before, address], { stdio: 'ignore', detached: true });
  opener.on('error', () => undefined);
  opener.unref();
}

const openers: Readonly<Record<string, readonly string[]>> = {
  darwin: ['open'],
  // not by way of a shell, which would read the address
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};
