import { ForecastException } from './exceptions.ts';

/** How long a token leads on (API documentation). */
const lifetime = 24 * 60 * 60 * 1000;

/** The token of the page behind a job, made at a time. */
export function formatToken(order: number, now: number): string {
  return btoa(JSON.stringify([order, now]));
}

/** The job that the page stands behind. @throws `InvalidNextTokenException` for a token that is none or too old */
export function parseToken(token: string, now: number): number {
  try {
    const value: unknown = JSON.parse(atob(token));
    if (Array.isArray(value) && value.length === 2 && value.every(Number.isFinite)) {
      const [order, made] = value as [number, number];
      if (now - made <= lifetime) return order;
    }
  } catch {
    // told below
  }
  throw new ForecastException('InvalidNextTokenException', 'NextToken is not valid, or older than 24 hours');
}
