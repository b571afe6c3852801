/**
 * The script of the page, as text: it is not part of this program, but runs in the reader's browser, where the policy of the page
 * allows it by its hash. Without it the page has everything but sorting, filtering and the switch of colours.
 */
export const pageScript: string = `
(() => {
  'use strict';
  const fewestRows = 10;
  const order = new Intl.Collator('en', { numeric: true });
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const make = (tag, properties) => Object.assign(document.createElement(tag), properties);

  /* The number of a cell such as 0.25, 1,920, <0.1% or -: NaN where it is none. */
  const numberOf = (cell) => parseFloat(cell.textContent.replace(/[<>,]/g, ''));

  const compare = (column, isNumber, sign) => (one, other) => {
    const [a, b] = [one.cells[column], other.cells[column]];
    if (!isNumber) return sign * order.compare(a.textContent, b.textContent);
    const [x, y] = [numberOf(a), numberOf(b)];
    if (isNaN(x) || isNaN(y)) return isNaN(x) - isNaN(y);
    return sign * (x - y);
  };

  const addSorting = (table) => {
    const body = table.tBodies[table.tBodies.length - 1];
    const headers = [...table.tHead.rows[0].cells];
    headers.forEach((header, column) => {
      if (header.textContent === '') return;
      const button = make('button', { type: 'button', textContent: header.textContent });
      header.replaceChildren(button);
      button.addEventListener('click', () => {
        const isNumber = header.classList.contains('n');
        const before = header.getAttribute('aria-sort');
        const direction = (before === null ? isNumber : before === 'ascending') ? 'descending' : 'ascending';
        for (const each of headers) each.removeAttribute('aria-sort');
        header.setAttribute('aria-sort', direction);
        body.append(...[...body.rows].sort(compare(column, isNumber, direction === 'ascending' ? 1 : -1)));
      });
    });
  };

  const addFilter = (table) => {
    const rows = [...table.tBodies[table.tBodies.length - 1].rows];
    if (rows.length < fewestRows) return;
    const tools = make('div', { className: 'tools' });
    const label = make('label', { textContent: 'Filter rows' });
    const input = make('input', { type: 'search', autocomplete: 'off', spellcheck: false });
    const status = make('span', { textContent: rows.length + ' rows' });
    status.setAttribute('role', 'status');
    status.setAttribute('aria-live', 'polite');
    label.append(input);
    tools.append(label, status);
    table.closest('.scroll').before(tools);
    input.addEventListener('input', () => {
      const wanted = input.value.trim().toLowerCase();
      let shown = 0;
      for (const row of rows) {
        const whole = all('[title]', row).map(({ title }) => title).join(' ');
        row.hidden = !(row.textContent + ' ' + whole).toLowerCase().includes(wanted);
        if (!row.hidden) shown += 1;
      }
      status.textContent = wanted === '' ? rows.length + ' rows' : shown + ' of ' + rows.length + ' rows';
    });
  };

  const addTheme = () => {
    const root = document.documentElement;
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const button = make('button', { type: 'button', className: 'theme' });
    const isDark = () => (root.dataset.theme ? root.dataset.theme === 'dark' : dark.matches);
    const show = () => (button.textContent = isDark() ? 'Light colours' : 'Dark colours');
    button.addEventListener('click', () => {
      root.dataset.theme = isDark() ? 'light' : 'dark';
      show();
    });
    dark.addEventListener('change', show);
    show();
    document.querySelector('header.top').append(button);
  };

  /* On paper, what is folded is shown. */
  const addPrinting = () => {
    let opened = [];
    addEventListener('beforeprint', () => {
      opened = all('details:not([open])');
      for (const each of opened) each.open = true;
    });
    addEventListener('afterprint', () => {
      for (const each of opened) each.open = false;
    });
  };

  for (const table of all('table')) {
    addSorting(table);
    addFilter(table);
  }
  addTheme();
  addPrinting();
})();
`;
