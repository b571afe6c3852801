#!/usr/bin/env bash
# The tests of docs/testing.md in every framework that it names, each installed in a folder of its own beside the packed
# package: vitest 3.2, 4 and 5, Jest as CommonJS, as ES module and with ts-jest both ways, and node:test. Each also runs a test
# that must fail, and shows its message. NEWER_NODE is the folder of a Node that vitest 5 runs on; default: the one on the PATH.
set -euo pipefail
cd "$(dirname "$0")/.."
project=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tsc=("$project/node_modules/.bin/tsc" --noEmit --ignoreConfig --strict --module nodenext --target es2023 --types node)

page_block() { node "$project/.ci/page-block.mjs" "$project/docs/testing.md" "$@"; }

# A registry answers late or not at all now and then.
try_thrice() { "$@" || { sleep 10 && "$@"; } || { sleep 30 && "$@"; }; }

# A folder with these packages and the packed one; the first argument is its name, the second the type of its files.
folder() {
  mkdir "$work/$1" && cd "$work/$1"
  printf '{"type":"%s","private":true}' "$2" >package.json
  shift 2
  try_thrice npm install --silent --no-audit --no-fund "$work"/backtest-export-*.tgz "$@"
  npx backtest-export generate exports/bike >generated.txt
}

# A run that must fail and say why.
fails() {
  if "$@" >failed.txt 2>&1; then
    echo "passed, but must fail: $*"
    exit 1
  fi
  grep -q 'WAPE    at most 0.01  0.2' failed.txt || { cat failed.txt && exit 1; }
}

# What fails in the same way everywhere.
failing="it('fails', async () => { await expect('exports/bike').toHaveMetrics({ WAPE: { atMost: 0.01 } }); });"

vitest() { # its version, options of the compiler
  local version=$1
  shift
  printf '\n--- vitest %s\n' "$version"
  folder "vitest-$version" module "vitest@$version" @types/node@24
  page_block ts "expect('exports/bike').toHaveMetrics" >accuracy.test.ts
  page_block ts "convertExport(bike, parquet" >convert.test.ts
  npx vitest run
  "${tsc[@]}" "$@" accuracy.test.ts convert.test.ts
  mkdir failing && { grep '^import' accuracy.test.ts && echo "$failing"; } >failing/export.test.ts
  fails npx vitest run failing
}

npm pack --silent --ignore-scripts --pack-destination "$work"
# the types of vitest 3 contradict those of the chai that it installs
vitest 3.2 --skipLibCheck
vitest 4
(PATH="${NEWER_NODE:+$NEWER_NODE:}$PATH" && vitest 5)

printf '\n--- Jest, CommonJS\n'
folder jest commonjs jest@30 ts-jest@29 typescript@5 @types/jest@30 @types/node@20
page_block js "require('backtest-export/jest')" >export.test.js
npx jest
mkdir failing && { grep 'require(' export.test.js && echo "$failing"; } >failing/export.spec.js
fails npx jest --testMatch '**/failing/*.spec.js'

printf '\n--- Jest, ts-jest\n'
page_block ts "import 'backtest-export/jest'" >typed.test.ts
cat >ts-jest.config.js <<'CONFIG'
module.exports = { preset: 'ts-jest', testMatch: ['**/typed.test.ts'] };
CONFIG
# what a project of some years has, without "exports" for the compiler, and what tsc --init writes
echo '{"compilerOptions":{"module":"commonjs","moduleResolution":"node10","target":"es2022","strict":true,"skipLibCheck":true}}' >tsconfig.json
npx jest --config ts-jest.config.js
echo '{"compilerOptions":{"module":"nodenext","target":"es2022","strict":true,"skipLibCheck":true,"isolatedModules":true}}' >tsconfig.json
npx jest --config ts-jest.config.js

printf '\n--- Jest, ES modules\n'
page_block js "'@jest/globals'" >globals.test.mjs
page_block ts "import 'backtest-export/jest'" >typed.mts
cat >esm.config.mjs <<'CONFIG'
export default {
  testMatch: ['**/globals.test.mjs', '**/typed.mts'],
  moduleFileExtensions: ['mjs', 'mts', 'js', 'ts', 'json'],
  extensionsToTreatAsEsm: ['.mts'],
  transform: { '\\.mts$': ['ts-jest', { useESM: true }] },
};
CONFIG
node --experimental-vm-modules node_modules/jest/bin/jest.js --config esm.config.mjs
{ page_block ts "module 'expect'" && cat globals.test.mjs; } >globals.mts
"${tsc[@]}" --skipLibCheck globals.mts

printf '\n--- node:test\n'
folder node-test module @types/node@20
page_block ts "'node:test'" >export.test.mjs
node --test export.test.mjs
cp export.test.mjs export.mts && "${tsc[@]}" export.mts
{ grep '^import' export.test.mjs && echo "test${failing#it}" | sed 's/expect(/expectExport(/'; } >failing.test.mjs
fails node --test failing.test.mjs
