/** Markdown as GitHub renders it, but that raw HTML is shown and that nobody is mentioned. */
export function renderMarkdown(markdown: string): string;
