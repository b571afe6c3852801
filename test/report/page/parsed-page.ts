import { parseHTML } from 'linkedom';

/** A page as a document. */
export function parsePage(text: string): Document {
  return (parseHTML(text) as unknown as { readonly document: Document }).document;
}

/** The elements that match, in their order. */
export function all(within: Document | Element, selector: string): Element[] {
  return [...within.querySelectorAll(selector)];
}

/** The text of an element, spaces put together. */
export function textOf(element: Element | null | undefined): string {
  return (element?.textContent ?? '').replaceAll(/\s+/g, ' ').trim();
}

/** The texts of a table's body by row, found by the beginning of its caption. */
export function tableOf(document: Document, caption: string): string[][] {
  const table = all(document, 'table').find((each) => textOf(each.querySelector('caption')).startsWith(caption));
  if (table === undefined) throw new Error(`no table is called ${caption}`);
  return all(table, 'tbody tr').map((row) => all(row, 'th, td').map(textOf));
}

const empty = new Set(['meta', 'link', 'br', 'input', 'hr', 'img']);
const tags = /<(\/?)([a-zA-Z][\w-]*)((?:\s+[\w:-]+(?:="[^"]*")?)*)\s*(\/?)>/g;

/**
 * The tags of a page in their order, each with the names of its attributes: what remains is compared, so that text of the data can
 * neither add nor close one. Fails where one is not closed in order, or where a `<` is in no tag.
 */
export function tagsOf(text: string): string[] {
  const open: string[] = [];
  const found: string[] = [];
  const markup = text
    .replace(/^<!doctype html>/, '')
    .replace(/(<style>)[^]*?(<\/style>)/, '$1$2')
    .replace(/(<script>)[^]*?(<\/script>)/, '$1$2');
  const rest = markup.replaceAll(tags, (_, slash: string, name: string, attributes: string, closed: string) => {
    const names = attributes
      .replaceAll(/="[^"]*"/g, '')
      .split(/\s+/)
      .filter((each) => each !== '');
    if (slash === '/') {
      if (open.pop() !== name) throw new Error(`</${name}> closes another element`);
    } else {
      found.push([name, ...names].join(' '));
      if (closed === '' && !empty.has(name)) open.push(name);
    }
    return '';
  });
  if (open.length > 0 || /[<>]/.test(rest)) throw new Error(`not well formed: ${open.join(' ')} ${rest.slice(0, 200)}`);
  return found;
}
