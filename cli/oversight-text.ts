import type { FleetRow } from '../balance/oversight/fleet.ts';
import type { Oversight } from '../balance/oversight/oversee.ts';
import { wordOr } from '../config/words/word.ts';

const percent = (share: number | null | undefined): string => (share == null ? '—' : `${(share * 100).toFixed(1)} %`);
const four = (value: number): string => Number(value.toPrecision(4)).toString();

/** One plant for a person. */
export function tableOf({ plant, simulated, window, outfalls }: Oversight): string {
  const lines = [`${plant}${simulated ? '（模拟 simulated）' : ''}  ${window.from} … ${window.to}`];
  for (const { id, monitors, signs, contradictions } of outfalls) {
    for (const { code, unit, rates, pass, hours, over, mass, caps, marks } of monitors) {
      const rate = `传输有效率 ${percent(rates?.effective)}${pass === null ? '' : pass ? ' 合格 pass' : ' 不合格 fail'}`;
      lines.push(`  ${id} ${code}  ${rate}  有效小时 valid hours ${hours.valid}/${hours.all}`);
      for (const { from, to, basis, peak, ratio, multiple } of over) {
        lines.push(
          `    超标 over ${basis}: ${from} … ${to}  ${peak.toPrecision(4)} ${unit}, × ${ratio.toFixed(2)}, 超标倍数 ${multiple.toFixed(2)}`,
        );
      }
      if (mass !== null) {
        const unknown = mass.hours.unknown > 0 ? `，未知 unknown ${mass.hours.unknown} h` : '';
        const stands = mass.substituted > 0 ? `，替代 substituted ${four(mass.substituted)} ${mass.unit}` : '';
        lines.push(`    排放量 amount ${four(mass.measured)} ${mass.unit}（${mass.hours.measured} h${stands}${unknown}）`);
      }
      for (const { per, cap, unit: capUnit, total, used, projected, over: exceeded, projectedOver } of caps) {
        const ahead =
          projected === null ? '' : `，预计 projected ${four(projected)} ${capUnit}${projectedOver ? ' 将超 will be over' : ''}`;
        lines.push(
          `    总量 cap/${per}: ${four(total)} / ${four(cap)} ${capUnit}, ${percent(used)}${exceeded ? ' 超总量 over' : ''}${ahead}`,
        );
      }
      for (const { from, to, labels } of marks) lines.push(`    标记 marked: ${from} … ${to}  ${labels.join(', ')}`);
    }
    for (const { sign, codes, from, to, figure } of signs) {
      const [zh, en] = (['zh', 'en'] as const).map((lang) => wordOr(lang, `monitoring.sign.${sign}`, sign));
      lines.push(`  ${id} 迹象 sign ${sign} ${codes.join(', ')}: ${from} … ${to}  ${zh} ${en} (${four(figure)})`);
    }
    for (const { balance, monitored, byBalance, unit, z, significant, wouldSettle } of contradictions) {
      const what = significant ? '矛盾 contradicts' : '相符 agrees';
      lines.push(
        `  ${id} ${balance} ${what}: 监测 monitored ${monitored.toPrecision(5)} ${unit}, 平衡 balance ${byBalance.toPrecision(5)} ${unit}, z = ${z.toFixed(2)} (${wouldSettle.join(', ')})`,
      );
    }
  }
  return `${lines.join('\n')}\n`;
}

/** The ranked fleet for a person, one line a plant. */
export function fleetTable(rows: readonly FleetRow[]): string {
  const lines = rows.map(({ rank, plant, simulated, online, effective, over, caps, contradictions, signs, duties }) =>
    [
      `${String(rank).padStart(3)}  ${plant}${simulated ? '（模拟 simulated）' : ''}`,
      `在线 online ${online.monitors}/${online.of}`,
      `传输有效率 ${percent(effective)}`,
      `超标 over ${over.count}${over.worst === null ? '' : `（${over.worst.toFixed(2)} 倍）`}`,
      `超总量 caps ${caps.over}${caps.projectedOver > 0 ? ` (+${caps.projectedOver})` : ''}`,
      `矛盾 contradictions ${contradictions}`,
      `迹象 signs ${signs}`,
      ...(duties[0] === undefined ? [] : [`事项 duty ${duties[0].duty} ${duties[0].due}`]),
    ].join('  '),
  );
  return `${lines.join('\n')}\n`;
}
