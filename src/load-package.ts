import { readMember } from './describe-value.ts';
import { BacktestExportError, isError, outOfMemory, tooManyOpenFiles } from './errors.ts';

/**
 * Imports a package when it is first needed. `purpose` says for what, `s3://` or `reading a CSV dialect`. The literal `import()`
 * stays with the caller, so that bundlers see it.
 * @throws `DEPENDENCY_MISSING` if this very package is not found; `DEPENDENCY_FAILED` if it is there and cannot be loaded,
 * also because a package that it needs itself is not found; `OUT_OF_MEMORY`; each with the original error as its cause
 */
export async function loadPackage<Module>(name: string, purpose: string, load: () => Promise<Module>): Promise<Module> {
  try {
    return await load();
  } catch (cause) {
    throw toFailure(`${purpose} needs the package ${name}, which`, name, cause);
  }
}

function toFailure(need: string, name: string, cause: unknown): BacktestExportError {
  if (isMissing(name, cause)) {
    return new BacktestExportError('DEPENDENCY_MISSING', `${need} is not installed: npm install ${name}`, { cause });
  }
  const problem = `${need} cannot be loaded`;
  const known = outOfMemory(problem, cause) ?? tooManyOpenFiles(problem, cause);
  if (known !== undefined) return known;
  const reason = isError(cause) ? cause.message : String(cause);
  const hint = reason.startsWith('Dynamic require of') ? bundleHint : '';
  return new BacktestExportError('DEPENDENCY_FAILED', `${problem}: ${reason}${hint}`, { cause });
}

/** esbuild's error, in a bundle of ES modules that has a package in its form for CommonJS. */
const bundleHint = ' (a bundle of ES modules: take the packages in that form, --main-fields=module,main of esbuild)';

const notFound: ReadonlySet<unknown> = new Set(['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND']);

/** Whether an import failed because this package is not there. The message names it, and then who wanted it, which may be the package itself. */
function isMissing(name: string, cause: unknown): boolean {
  if (!isError(cause) || !notFound.has(readMember(cause, 'code'))) return false;
  const [wanted = ''] = cause.message.split(/\n| (?:imported )?from /, 1);
  // Node and Jest; Yarn without node_modules
  return wanted.includes(`'${name}'`) || wanted.includes(`tried to access ${name}`);
}
