import type { Markish, PlotOptions } from '@observablehq/plot';
import type { Canvas } from './canvas.ts';
import type { Chart } from './chart.ts';
import { color } from './palette.ts';
import { fontSize } from './shown-text.ts';

/** Width of a chart that stands beside another one. */
export const chartWidth = 440;
/** Width of a chart that has a page's whole width. */
export const wideWidth = 640;

/** What a chart shows, before it is drawn. */
export interface Drawing {
  /** Unique in a report, such as `pareto` or `series-3`. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** `wideWidth` instead of `chartWidth`. */
  readonly wide?: boolean;
  readonly height: number;
  readonly options: Omit<PlotOptions, 'document' | 'width' | 'height' | 'marks' | 'className' | 'style'>;
  readonly marks: readonly Markish[];
}

/** Draws with Plot and makes its SVG one that any page can hold; a few milliseconds. */
export function drawChart({ plot, document }: Canvas, drawing: Drawing): Chart {
  const { name, title, description, wide = false, height, options, marks } = drawing;
  const width = wide ? wideWidth : chartWidth;
  const svg = plot.plot({ ...options, document, width, height, marks: [...marks], className: 'chart' });
  for (const element of [svg, ...svg.querySelectorAll('*')]) cleanElement(element);
  svg.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  svg.setAttribute('class', wide ? 'chart chart-wide' : 'chart');
  svg.setAttribute('font-size', String(fontSize));
  svg.setAttribute('fill', color('text'));
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-labelledby', `chart-${name}-title chart-${name}-description`);
  const named = (tag: string, id: string, text: string): Element => {
    const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
    element.setAttribute('id', `chart-${name}-${id}`);
    element.textContent = text;
    return element;
  };
  svg.prepend(named('title', 'title', title), named('desc', 'description', description));
  return { svg: svg.outerHTML, title, description };
}

/**
 * Takes away what a strict Content-Security-Policy forbids, and names of groups, which are nothing to those who use a screen reader
 * beside the chart's own; cuts coordinates to hundredths.
 */
function cleanElement(element: Element): void {
  if (element.localName === 'style') {
    element.remove();
    return;
  }
  for (const name of element.getAttributeNames()) {
    const value = element.getAttribute(name) ?? '';
    if (droppedAttributes.has(name)) element.removeAttribute(name);
    else if (value.includes('.')) element.setAttribute(name, value.replace(longFraction, '$1'));
  }
}

const droppedAttributes: ReadonlySet<string> = new Set(['style', 'aria-label', 'aria-hidden', 'aria-description']);
const longFraction = /(\.\d\d)\d+/g;
