/** The forms of sections, in one module: a file of the package for both. */
export { markdownSections } from './markdown-sections.ts';
export { textSections } from './text-sections.ts';
