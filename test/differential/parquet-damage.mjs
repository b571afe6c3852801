// Damage of Parquet files, by a seed: bits and bytes anywhere, pieces cut, dropped, repeated or of other files, and numbers of
// the footer and of page headers replaced by others that are well formed.

/** The kinds of damage; `none` leaves the file as it is. */
export const kinds = [
  'flips',
  'footer flips',
  'cut',
  'splice',
  'drop',
  'repeat',
  'footer numbers',
  'page numbers',
  'bytes',
];

/** A generator of numbers in [0, 1): mulberry32. */
export function seededRandom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A copy of the bytes with damage of a kind; `other` gives the bytes of another file. */
export function damaged(bytes, { kind, seed }, other) {
  const random = seededRandom(seed);
  const below = (count) => Math.floor(random() * count);
  const whole = Buffer.from(bytes);
  const footer = whole.length - 8 - whole.readUInt32LE(whole.length - 8);
  switch (kind) {
    case 'none':
      return whole;
    case 'flips':
      return flip(whole, 0, whole.length, 1 + below(3), below);
    case 'footer flips':
      return flip(whole, footer, whole.length - 8, 1 + below(3), below);
    case 'cut':
      return random() < 0.5 ? whole.subarray(0, below(whole.length)) : whole.subarray(below(whole.length));
    case 'splice':
      return splice(whole, other(), below);
    case 'drop': {
      const at = below(whole.length);
      return Buffer.concat([whole.subarray(0, at), whole.subarray(at + 1 + below(40))]);
    }
    case 'repeat': {
      const at = below(whole.length);
      return Buffer.concat([whole.subarray(0, at + 1 + below(200)), whole.subarray(at)]);
    }
    case 'bytes': {
      const at = below(whole.length);
      return whole.fill(random() < 0.5 ? 0 : 255, at, Math.min(whole.length, at + 1 + below(30)));
    }
    case 'footer numbers':
      return editFooter(whole, footer, random, below);
    case 'page numbers':
      return editPage(whole, footer, random, below);
    default:
      throw new Error(`no such damage: ${kind}`);
  }
}

function flip(bytes, from, to, times, below) {
  for (let time = 0; time < times; time++) bytes[from + below(to - from)] ^= 1 << below(8);
  return bytes;
}

/** A piece of another file in the place of one of this, or this file's data in front of another's footer. */
function splice(bytes, other, below) {
  if (below(3) === 0) {
    const start = other.length - 8 - Buffer.from(other).readUInt32LE(other.length - 8);
    const own = bytes.length - 8 - bytes.readUInt32LE(bytes.length - 8);
    return Buffer.concat([bytes.subarray(0, own), Buffer.from(other.subarray(start))]);
  }
  const length = 1 + below(Math.min(400, other.length));
  const from = below(other.length - length + 1);
  bytes.set(
    other.subarray(from, Math.min(from + length, from + bytes.length)),
    below(Math.max(1, bytes.length - length)),
  );
  return bytes;
}

function editFooter(bytes, start, random, below) {
  const end = bytes.length - 8;
  const numbers = findNumbers(bytes, start, end);
  if (numbers.length === 0) return bytes;
  const edited = replace(bytes.subarray(start, end), start, pickSome(numbers, below), random, below);
  const tail = Buffer.from(bytes.subarray(end));
  tail.writeUInt32LE(edited.length, 0);
  return Buffer.concat([bytes.subarray(0, start), edited, tail]);
}

/** Other numbers in a page's header, the header as long as before where that can be, so that the pages behind stay in place. */
function editPage(bytes, footer, random, below) {
  const starts = pageStarts(bytes, footer);
  if (starts.length === 0) return bytes;
  const start = starts[below(starts.length)];
  const numbers = findNumbers(bytes, start, footer);
  if (numbers.length === 0) return bytes;
  const { at, length, value } = numbers[below(numbers.length)];
  const wanted = encodeNumber(pickNumber(value, random, below));
  const held = Buffer.alloc(length);
  for (let index = 0; index < length; index++) {
    const byte = wanted[index] ?? 0;
    held[index] = index === length - 1 ? byte & 0x7f : byte | 0x80;
  }
  held.copy(bytes, at);
  return bytes;
}

/** Where pages begin: at any place from which a header can be read that tells a page within the data. */
function pageStarts(bytes, footer) {
  const starts = [];
  for (let at = 4; at < footer && starts.length < 1000;) {
    const numbers = bytes[at] === 0x15 ? findNumbers(bytes, at, footer) : [];
    const [type, , packed] = numbers;
    if (numbers.length < 5 || type.value < 0n || type.value > 3n || packed.value < 0n || packed.value > 1n << 24n) at++;
    else {
      starts.push(at);
      at = Math.max(at + 1, numbers.end + Number(packed.value));
    }
  }
  return starts;
}

function pickSome(numbers, below) {
  const chosen = new Set(Array.from({ length: 1 + below(2) }, () => numbers[below(numbers.length)]));
  return [...chosen].sort((one, other) => one.at - other.at);
}

function replace(bytes, base, numbers, random, below) {
  const pieces = [];
  let done = 0;
  for (const { at, length, value } of numbers) {
    pieces.push(bytes.subarray(done, at - base), encodeNumber(pickNumber(value, random, below)));
    done = at - base + length;
  }
  return Buffer.concat([...pieces, bytes.subarray(done)]);
}

/** A number near, or one that hurts. */
function pickNumber(value, random, below) {
  if (random() < 0.5) return value + BigInt(below(9) - 4);
  const odd = [
    0n,
    1n,
    -1n,
    2n,
    8n,
    255n,
    256n,
    4096n,
    1n << 20n,
    1n << 31n,
    -(1n << 31n),
    1n << 40n,
    1n << 53n,
    (1n << 63n) - 1n,
    -(1n << 63n),
  ];
  return random() < 0.3 ? value * 2n : odd[below(odd.length)];
}

function encodeNumber(value) {
  let rest = BigInt.asUintN(64, value < 0n ? -value * 2n - 1n : value * 2n);
  const bytes = [];
  for (; rest >= 128n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Buffer.from([...bytes, Number(rest)]);
}

/** The integers of the Thrift struct at `start`, where each stands; none where it is no struct. `end` is where it ended. */
function findNumbers(bytes, start, end) {
  const numbers = [];
  let at = start;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      if (at >= end || shift > 63n) throw new RangeError('the struct ends');
      const byte = bytes[at++];
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const value = (type) => {
    if (type === 1 || type === 2) return;
    if (type === 3) at++;
    else if (type >= 4 && type <= 6) {
      const from = at;
      const raw = varint();
      numbers.push({ at: from, length: at - from, value: (raw >> 1n) ^ -(raw & 1n) });
    } else if (type === 7) at += 8;
    else if (type === 8) at += Number(varint());
    else if (type === 12) struct();
    else if (type === 9 || type === 10) {
      const head = bytes[at++];
      const size = head >> 4 === 15 ? Number(varint()) : head >> 4;
      const kind = (head & 15) < 3 ? 3 : head & 15;
      for (let index = 0; index < size; index++) value(kind);
    } else throw new RangeError('no such type');
    if (at > end) throw new RangeError('the struct ends');
  };
  const struct = () => {
    for (;;) {
      if (at >= end) throw new RangeError('the struct ends');
      const head = bytes[at++];
      if (head === 0) return;
      if (head >> 4 === 0) varint();
      value(head & 15);
    }
  };
  try {
    struct();
  } catch {
    return [];
  }
  numbers.end = at;
  return numbers;
}
