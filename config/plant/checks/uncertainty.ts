import type { Path } from '../document.ts';
import type { Draft } from '../draft.ts';
import { type Finding, fault } from '../finding.ts';
import { instantFinding } from './instants.ts';

/** Further uncertainty terms: drift has a verification to count from, those of analyses stand at a concentration, once stated. */
export function uncertaintyFindings(draft: Draft): Finding[] {
  const found: Finding[] = [];
  for (const { item: meter, path } of draft.meters) {
    for (const [index, term] of (meter.uncertainty ?? []).entries()) {
      const at: Path = [...path, 'uncertainty', index];
      found.push(...instantFinding(term.from, [...at, 'from'], draft.offsetMinutes));
      const names = Object.keys(meter.channels);
      if (term.channel !== undefined && !names.includes(term.channel)) {
        const zh = `${meter.id} 没有通道“${term.channel}”${names.length > 0 ? `；现有：${names.join('、')}` : ''}`;
        const there = names.length > 0 ? `; there are: ${names.join(', ')}` : '';
        found.push(fault('uncertainty.channel', [...at, 'channel'], zh, `${meter.id} has no channel "${term.channel}"${there}`));
        continue;
      }
      if (term.term === 'drift' && meter.verification === undefined) {
        const zh = `${meter.id} 的漂移从检定日期起算，但没有 verification`;
        found.push(fault('uncertainty.drift', at, zh, `drift counts from the verification, and ${meter.id} has none`));
      }
      if (term.term !== 'sampling' && term.term !== 'laboratory') continue;
      const kinds = term.channel === undefined ? [meter, ...Object.values(meter.channels)] : [meter.channels[term.channel]!];
      if (!kinds.some(({ kind }) => kind === 'concentration')) {
        const zh = `${term.term} 只用于分析（kind: concentration），${meter.id} 不是`;
        found.push(
          fault('uncertainty.analysis', [...at, 'term'], zh, `${term.term} is of analyses (kind: concentration), which ${meter.id} is not`),
        );
      }
      if ((term.percent === undefined) === (term.absolute === undefined)) {
        found.push(fault('uncertainty.size', at, 'percent 与 absolute 须给且只给其一', 'give exactly one of percent and absolute'));
      }
    }
  }
  return found;
}
