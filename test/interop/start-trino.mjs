import { spawn } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, relative } from 'node:path';

/**
 * Starts Trino on a free loopback port, with its hive connector, metastore in files and no access control, over a folder that
 * the caller removes when Trino has stopped. It ends with this process, however that ends.
 * @param {string} folder
 * @param {import('./start-trino.mjs').TrinoOptions} options
 */
export async function startTrino(folder, options) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const place = join(folder, '.trino');
  configure(place, options.home, folder, url);
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, 'kept-alive.mjs'), options.java, ...javaArguments(place, options)],
    { stdio: ['pipe', 'pipe', 'pipe'], cwd: place },
  );
  let told = '';
  const tell = (text) => (told = (told + text.toString()).slice(-4000));
  child.stdout.on('data', tell);
  child.stderr.on('data', tell);
  const ended = new Promise((resolve) => child.on('close', resolve));
  const stop = async () => {
    child.stdin.end();
    await ended;
    rmSync(place, { recursive: true, force: true });
  };
  for (const until = Date.now() + 120_000; !(await isReady(url));) {
    if (child.exitCode !== null || Date.now() > until) {
      await stop();
      throw new Error(`Trino did not start: ${told}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return { url, stop };
}

/** Everything else is as Trino has it by default. `local:///` is the folder; the catalog of tables lies below `place`. */
function configure(place, home, folder, url) {
  for (const name of ['catalogs', 'metastore', 'data', 'plugin']) mkdirSync(join(place, name), { recursive: true });
  // of the plugins that there are, the one that is used: each more takes a second of the start
  symlinkSync(join(home, 'plugin', 'hive'), join(place, 'plugin', 'hive'), 'junction');
  writeProperties(join(place, 'config.properties'), {
    coordinator: true,
    'node-scheduler.include-coordinator': true,
    'http-server.http.port': new URL(url).port,
    'discovery.uri': url,
    'plugin.dir': join(place, 'plugin'),
    'catalog.management': 'static',
  });
  writeProperties(join(place, 'catalogs', 'hive.properties'), {
    'connector.name': 'hive',
    'hive.metastore': 'file',
    'hive.metastore.catalog.dir': `local:///${relative(folder, join(place, 'metastore'))}`,
    'fs.native-local.enabled': true,
    'local.location': folder,
  });
}

function writeProperties(file, properties) {
  const lines = Object.entries(properties).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync(file, lines.join(''));
}

/** What `bin/launcher` and `jvm.config` give it, as far as it matters for so little. */
function javaArguments(place, { home, memory = '1200M', jvm = [] }) {
  return [
    `-Xmx${memory}`,
    '-XX:+ExitOnOutOfMemoryError',
    '-Djdk.attach.allowAttachSelf=true',
    '-Dfile.encoding=UTF-8',
    '--add-modules=jdk.incubator.vector',
    '--enable-native-access=ALL-UNNAMED',
    '--sun-misc-unsafe-memory-access=allow',
    ...jvm,
    `-Dconfig=${join(place, 'config.properties')}`,
    `-Dcatalog.config-dir=${join(place, 'catalogs')}`,
    '-Dnode.environment=test',
    '-Dnode.id=test',
    `-Dnode.data-dir=${join(place, 'data')}`,
    '-cp',
    join(home, 'lib', '*'),
    'io.trino.server.TrinoServer',
  ];
}

/** Whether it has started and knows a node to read files with: on a busy machine the second is some seconds later. */
async function isReady(url) {
  try {
    const info = await fetch(`${url}/v1/info`, { signal: AbortSignal.timeout(2000) });
    if (!info.ok || (await info.json()).starting !== false) return false;
    return (await ask(url, "SELECT count(*) FROM system.runtime.nodes WHERE state = 'active'"))?.[0]?.[0] > 0;
  } catch {
    return false;
  }
}

/** The rows of a statement; undefined where it has none. */
async function ask(url, body) {
  const request = { signal: AbortSignal.timeout(10_000), headers: { 'x-trino-user': 'test' } };
  let answer = await (await fetch(`${url}/v1/statement`, { ...request, method: 'POST', body })).json();
  let { data } = answer;
  while (answer.nextUri !== undefined) {
    answer = await (await fetch(answer.nextUri, request)).json();
    data = answer.data ?? data;
  }
  return data;
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
