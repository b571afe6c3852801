/**
 * A figure, or null where it cannot be computed; the reason is then among the notes of the result. Never NaN and never
 * infinite, so that a result survives JSON unchanged.
 */
export type Figure = number | null;
