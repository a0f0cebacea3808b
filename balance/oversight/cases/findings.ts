import { wordOr } from '../../../config/words/word.ts';
import type { Oversight } from '../oversee.ts';
import type { Case } from './case.ts';

/** What an oversight found at one outfall, as the notice of a case tells it. */
export interface Finding {
  readonly plant: string;
  readonly outfall: string;
  /** Kind of finding and what it is of, the same from one look to the next. */
  readonly finding: string;
  readonly figures: Readonly<Record<string, string | number | null>>;
  /** For a person, Chinese and English. */
  readonly text: string;
}

const four = (value: number): string => Number(value.toPrecision(4)).toString();

/** Findings of an oversight: over a limit or a cap, too low a rate, signs, contradictions that are significant. */
export function findingsOf({ plant, outfalls }: Oversight): Finding[] {
  return outfalls.flatMap((outfall) => {
    const of = (finding: readonly string[], figures: Finding['figures'], zh: string, en: string): Finding => ({
      plant,
      outfall: outfall.id,
      finding: finding.join(':'),
      figures,
      text: `${zh}\n${en}`,
    });
    const ofMonitors = outfall.monitors.flatMap(({ code, unit, over, caps, pass, rates, required }) => [
      ...over.map(({ basis, from, to, limit, limitUnit, peak, multiple, source }) =>
        of(
          ['over-limit', code, basis],
          { from, to, limit, peak, multiple },
          `${code} 于 ${from} 至 ${to} 超过限值 ${limit} ${limitUnit}（${source}），最高 ${four(peak)} ${unit}，超标 ${four(multiple)} 倍。`,
          `${code} was over the limit of ${limit} ${limitUnit} (${source}) from ${from} to ${to}, at most ${four(peak)} ${unit}, ${four(multiple)} times over.`,
        ),
      ),
      ...caps
        .filter((cap) => cap.over)
        .map(({ per, cap, unit: capUnit, total, source }) =>
          of(
            ['over-cap', code, per],
            { cap, total },
            `${code} 总量 ${four(total)} ${capUnit}，超过 ${cap} ${capUnit}（${source}）。`,
            `${code}: ${four(total)} ${capUnit} in all, over the cap of ${cap} ${capUnit} (${source}).`,
          ),
        ),
      ...(pass === false
        ? [
            of(
              ['below-line', code],
              { effective: rates?.effective ?? null, required: required?.effective ?? null },
              `${code} 传输有效率 ${four(100 * (rates?.effective ?? 0))} %，低于 ${100 * (required?.effective ?? 0)} %。`,
              `${code}: effective transmission rate ${four(100 * (rates?.effective ?? 0))} %, below ${100 * (required?.effective ?? 0)} %.`,
            ),
          ]
        : []),
    ]);
    const signs = outfall.signs.map(({ sign, codes, from, to, figure }) => {
      const [zh, en] = (['zh', 'en'] as const).map((lang) => wordOr(lang, `monitoring.sign.${sign}`, sign));
      return of(
        ['sign', codes.join('+'), sign],
        { from, to, figure },
        `${codes.join('、')} 于 ${from} 至 ${to} 有异常迹象：${zh}（${four(figure)}）。迹象是查看的理由，不是结论；请说明原因并附证据。`,
        `${codes.join(', ')} from ${from} to ${to}: ${en} (${four(figure)}). A sign is a reason to look and no finding; state the cause, with evidence.`,
      );
    });
    const against = outfall.contradictions
      .filter(({ significant }) => significant)
      .map(({ kind, balance, stream, unit, monitored, byBalance, u, z, wouldSettle }) =>
        of(
          ['contradiction', stream, balance],
          { monitored, byBalance, u, z },
          `${stream} 监测 ${four(monitored)} ${unit}，按${kind === 'treatment' ? '治理设施' : '平衡'} ${balance} 应为 ${four(byBalance)} ${unit}（u = ${four(u)}，z = ${four(z)}）。二者不符不等于监测失实；可由 ${wouldSettle.join('、')} 查清。`,
          `${stream}: monitored ${four(monitored)} ${unit}, by ${balance} ${four(byBalance)} ${unit} (u = ${four(u)}, z = ${four(z)}). That they differ does not say that the monitor is wrong; ${wouldSettle.join(', ')} would settle it.`,
        ),
      );
    return [...ofMonitors, ...signs, ...against];
  });
}

/** Findings of which no case is open; of several of one kind the newest stretch. */
export function withoutCase(findings: readonly Finding[], cases: readonly Case[]): Finding[] {
  const keyOf = (of: { plant: string; outfall: string | null; finding: string }): string => [of.plant, of.outfall, of.finding].join('|');
  const open = new Set(cases.filter(({ state }) => state !== 'closed').map(keyOf));
  return [...new Map(findings.filter((finding) => !open.has(keyOf(finding))).map((finding) => [keyOf(finding), finding])).values()];
}
