import { describe, expect, it } from 'vitest';
import { indicatorDefinition, indicatorDefinitions } from '../../../config/measures/indicators.ts';
import { waterNorm, waterNormIds } from '../../../config/measures/water-norms.ts';

describe('indicators as data', () => {
  it('each says what it is, once, and whether its formula is confirmed', () => {
    const all = indicatorDefinitions();
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    for (const { status, reason, formula, source } of all) {
      expect(status === 'to-confirm').toBe(reason !== null);
      expect(formula).toContain('=');
      expect(source.length).toBeGreaterThan(3);
    }
    expect(() => indicatorDefinition('nothing')).toThrow(RangeError);
  });

  it('no formula that was not held against its standard stands as confirmed', () => {
    expect(indicatorDefinitions().filter(({ status }) => status === 'confirmed')).toEqual([]);
  });
});

describe('water-intake norms as data', () => {
  it('advanced is below general, both with document, source and status', () => {
    for (const id of waterNormIds()) {
      const { general, advanced, document, source, status } = waterNorm(id);
      expect(advanced).toBeLessThan(general);
      expect(document).toMatch(/^(GB\/T 18916\.|DB13\/T )/);
      expect(source.zh).toContain('未与标准原文核对');
      expect(status).toBe('to-confirm');
    }
    expect(waterNorm('cement-clinker')).toMatchObject({ general: 0.51, advanced: 0.225, per: 't' });
    expect(() => waterNorm('nothing')).toThrow(RangeError);
  });
});
