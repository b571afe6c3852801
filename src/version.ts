/** The version of this package, as in package.json. Threads that work together are of the same one. */
export const version: string = '0.1.0';
