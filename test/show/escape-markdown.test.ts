import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeMarkdown, escapeMarkdownLine, markdownLine } from '#src/show/values/escape-markdown.js';
import { markdownSections } from '#src/show/layout/markdown-sections.js';
import { escapeUnsafe } from '#src/quote-text.js';
import { renderMarkdown } from '../support/render-markdown.mjs';

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"' };

/** The text of HTML, without its tags, which must be among those that are allowed. */
function textOf(html: string, allowed: readonly string[]): string {
  return html
    .replaceAll(/<\/?([^\s>]*)([^>]*)>\n?/g, (_, name: string, attributes: string) => {
      expect(allowed, html).toContain(name);
      expect(attributes, html).toBe('');
      return '';
    })
    .replaceAll(/&(\w+);/g, (_, name: string) => entities[name] ?? `?${name}?`);
}

/** What GitHub looks for in rendered text outside of code. */
const references = [
  /@\w/,
  /#\d/,
  /(?<![a-z\d])GH-\d/i,
  /:\/\//,
  /(?<![a-z\d])www\./i,
  /:[+\-\w]*[a-z][+\-\w]*:/i,
  /\$/,
];

function assertInert(html: string): void {
  const outside = html.replaceAll(/<code>.*?<\/code>/gs, ' ');
  for (const reference of references) expect(outside, html).not.toMatch(reference);
}

const hostile = [
  '@octocat',
  'a@b.example',
  '@org/team',
  '#123',
  'GH-1',
  'x#1',
  'owner/repo#12',
  'https://evil.example/?a=1',
  'www.evil.example',
  '__bold__www.evil.example',
  '_www.evil.example',
  '*www.evil.example',
  '~(www.evil.example',
  '_GH-1',
  '_mailto:a@b.c',
  'mailto:a@b.c',
  ':tada:',
  ':+1:',
  ':100:',
  '$x^2$',
  '$`x`$',
  '&lt;',
  '&#64;',
  '&copy',
  '<b>',
  '</td>',
  '<!-- -->',
  '<https://a.b>',
  '~~gone~~',
  '~gone~',
  '*bold*',
  '__bold__',
  '`code`',
  '``',
  '|',
  'a|b@c|d',
  '\\|',
  '\\',
  '\\\\|',
  '[x](y)',
  '![x](y)',
  '[^1]',
  '[ ] task',
  '# heading',
  '#',
  'a #',
  '- item',
  '+ item',
  '1. item',
  '1) item',
  '---',
  '===',
  '> quote',
  '```',
  '~~~',
  '    code',
  ' ',
  'a  ',
  '  a',
  '\u202e@x',
  '-0.026',
  '*',
  '- @x',
  '`@x',
  '@x`',
  '1.',
  'http\\://a.b',
  'ftp://a.b',
  'a://b',
  '=cmd',
  '=',
  '$',
  '12:30:45',
  '"x"',
  '**',
  'a\nb',
  '@',
  '#',
];

describe('text in Markdown', () => {
  const piece = fc.oneof(
    fc.constantFrom(...hostile),
    fc.constantFrom(' ', '|', '\\', '`', '-', 'a', '1', '.', '\n'),
    fc.string({ maxLength: 5 }),
  );
  const texts = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(''));

  it('comes out as it is in a list, a heading and a paragraph, and is nothing else', () => {
    const check = (text: string): void => {
      const shown = escapeUnsafe(text);
      const line = escapeMarkdownLine(text);
      for (const [markdown, tags] of [
        [`- ${line}`, ['ul', 'li', 'code']],
        [`### ${line}`, ['h3', 'code']],
        [line, ['p', 'code']],
      ] as const) {
        const html = renderMarkdown(markdown);
        expect(textOf(html, tags).replaceAll('\n', ''), JSON.stringify(markdown)).toBe(shown);
        assertInert(html);
      }
    };
    for (const text of hostile) check(text);
    fc.assert(fc.property(texts, check), { numRuns: 300 });
  });

  it('comes out as it is in a cell, and makes no cell of its own', () => {
    const check = (text: string): void => {
      const html = renderMarkdown(`${markdownLine(['a', 'b'])}| --- | --- |\n${markdownLine([text, 'end'])}`);
      const [, cell = 'none'] = /<tbody>\n<tr>\n<td>(.*)<\/td>\n<td>end<\/td>\n<\/tr>\n<\/tbody>/s.exec(html) ?? [];
      expect(textOf(cell, ['code']), html).toBe(escapeUnsafe(text));
      assertInert(html);
    };
    for (const text of hostile) check(text);
    fc.assert(fc.property(texts, check), { numRuns: 300 });
  });

  it('looks like this', () => {
    expect(escapeMarkdown('item_id of @octocat')).toBe('item\\_id of `@octocat`');
    expect(escapeMarkdown('p10|p90 & <b> ~x~')).toBe('p10\\|p90 \\& \\<b\\> \\~x\\~');
    expect(escapeMarkdown('-0.026')).toBe('-0.026');
    expect(escapeMarkdownLine('1. #5')).toBe('1\\. `#5`');
    const section = { title: '# 5', columns: [{ header: '@x' }], rows: [['|']], notes: ['- a'] };
    expect([...markdownSections([section])].join('')).toBe(
      ['### \\# 5', '', '| `@x` |', '| --- |', '| \\| |', '', '- \\- a', ''].join('\n'),
    );
  });
});
