/** What an import is checked by: rows, and the plain sum of each column of numbers. Computed outside of the measured time. */
export function sumTable(table) {
  const sums = {};
  for (const { name, type } of table.schema.fields) {
    if (!String(type).startsWith('Float64')) continue;
    let sum = 0;
    for (const { values } of table.getChild(name).data) for (const value of values) sum += value;
    sums[name] = sum;
  }
  return { rows: table.numRows, sums };
}

/** The same of plain rows, as they come. */
export class RowSums {
  rows = 0;
  sums = {};

  constructor(numbers) {
    for (const name of numbers) this.sums[name] = 0;
  }

  add(row) {
    this.rows++;
    for (const name in this.sums) this.sums[name] += row[name];
  }

  take() {
    return { rows: this.rows, sums: this.sums };
  }
}
