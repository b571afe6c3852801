import { ForecastException } from './exceptions.ts';
import type { OperationName, RequestOf } from './requests.ts';
import type { Shapes } from './shapes.ts';

/** The most problems that a message lists. */
const mostListed = 10;

/**
 * Checks a request.
 * @throws `InvalidInputException`, listing the first invalid fields and the number of the others
 */
export function checkRequest<Name extends OperationName>(
  shapes: Shapes,
  name: Name,
  request: unknown,
): RequestOf<Name> {
  const result = shapes[name].safeParse(request);
  if (result.success) return result.data;
  const { issues } = result.error;
  const listed = issues
    .slice(0, mostListed)
    .map(({ path, message }) => `'${path.map(String).join('.')}': ${message}`)
    .join('; ');
  const count = `${issues.length} validation ${issues.length === 1 ? 'error' : 'errors'} detected`;
  const more = issues.length > mostListed ? `; and ${issues.length - mostListed} more` : '';
  throw new ForecastException('InvalidInputException', `${count}: ${listed}${more}`);
}
