import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { lintRules } from '../../../config/rules/lint.ts';
import { loadJurisdictions, loadRules } from '../../../config/rules/load.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

describe('the shipped rules', () => {
  it('stand in the regulations’ text, quote by quote and table by table', async () => {
    const rules = await loadRules();
    expect(rules.length).toBeGreaterThan(0);
    expect((await lintRules(rules)).map(({ place, en }) => `${place} ${en}`)).toEqual([]);
  });

  it('are the only place that names a jurisdiction: no code does', async () => {
    const jurisdictions = (await loadJurisdictions()).filter(({ parent }) => parent !== null);
    const names = jurisdictions.flatMap(({ id, zh, en }) => [id, zh, en.toLowerCase()]);
    const named: string[] = [];
    for (const floor of ['config', 'collector', 'balance', 'dashboards', 'cli']) {
      for (const file of readdirSync(join(root, floor), { recursive: true, encoding: 'utf8' })) {
        if (!/\.(ts|mts|vue)$/.test(file) || /node_modules|(^|\/)dist\//.test(file)) continue;
        const code = codeOf(readFileSync(join(root, floor, file), 'utf8')).toLowerCase();
        for (const name of names) if (code.includes(name)) named.push(`${floor}/${file}: ${name}`);
      }
    }
    expect(named).toEqual([]);
  });
});

/**
 * Code without what only points at a source or a folder of examples (`@source` lines, paths below `examples/`), and without the name
 * that the civil time of the whole country goes by.
 */
function codeOf(text: string): string {
  return text
    .replace(/^.*@source.*$/gm, '')
    .replace(/examples(\/|',\s*')[\w/.-]+/g, '')
    .replace(/\bbeijing(?= midnight| time|\()/gi, '');
}
