import { ForecastException } from './exceptions.ts';
import type { OperationName, RequestOf } from './requests.ts';
import type { Shapes } from './shapes.ts';

/** How many problems a message tells. */
const mostTold = 10;

/**
 * Checks a request.
 * @throws `InvalidInputException`, with the first members that break a rule and how many more do
 */
export function checkRequest<Name extends OperationName>(
  shapes: Shapes,
  name: Name,
  request: unknown,
): RequestOf<Name> {
  const result = shapes[name].safeParse(request);
  if (result.success) return result.data;
  const { issues } = result.error;
  const told = issues
    .slice(0, mostTold)
    .map(({ path, message }) => `'${path.map(String).join('.')}': ${message}`)
    .join('; ');
  const count = `${issues.length} validation ${issues.length === 1 ? 'error' : 'errors'} detected`;
  const more = issues.length > mostTold ? `; and ${issues.length - mostTold} more` : '';
  throw new ForecastException('InvalidInputException', `${count}: ${told}${more}`);
}
