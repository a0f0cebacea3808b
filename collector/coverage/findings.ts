import { labelOf } from '../../config/plant/label.ts';
import type { Plant } from '../../config/plant/plant.ts';
import { ENV } from '../../config/plant/schema.ts';
import type { Met } from './met.ts';
import type { PointState } from './point.ts';
import { drawnKinds, kindOf } from './required.ts';
import type { CoverageFinding, Level } from './result.ts';
import { type CoverageTable, type Demand, isExempt } from './table.ts';
import { isMainByLoad } from './threshold.ts';

const LEVEL_OF: Readonly<Record<string, Level>> = { plant: 1, workshop: 2, equipment: 3 };

/** What about the points and streams of a plant the cells of these tables do not show. */
export function findingsOf(
  plant: Plant,
  tables: readonly { readonly table: CoverageTable; readonly demand: Demand }[],
  states: readonly PointState[],
): CoverageFinding[] {
  const drawn = drawnKinds(plant);
  return [
    ...states.flatMap((state) => aboutPoint(plant, tables, state, drawn)),
    ...tables.flatMap(({ demand }) => [...demand.values()].flat().flatMap(notListed)),
    ...aboutMedia(plant, drawn),
  ];
}

function aboutPoint(
  plant: Plant,
  tables: readonly { readonly table: CoverageTable; readonly demand: Demand }[],
  state: PointState,
  drawn: ReadonlySet<string>,
): CoverageFinding[] {
  const { point, meter } = state;
  const finding = (code: CoverageFinding['code'], zh: string, en: string): CoverageFinding => ({ code, subject: point.id, zh, en });
  const found = tables.find(({ table }) => table.content.rows.some(({ kind }) => kind === point.kind));
  if (!found)
    return [
      finding('kind-not-in-rule', `种类“${point.kind}”不在所用的表中，未计入`, `kind ${point.kind} is in none of the tables: not counted`),
    ];
  const { table, demand } = found;
  const about: CoverageFinding[] = [];
  if (point.exempt && !isExempt(table.content, state))
    about.push(
      finding(
        'exemption-not-in-rule',
        `规则没有对“${point.kind}”第 ${point.level} 级的豁免“${point.exempt.by}”，该点仍计入应装数`,
        `the rule has no exemption ${point.exempt.by} for ${point.kind} at level ${point.level}: the point still counts as required`,
      ),
    );
  if (point.exempt && isExempt(table.content, state) && meter)
    about.push(
      finding(
        'exempt-but-metered',
        '已豁免而装有仪表，不计入应装数和实装数',
        'exempt yet metered: counts neither as required nor as fitted',
      ),
    );
  const unit = plant.units.get(point.unit);
  const stands = standsFor(demand, state);
  if (!stands && point.level > 1 && unit && !unit.main && isMainByLoad(unit, point.kind, table.limits) !== true)
    about.push(
      finding(
        'not-main',
        `所在单元不是主要次级用能单位或主要设备，未计入；依据：${unit.minor ?? '未写明'}`,
        `its unit is no main sub-unit or main equipment: not counted; evidence: ${unit.minor ?? 'none stated'}`,
      ),
    );
  else if (!stands && drawn.has(point.kind))
    about.push(
      finding(
        'not-asked-for',
        '没有物流、负荷或要求需要该点，既不计入应装也不计入实装；若主管部门要求，请写入单元的 requires',
        'no stream, load or demand asks for it: counts neither as required nor as fitted; a demand belongs into requires of its unit',
      ),
    );
  const unitLevel = LEVEL_OF[unit?.level ?? ''];
  if (unitLevel !== undefined && unitLevel !== point.level)
    about.push(
      finding(
        'level-differs',
        `第 ${point.level} 级的计量点落在第 ${unitLevel} 级的单元上`,
        `a point of level ${point.level} at a unit of level ${unitLevel}`,
      ),
    );
  return about;
}

/** Whether the point meets, excuses or waits for a requirement, or stands for one of the streams of one. */
function standsFor(demand: Demand, state: PointState): boolean {
  return (demand.get(`${state.point.kind}/${state.point.level}`) ?? []).some(
    ({ fitted, exempt, waiting, requirement }) =>
      fitted.includes(state) ||
      exempt === state ||
      waiting === state ||
      requirement.streams.some(
        ({ id, amount }) =>
          state.point.streams?.includes(id) || (amount.by === 'meter' && state.point.meters.some(({ meter }) => meter === amount.meter)),
      ),
  );
}

function notListed({ requirement, fitted, exempt, waiting }: Met): CoverageFinding[] {
  if (fitted.length > 0 || exempt !== null || waiting !== null) return [];
  const { id, kind, unit, streams, why } = requirement;
  const asks = { load: ['用量达到限值', 'its load reaches the limit'], stated: ['另有要求', 'it is demanded'] } as const;
  const [zhWhy, enWhy] =
    why === 'load' || why === 'stated'
      ? asks[why]
      : [
          `物流 ${streams.map((stream) => `${stream.id} ${labelOf(stream.name, 'zh')}`).join('、')}`,
          `the streams ${streams.map((stream) => stream.id).join(', ')}`,
        ];
  const meters = streams.flatMap(({ amount }) => (amount.by === 'meter' ? [amount.meter ?? amount.point ?? ''] : []));
  const [zhMeter, enMeter] =
    meters.length > 0 ? [`；读数来自 ${meters.join('、')}，请列为计量点`, `; read from ${meters.join(', ')}: list it`] : ['', ''];
  return [
    {
      code: 'not-listed',
      subject: id,
      zh: `“${unit}”的“${kind}”应有计量点（${zhWhy}）而未列，按应装未装计入${zhMeter}`,
      en: `${unit} needs a point for ${kind} (${enWhy}) and none is listed: counted as required and not fitted${enMeter}`,
    },
  ];
}

/** Media that cross the plant's boundary and of which nobody has said what they count as, or that no rule counts. */
function aboutMedia(plant: Plant, drawn: ReadonlySet<string>): CoverageFinding[] {
  const crossing = [...plant.streams.values()].filter(({ from, to, role, amount }) => {
    return (from === ENV) !== (to === ENV) && role !== 'loss' && amount.by !== 'difference';
  });
  const of = (kind: null | undefined) => [
    ...new Set(crossing.filter((stream) => kindOf(plant, stream) === kind).map(({ medium }) => medium)),
  ];
  const unstated = of(undefined);
  const found: CoverageFinding[] = of(null).map((medium) => {
    const kinds = [plant.media.get(medium)?.kind, ...crossing.filter((stream) => stream.medium === medium).map(({ kind }) => kind)];
    const why = kinds.flatMap((kind) => (typeof kind === 'object' ? [kind.none] : []))[0] ?? '';
    return {
      code: 'not-counted',
      subject: medium,
      zh: `进出企业而不计入任何一类：${why}`,
      en: `crosses the boundary and counts as no kind: ${why}`,
    };
  });
  if (unstated.length > 0)
    found.push({
      code: 'kind-not-stated',
      subject: plant.id,
      zh: `进出企业的介质未写明 kind，${drawn.size === 0 ? '应装数只能以计量点清单为准' : '其应装点未计入'}：${unstated.join('、')}`,
      en: `media that cross the boundary state no kind, ${drawn.size === 0 ? 'so N rests on the list of points alone' : 'and what they need is not in N'}: ${unstated.join(', ')}`,
    });
  return found;
}
