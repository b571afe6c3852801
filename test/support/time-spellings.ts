/** Times of exports, and what other programs take for a time: every date with every clock and every zone. */
export function timeSpellings(): string[] {
  const dates = ['2021-12-01', '2020-02-29', '2021-02-29', '2021-02-30', '1900-02-29', '2000-02-29', '0001-01-01', '9999-12-31',
    '0000-01-01', '2021-13-01', '2021-00-10', '2021-1-1', '+2021-12-01', ' 2021-12-01', '2021-12-01 ', '20211201', '12/01/2021', '', '1638316800', 'now', 'infinity', '２０２１-12-01']; // prettier-ignore
  const clocks = ['', 'T00:00:00', ' 23:59:59', 'T24:00:00', 'T23:60:00', 'T23:59:60', 'T1:00:00', 'T12:00', 't12:00:00', 'T12:34:56.7', 'T12:34:56.789',
    'T12:34:56.789000000', 'T12:34:56.7890000000', 'T12:34:56.0001', 'T12:34:56.', 'T12:34:56,5', ' 12:34:56.000001', '  12:34:56']; // prettier-ignore
  const zones = [
    '',
    'Z',
    'z',
    '+00',
    '+05:30',
    '-0530',
    '-08',
    '+18:59',
    '+19:00',
    '-18:00',
    '+05:60',
    '+5',
    ' +05',
    'ZZ',
    ' UTC',
  ];
  return dates.flatMap((date) => clocks.flatMap((clock) => zones.map((zone) => date + clock + zone)));
}
