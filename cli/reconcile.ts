import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { LineCounter, parseDocument } from 'yaml';
import type { Problem } from '../balance/network/problem.ts';
import { ProblemError, type ProblemPath, placeOf } from '../balance/network/problem-error.ts';
import { reconcile } from '../balance/network/reconcile.ts';
import type { UnitRules } from '../balance/network/templates.ts';
import { convert, dimensionOf, isUnit } from '../config/measures/units.ts';
import { Fault, Faults } from '../config/words/fault.ts';
import { printJson } from './output.ts';
import { reconciliationTable } from './reconciliation-table.ts';

const UNITS: UnitRules = { dimensionOf: (unit) => (isUnit(unit) ? dimensionOf(unit) : null), factor: (from, to) => convert(1, from, to) };

/** `reconcile FILE`: reconciles one problem given as a JSON (or YAML) document; `-` is standard input. */
export function define(program: Command): void {
  program
    .command('reconcile')
    .description('数据协调：按平衡方程校正测量值并检验显著误差\nReconcile measurements with their balances and test for gross errors')
    .argument('<file>', 'JSON 文件，- 为标准输入 / a JSON file, - for standard input')
    .option('--json', '输出一个 JSON 文档 / print one JSON document')
    .action((file: string, options: { json?: boolean }) => {
      const text = readProblem(file);
      const result = reconcileText(text, file === '-' ? 'stdin' : file);
      if (options.json) printJson(result);
      else process.stdout.write(reconciliationTable(result));
      process.exitCode = result.global.passed === false ? 1 : 0;
    });
}

function readProblem(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Fault({
      code: 'reconcile.unreadable',
      place: file,
      zh: `无法读取文件：${reason}`,
      en: `cannot read the file: ${reason}`,
      cause,
    });
  }
}

/** Reconciles the document `text`; what is wrong with it is told at its line and column. */
function reconcileText(text: string, file: string): ReturnType<typeof reconcile> {
  const lines = new LineCounter();
  const parsed = () => parseDocument(text, { lineCounter: lines, prettyErrors: false });
  let problem: unknown;
  try {
    problem = JSON.parse(text);
  } catch {
    const document = parsed();
    const error = document.errors[0];
    if (error) {
      const { line, col } = lines.linePos(error.pos[0]);
      throw new Fault({
        code: 'reconcile.syntax',
        place: `${file}:${line}:${col}`,
        zh: `不是有效的 JSON：${error.message}`,
        en: `not valid JSON: ${error.message}`,
      });
    }
    problem = document.toJS();
  }
  try {
    return reconcile(problem as Problem, UNITS);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const document = parsed();
    const at = (path: ProblemPath) => {
      // the nearest part of the path that stands in the file
      for (let length = path.length; length >= 0; length--) {
        const node: unknown = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
        const range =
          typeof node === 'object' && node !== null && 'range' in node ? (node.range as [number, number, number] | undefined) : undefined;
        if (!range) continue;
        const { line, col } = lines.linePos(range[0]);
        return `${file}:${line}:${col} ${placeOf(path)}`.trimEnd();
      }
      return `${file} ${placeOf(path)}`.trimEnd();
    };
    throw new Faults(
      error.defects.map(
        ({ code, path, zh, en }) =>
          new Fault({ code: `reconcile.${code}`, place: at(path), zh, en, exitStatus: error.exitStatus, cause: error }),
      ),
    );
  }
}
