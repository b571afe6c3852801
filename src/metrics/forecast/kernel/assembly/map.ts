/**
 * The map of the metrics kernel: exact sums and counts of groups of rows. The kernel owns no buffer, allocates nothing,
 * throws nothing and judges nothing: the caller (`../kernel.ts`) owns the memory and hands out addresses. The build gives
 * the constants below to TypeScript as `map.generated.ts`.
 *
 *   Exact sums. A sum is an array of 64-bit chunks, each weighing 2^32 times the one before (Neal, "Fast exact summation
 *   using small and large superaccumulators", 2015). Bit j of the whole weighs 2^(j-1091): a double of biased exponent e
 *   and 53-bit mantissa m is m << x with x = e + 16, its place. (The 16 keep everyday numbers, 2^-15 to 2^17, in one
 *   chunk.) An add touches two chunks: the low 32 bits of m << (x & 31) go to chunk x >> 5, the rest (under 2^52) to the
 *   next. Chunks carry no more than 1,024 such adds (2^62) before `normalize` moves carries upwards and leaves 32-bit
 *   digits with a signed top. A sum has only the chunks that matter (compact: doubles of magnitude 2^-111 to 2^49, or
 *   2^-207 to 2^81 for squares); its top chunk takes carries only, so it would need 2^42 rows of the largest magnitude
 *   to overflow. What a compact sum cannot take goes to a wide node: the same thing over the full range of doubles, one
 *   per (group, sum), made from the caller's reserve.
 *
 *   Group record (8-byte aligned, as many bytes as `configure` returns, zeroed by the caller)
 *     u32 pending      adds since the last normalize, at most MOST_PENDING; while rows are arranged, its upper half is the
 *                      number of the group's slot
 *     u32 wide         first wide node, 0 for none
 *     f64 counts       those of all rows; those of each type; those of each interval, in the order below
 *     i64 sums         SUM_CHUNKS each: |y|; per type: under, over; per interval: width;
 *                      with a point forecast m: (y-m)^2 (SQUARE_CHUNKS), |y-m|/|y| (SUM_CHUNKS)
 *   The point forecast is one of the types: the one that plain errors are measured of. Sums are numbered in this order;
 *   the numbers after the last name, per type, Σ|y| of rows left out for that type: rare, so they live in wide nodes only.
 *
 *   Wide node: u32 next, u32 sum, i64 infinities added, i64 chunks[WIDE_CHUNKS]
 *
 *   Staging, for a block of rows: runs of rows of one group, one after another (u32 group record, 0 for rows that are left
 *   out; u32 rows); columns side by side: f64 target; f64 per type (mean first, then quantiles rising); u8 state of the
 *   target; u8 state per type, which are only read where `inspect` asks for them. Elsewhere, where `findRuns` is told: the
 *   columns of keys.
 *
 *   Work: the same columns in the order of groups (f64, half as many rows again, in which `addSlots` writes NaN over what is
 *   not finite); slots (`arrange.ts`); ranges of the columns of a block, then one of a segment (`ranges.ts`); u8 states in
 *   the order of groups; u8 per staged row: whether something in it is not finite.
 *
 *   Plan of figures, which `../figures.ts` lays out: f64 tau of each quantile; u32 places of figures: wQL of each quantile, then
 *   the average wQL and the plain metrics, then coverage of each quantile, coverage and width of each interval; u32 numbers of
 *   reasons. Work for finishing groups: `groups.ts`.
 *
 * State from one call to the next: `settings.ts`, `plan.ts`, the reserve (`sums.ts`), what `inspect` found (`arrange.ts`), and
 * where groups are finished (`groups.ts`). `test/metrics/exact-sum-reference.ts` knows the widths of sums by definition, not from
 * here, and must not change with them.
 */

// members of a group record
export const SLOT: u32 = 2;
export const WIDE: u32 = 4;
export const COUNTS: u32 = 8;

// counts of all rows of a group, by number
export const ROWS: u32 = 0;
export const ACTUALS: u32 = 1;
export const MISSING: u32 = 2;
export const NON_FINITE: u32 = 3;
export const ZERO: u32 = 4;
export const CROSSED: u32 = 5; // rows where a quantile's forecast is above the next one's
export const COMMON_COUNTS: u32 = 6;

// counts of each type
export const NEGATIVE: u32 = 0;
export const COVERED: u32 = 1;
export const TYPE_MISSING: u32 = 2;
export const TYPE_NON_FINITE: u32 = 3;
export const EXCLUDED: u32 = 4; // rows with a target but without this forecast
export const COUNTS_PER_TYPE: u32 = 5;

// counts of each interval
export const INSIDE: u32 = 0;
export const INTERVAL_EXCLUDED: u32 = 1;
export const COUNTS_PER_INTERVAL: u32 = 2;

// members of a wide node
export const NODE_SUM: u32 = 4;
export const NODE_INFINITIES: u32 = 8;
export const NODE_CHUNKS: u32 = 16;
export const WIDE_CHUNKS: u32 = 68;
export const NODE_BYTES: u32 = NODE_CHUNKS + WIDE_CHUNKS * 8;

export const SUM_CHUNKS: u32 = 7;
export const SUM_BYTES: u32 = SUM_CHUNKS * 8;
export const SUM_BASE: u32 = 29; // its first chunk is chunk 29 of the full range
export const SUM_BANDS: u32 = SUM_CHUNKS - 2;
export const SQUARE_CHUNKS: u32 = 11;
export const SQUARE_BYTES: u32 = SQUARE_CHUNKS * 8;
export const SQUARE_BASE: u32 = 26;
export const SQUARE_BANDS: u32 = SQUARE_CHUNKS - 2;
export const PLACE: u32 = 16; // x - e
export const MOST_PENDING: u32 = 1024;
export const FEWEST_SPLIT: u32 = 3; // rows for which splitting pays
export const RUN_BYTES: u32 = 8;
export const SLOT_BYTES: u32 = 32;
export const RANGE_BYTES: u32 = 16;
export const SCRATCH_BYTES: u32 = 72 * 8; // in which sums are rounded: the chunks of a wide node, and carries

// flags of a record's address in a list of groups to be finished
export const LAST_OF_WINDOW: u32 = 1;
export const LAST_OF_GROUP: u32 = 2;
