import { ForecastException } from './exceptions.ts';

/** How long a token is valid, in milliseconds (API documentation). */
const lifetime = 24 * 60 * 60 * 1000;

/** The token of the page after a job. */
export function formatToken(order: number, now: number): string {
  return btoa(JSON.stringify([order, now]));
}

/** The order number of the job before the page. @throws `InvalidNextTokenException` for an invalid or expired token */
export function parseToken(token: string, now: number): number {
  try {
    const value: unknown = JSON.parse(atob(token));
    if (Array.isArray(value) && value.length === 2 && value.every(Number.isFinite)) {
      const [order, made] = value as [number, number];
      if (now - made <= lifetime) return order;
    }
  } catch {
    // reported below
  }
  throw new ForecastException('InvalidNextTokenException', 'NextToken is invalid or older than 24 hours');
}
