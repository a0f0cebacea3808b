import type { Campaign } from '../campaign.ts';
import type { Path } from '../document.ts';
import type { Draft, Placed } from '../draft.ts';
import { type Finding, fault, warning } from '../finding.ts';
import { instantOr } from './dates.ts';
import { instantFinding } from './instants.ts';

/** A test campaign names its own people, instruments and points, in order of time, with certificates that hold while it measures. */
export function campaignFindings(draft: Draft): Finding[] {
  return draft.campaigns.flatMap((campaign) => [
    ...namesOf(campaign),
    ...instantsOf(campaign.item, campaign.path).flatMap(([text, path]) => instantFinding(text, path, draft.offsetMinutes)),
    ...timesOf(campaign, draft.offsetMinutes),
  ]);
}

function namesOf({ item, path }: Placed<Campaign>): Finding[] {
  const found: Finding[] = [];
  const known = {
    people: item.people.map(({ id }) => id),
    instruments: item.instruments.map(({ id }) => id),
    points: item.points.map(({ id }) => id),
    sheets: item.sheets.map(({ id }) => id),
  };
  const zhOf = { people: '人员', instruments: '仪器', points: '采样点', sheets: '采样单' } as const;
  for (const list of ['people', 'instruments', 'points', 'sheets'] as const) {
    for (const [index, id] of known[list].entries()) {
      if (known[list].indexOf(id) === index) continue;
      found.push(
        fault(
          'campaign.duplicate',
          [...path, list, index, 'id'],
          `测试 ${item.id} 的${zhOf[list]}中 id“${id}”重复`,
          `the id "${id}" stands twice among the ${list} of the campaign ${item.id}`,
        ),
      );
    }
  }
  const refer = (list: 'people' | 'instruments' | 'points', id: string | undefined, at: Path) => {
    if (id === undefined || known[list].includes(id)) return;
    const there = [...new Set(known[list])];
    const [zh, en] = [there.join('、'), there.join(', ')];
    found.push(
      fault(
        'campaign.reference',
        [...path, ...at],
        `测试 ${item.id} 的${zhOf[list]}中没有“${id}”${zh ? `；现有：${zh}` : ''}`,
        `there is no "${id}" among the ${list} of the campaign ${item.id}${en ? `; there are: ${en}` : ''}`,
      ),
    );
  };
  refer('people', item.plan.approvedBy, ['plan', 'approvedBy']);
  for (const [index, point] of item.points.entries()) {
    refer('people', point.by, ['points', index, 'by']);
    refer('instruments', point.instrument, ['points', index, 'instrument']);
    if (point.stream !== undefined || point.point !== undefined || point.channel !== undefined) continue;
    const zh = `采样点 ${point.id} 没有说明测的是什么：给出 stream、point 或 channel`;
    found.push(
      fault(
        'campaign.subject',
        [...path, 'points', index],
        zh,
        `the point ${point.id} says of what it is: name a stream, point or channel`,
      ),
    );
  }
  for (const [index, sheet] of item.sheets.entries()) {
    refer('points', sheet.point, ['sheets', index, 'point']);
    refer('people', sheet.by, ['sheets', index, 'by']);
  }
  for (const [index, { by }] of item.signatures.entries()) refer('people', by, ['signatures', index, 'by']);
  return found;
}

function instantsOf(item: Campaign, path: Path): readonly (readonly [string | undefined, Path])[] {
  return [
    [item.from, [...path, 'from']],
    [item.to, [...path, 'to']],
    [item.plan.date, [...path, 'plan', 'date']],
    ...item.instruments.flatMap(({ date, due }, index): [string, Path][] => [
      [date, [...path, 'instruments', index, 'date']],
      [due, [...path, 'instruments', index, 'due']],
    ]),
    ...item.people.map(({ due }, index): [string | undefined, Path] => [due, [...path, 'people', index, 'due']]),
    ...item.sheets.map(({ at }, index): [string, Path] => [at, [...path, 'sheets', index, 'at']]),
    ...item.signatures.map(({ at }, index): [string, Path] => [at, [...path, 'signatures', index, 'at']]),
  ];
}

function timesOf({ item, path }: Placed<Campaign>, offsetMinutes: number): Finding[] {
  const found: Finding[] = [];
  const at = (text: string | undefined) => instantOr(text, offsetMinutes, Number.NaN);
  const [fromMs, toMs] = [at(item.from), at(item.to)];
  if (toMs <= fromMs) {
    return [fault('campaign.dates', [...path, 'to'], `测试 ${item.id} 的 to 应晚于 from`, `the campaign ${item.id} ends before it starts`)];
  }
  if (at(item.plan.date) > fromMs) {
    const zh = `测试 ${item.id} 的方案日期晚于测试开始`;
    found.push(warning('campaign.plan', [...path, 'plan', 'date'], zh, `the plan of the campaign ${item.id} is dated after it started`));
  }
  for (const [index, instrument] of item.instruments.entries()) {
    if (!(at(instrument.date) > fromMs || at(instrument.due) < toMs)) continue;
    const zh = `便携仪器 ${instrument.id} 的证书 ${instrument.certificate} 不覆盖测试期间`;
    const en = `the certificate ${instrument.certificate} of the instrument ${instrument.id} does not hold all through the campaign`;
    found.push(warning('campaign.certificate', [...path, 'instruments', index, at(instrument.due) < toMs ? 'due' : 'date'], zh, en));
  }
  for (const [index, person] of item.people.entries()) {
    if (!(at(person.due) < toMs)) continue;
    const zh = `${person.name} 的资格 ${person.due} 到期，早于测试结束`;
    const en = `the qualification of ${person.name} ends on ${person.due}, before the campaign does`;
    found.push(warning('campaign.qualification', [...path, 'people', index, 'due'], zh, en));
  }
  for (const [index, sheet] of item.sheets.entries()) {
    if (!(at(sheet.at) < fromMs || at(sheet.at) > toMs)) continue;
    const zh = `采样单 ${sheet.id} 的时间 ${sheet.at} 在测试期间之外`;
    found.push(
      warning('campaign.sheet', [...path, 'sheets', index, 'at'], zh, `the sheet ${sheet.id} of ${sheet.at} lies outside of the campaign`),
    );
  }
  return found;
}
