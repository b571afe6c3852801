import { describe, expect, it } from 'vitest';
import { exportKey, isSameExport, plainIdentity, toSecond } from '#src/naming/export-identity.js';

const at = (text: string): Date => new Date(text);
const bike = { jobName: 'bike', exportedAt: at('2021-12-14T13:20:10Z') };
const unnamed = { jobName: undefined, exportedAt: undefined };

describe('the identity of an export', () => {
  it('is its job and second, whatever the fraction', () => {
    expect(isSameExport(bike, { ...bike, exportedAt: at('2021-12-14T13:20:10.999Z') })).toBe(true);
    expect(isSameExport(bike, { ...bike, exportedAt: at('2021-12-14T13:20:11Z') })).toBe(false);
    expect(isSameExport(bike, { ...bike, jobName: 'Bike' })).toBe(false);
    expect(toSecond(1_639_488_010_999)).toEqual(bike.exportedAt);
  });

  it('is absent without a job or a time, so that two such exports are not the same', () => {
    expect(exportKey(unnamed)).toBeUndefined();
    expect(exportKey({ ...bike, exportedAt: undefined })).toBeUndefined();
    expect(isSameExport(unnamed, unnamed)).toBe(false);
    expect(plainIdentity(unnamed)).toEqual({ jobName: null, exportedAt: null });
    expect(plainIdentity(bike)).toEqual({ jobName: 'bike', exportedAt: '2021-12-14T13:20:10.000Z' });
  });
});
