const day = 86_400_000;

/** How dates are spelled: as short as tells them apart. */
export interface DateTexts {
  readonly texts: readonly string[];
  /** What all of them have in common, such as `2021, UTC`. */
  readonly common: string;
}

/** Short texts of instants in milliseconds: `Jun 14`, `Jun 14 06:00`, `Jun 2021`, `2021`; with the year where they differ in it. */
export function dateTexts(times: readonly number[]): DateTexts {
  const dates = times.map((time) => new Date(time));
  const [first] = dates;
  if (first === undefined) return { texts: [], common: 'UTC' };
  const year = first.getUTCFullYear();
  const oneYear = dates.every((date) => date.getUTCFullYear() === year);
  const common = oneYear ? `${year}, UTC` : 'UTC';
  if (!times.every((time) => time % day === 0)) {
    return { texts: dates.map((date) => `${oneYear ? monthDay(date) : isoDay(date)} ${isoMinute(date)}`), common };
  }
  if (!dates.every((date) => date.getUTCDate() === 1) || times.length === 1) {
    return { texts: dates.map((date) => (oneYear ? monthDay(date) : isoDay(date))), common };
  }
  if (!oneYear && dates.every((date) => date.getUTCMonth() === 0)) {
    return { texts: dates.map((date) => String(date.getUTCFullYear())), common: 'UTC' };
  }
  return {
    texts: dates.map((date) => (oneYear ? monthOf(date) : `${monthOf(date)} ${date.getUTCFullYear()}`)),
    common,
  };
}

/** `2021-06-14`, or `2021-06-14 06:00` where it is not midnight. */
export function dateText(time: number): string {
  const date = new Date(time);
  return time % day === 0 ? isoDay(date) : `${isoDay(date)} ${isoMinute(date)}`;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function monthOf(date: Date): string {
  return months[date.getUTCMonth()] ?? '';
}

function monthDay(date: Date): string {
  return `${monthOf(date)} ${date.getUTCDate()}`;
}

function isoDay(date: Date): string {
  const text = date.toISOString();
  return text.slice(0, text.indexOf('T'));
}

function isoMinute(date: Date): string {
  const text = date.toISOString();
  return text.slice(text.indexOf('T') + 1).slice(0, 5);
}
