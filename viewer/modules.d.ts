/** The address of `engine/worker.ts`. */
declare module 'virtual:engine' {
  const url: string;
  export default url;
}
/** The address of the library's own worker. */
declare module 'virtual:thread' {
  const url: string;
  export default url;
}
/** The address of the script of reports, which sorts and filters their tables. */
declare module 'virtual:report-script' {
  const url: string;
  export default url;
}
