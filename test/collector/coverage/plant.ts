import { parsePlant } from '../../../config/plant/load.ts';
import type { Plant } from '../../../config/plant/plant.ts';

/** Points of one kind and level, in bulk, as the cases state them. */
export interface Points {
  readonly kind: string;
  readonly level: 1 | 2 | 3;
  /** Points in all. */
  readonly points: number;
  /** How many of them have a main meter. */
  readonly fitted: number;
  /** How many of the fitted ones are out of service, overdue, without accuracy class, or have a check meter only. */
  readonly outOfService?: number;
  readonly overdue?: number;
  readonly checkOnly?: number;
  /** How many of the points without a meter claim an exemption, and which. */
  readonly exempt?: number;
  readonly by?: string;
  /** They belong to the audit-focus units. */
  readonly focus?: boolean;
  /** They belong to units that are not main ones. */
  readonly minor?: boolean;
}

const UNIT = { 1: 'plant', 2: 'shop', 3: 'machine' } as const;
const VERIFIED = { certificate: 'C-1', date: '2026-01-01', due: '2026-12-31' };

/** A plant with so many points of each kind and level. */
export function plantWith(jurisdiction: string, groups: readonly Points[], officeValues: Record<string, number> = {}): Plant {
  const meters: unknown[] = [];
  const points: unknown[] = [];
  for (const [g, group] of groups.entries()) {
    for (let i = 0; i < group.points; i += 1) {
      const name = `${group.kind}-${group.level}-${g}-${i}`;
      const has = i < group.fitted;
      const meter = `M-${name}`;
      if (has) {
        meters.push({
          id: meter,
          name: meter,
          kind: 'counter',
          unit: 'm3',
          accuracy: { class: '0.5', percentOfReading: 0.5 },
          ...(i < (group.outOfService ?? 0) ? { status: 'out-of-service' } : {}),
          verification: i < (group.overdue ?? 0) ? { ...VERIFIED, due: '2026-05-31' } : VERIFIED,
          commissioned: { by: 'Li', at: '2026-01-02', face: 1, reading: 1 },
        });
      }
      points.push({
        id: name,
        name,
        kind: group.kind,
        level: group.level,
        unit: `${group.minor ? 'minor-' : group.focus ? 'focus-' : ''}${UNIT[group.level]}`.replace(/^(minor|focus)-plant$/, 'plant'),
        meters: has ? [{ meter, role: i < (group.checkOnly ?? 0) ? 'check' : 'main' }] : [],
        ...(i >= group.points - (group.exempt ?? 0) ? { exempt: { by: group.by ?? '', evidence: 'ledger p. 3' } } : {}),
      });
    }
  }
  const unit = (id: string, level: string, parent: string, more = {}) => ({ id, name: id, level, parent, ...more });
  const file = {
    liangheng: 1,
    plant: { id: 'case', name: 'case', jurisdiction },
    units: [
      { id: 'plant', name: 'plant', level: 'plant' },
      unit('shop', 'workshop', 'plant'),
      unit('machine', 'equipment', 'shop'),
      unit('focus-shop', 'workshop', 'plant', { auditFocus: true }),
      unit('focus-machine', 'equipment', 'focus-shop'),
      unit('minor-shop', 'workshop', 'plant', { main: false }),
      unit('minor-machine', 'equipment', 'shop', { main: false }),
    ],
    meters,
    points,
    officeValues,
  };
  return parsePlant(JSON.stringify(file), 'case.yaml');
}
