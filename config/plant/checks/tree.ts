import type { Draft } from '../draft.ts';
import { type Finding, fault } from '../finding.ts';
import type { Unit } from '../schema.ts';

const PARENTS: Readonly<Record<Unit['level'], readonly Unit['level'][]>> = {
  plant: [],
  workshop: ['plant'],
  equipment: ['workshop', 'plant'],
};
const ZH: Readonly<Record<Unit['level'], string>> = { plant: '用能单位', workshop: '次级用能单位', equipment: '主要设备' };

/**
 * One plant; workshops under it, equipment under a workshop or the plant. With every parent one level up or two there can be no ring.
 */
export function treeFindings(draft: Draft): Finding[] {
  const levels = new Map(draft.units.map(({ item }) => [item.id, item.level]));
  const found: Finding[] = [];
  const plants = draft.units.filter(({ item }) => item.level === 'plant');
  for (const { item, path } of plants.slice(1)) {
    found.push(
      fault(
        'tree.two-plants',
        [...path, 'level'],
        `只能有一个 level: plant（已有 ${plants[0]!.item.id}）`,
        `one unit is the plant, and ${plants[0]!.item.id} is; ${item.id} cannot be too`,
      ),
    );
  }
  if (plants.length === 0 && draft.units.length > 0 && draft.units.length === count(draft)) {
    found.push(fault('tree.no-plant', ['units'], '缺少 level: plant 的用能单位', 'no unit is the plant (level: plant)', 'key'));
  }
  for (const { item, path } of draft.units) {
    if (item.level === 'plant') {
      if (item.parent !== undefined) found.push(fault('tree.parent', [...path, 'parent'], '用能单位没有上级', 'the plant has no parent'));
      continue;
    }
    const allowed = PARENTS[item.level];
    if (item.parent === undefined) {
      found.push(fault('tree.parent', path, `${item.id} 缺少 parent（所属单位）`, `${item.id} names no parent`));
      continue;
    }
    const level = levels.get(item.parent);
    if (item.parent === item.id || (level !== undefined && !allowed.includes(level))) {
      const zh = `${ZH[item.level]} ${item.id} 的上级应为${allowed.map((parent) => ZH[parent]).join('或')}，${item.parent} 不是`;
      const en = `${item.id} is ${item.level}: its parent should be ${allowed.join(' or ')}, which ${item.parent} is not`;
      found.push(fault('tree.parent', [...path, 'parent'], zh, en));
    }
  }
  return found;
}

function count(draft: Draft): number {
  return [...draft.ids.units.values()].reduce((sum, paths) => sum + paths.length, 0);
}
